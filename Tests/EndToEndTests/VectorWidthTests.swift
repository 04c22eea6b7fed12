import Digests
import Files
import Foundation
import Testing
import TestSupport
import Text

@Suite("Vectors of every width")
struct VectorWidthTests {
  /// The widths of this processor; 512 only with AVX-512.
  private static let widths: [String] = {
    #if arch(x86_64)
      let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
      return text.contains(" avx512f ") ? ["128", "256", "512"] : ["128", "256"]
    #else
      return ["128"]
    #endif
  }()

  @Test("sound features, scalers, weights, predictions and curves have the same bytes at every width")
  func sameBytes() throws {
    let folder = try TemporaryFolder()
    var digests: [String: [String]] = [:]
    for width in Self.widths {
      let environment = ["MSA_VECTOR_WIDTH": width]
      let (prepared, run) = (folder.file("prepared-" + width), folder.file("run-" + width))
      let preparation = try Program.prep.run(
        "iemocap", "--root", SampleRelease.path(), "--glove", SampleRelease.wordVectors(), "--out", prepared,
        environment: environment)
      try #require(preparation.status == 0, "\(preparation.errors)")
      let training = try Program.train.run(
        "--shards", prepared, "--out", run, "--epochs", "2", environment: environment)
      try #require(training.status == 0, "\(training.errors)")
      let shards = try Folder.names(in: prepared + "/shards").map { prepared + "/shards/" + $0 }
      let files = shards + ["/scalers.safetensors", "/manifest.json"].map { prepared + $0 }
      digests[width] =
        try (files + ["/best.safetensors", "/predictions.csv"].map { run + $0 }).map {
          try SHA256.hexDigest(ofFile: $0).digest
        } + [try Self.curves(run)]
      let results = try JSONValue(contentsOf: run + "/results.json", limit: 1 << 20)
      #expect(results["arithmetic"]?["width"]?.intValue == Int(width))
    }
    #expect(Set(digests.values).count == 1, "widths \(digests.keys.sorted()) give different bytes")
  }

  /// metrics_history.json without its seconds.
  private static func curves(_ run: String) throws -> String {
    var members = try JSONValue(contentsOf: run + "/metrics_history.json", limit: 1 << 20).members ?? [:]
    members["seconds"] = nil
    return JSONValue.object(members).canonicalText
  }

  @Test("every program refuses another value in one line", arguments: ["", "1024", "avx2", "-256"])
  func refused(_ value: String) throws {
    for program in [Program.prep, .train, .audit] {
      let outcome = try program.run("--version", environment: ["MSA_VECTOR_WIDTH": value])
      #expect(outcome.status == 64)
      #expect(outcome.output.isEmpty)
      #expect(outcome.message.contains("error: MSA_VECTOR_WIDTH is \"\(value)\", expected 128"))
      #expect(!outcome.message.contains("\n"))
    }
  }

  private static let emulator = "/usr/bin/qemu-x86_64-static"

  @Test(
    "on a processor without AVX2 every program says so in one line, whatever was asked",
    .enabled(if: FileManager.default.isExecutableFile(atPath: emulator)), arguments: [["--version"], ["--help"], []])
  func oldProcessor(_ arguments: [String]) throws {
    for program in [Program.prep, .train, .audit] {
      let outcome = try program.run(arguments, under: [Self.emulator, "-cpu", "Nehalem"])
      #expect(outcome.status == 71)
      #expect(outcome.output.isEmpty)
      // The emulator prints warnings of its own.
      let lines = outcome.message.split(separator: "\n").filter { !$0.hasPrefix("qemu-x86_64") }
      #expect(lines.count == 1)
      #expect(lines.first?.contains("no AVX2, FMA or F16C, expected x86-64-v3") == true, "\(outcome.errors)")
    }
  }
}
