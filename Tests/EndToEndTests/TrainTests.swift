import Digests
import Files
import Foundation
import Testing
import TestSupport
import Text

/// msa-train on a small prepared folder, run as a user runs it.
@Suite("msa-train")
struct TrainTests {
  private static let files = [
    "best.safetensors", "last.safetensors", "metrics_history.json", "model.onnx", "predictions.csv", "report.html",
    "results.json", "training_metrics.png", "training_metrics.svg",
  ]

  @Test("a run leaves the promised files and prints its scores next to the baseline")
  func run() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let done = try Program.train.run("--shards", prepared, "--out", folder.file("run"), "--epochs", "2")
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.output.contains("train mean"))
    #expect(done.output.contains("Next: msa-train predict --model"))
    let names = try Folder.names(in: folder.file("run"))
    #expect(names.filter { !$0.hasPrefix("events.out.tfevents.") } == Self.files)
    #expect(names.count == Self.files.count + 1)
    let report = try String(contentsOfFile: folder.file("run/report.html"), encoding: .utf8)
    #expect(report.contains("msa-train --shards \(prepared) --out"))
  }

  @Test("no byte of the weights depends on the threads; --json prints results.json")
  func threads() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    for threads in ["1", "2"] {
      let done = try Program.train.run(
        "--shards", prepared, "--out", folder.file(threads), "--epochs", "3", "--threads", threads, "--json")
      #expect(done.status == 0, "\(done.errors)")
      #expect(try JSONValue(parsing: done.output) == JSONValue(contentsOf: folder.file(threads + "/results.json")))
    }
    for name in ["best.safetensors", "predictions.csv", "model.onnx"] {
      #expect(
        try SHA256.hexDigest(ofFile: folder.file("1/" + name)).digest
          == SHA256.hexDigest(ofFile: folder.file("2/" + name)).digest, "\(name)")
    }
  }

  @Test("predict repeats the run's predictions, and describe counts its parameters")
  func predict() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let run = folder.file("run")
    #expect(try Program.train.run("--shards", prepared, "--out", run, "--epochs", "2").status == 0)
    let predicted = try Program.train.run(
      "predict", "--model", run, "--shards", prepared, "--splits", "valid,test", "-q")
    #expect(predicted.output == (try String(contentsOfFile: run + "/predictions.csv", encoding: .utf8)))
    let twice = try Program.train.run("predict", "--model", run, "--shards", prepared, "--shards", prepared)
    #expect(twice.status == 64 && twice.message.contains("--shards names \(prepared) twice"), "\(twice.errors)")
    let described = try Program.train.run("describe", run, "--json")
    let results = try JSONValue(contentsOf: run + "/results.json")
    #expect(try JSONValue(parsing: described.output)["parameters"] == results["parameters"])
    #expect(try Program.train.run("describe", run, "--svg", folder.file("model.svg")).status == 0)
    #expect(Folder.exists(folder.file("model.svg")))
  }

  @Test("several seeds get a folder each and one table")
  func seeds() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let done = try Program.train.run("--shards", prepared, "--out", folder.file("run"), "--epochs", "1", "--seeds", "2")
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.output.contains("± std"))
    #expect(try Folder.names(in: folder.file("run")) == ["results.json", "seed-42", "seed-43"])
  }

  @Test(
    "an interrupted run says how to continue, and ends with the same bytes",
    .enabled(if: Folder.exists("/usr/bin/strace"), "strace is not installed"))
  func interrupt() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    func arguments(_ name: String) -> [String] {
      ["--shards", prepared, "--out", folder.file(name), "--epochs", "6"]
    }
    // A checkpoint gets its name in each epoch.
    let cut = try Program.train.run(
      arguments("cut"),
      under: [
        "/usr/bin/strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=rename", "-e",
        "inject=rename:signal=SIGINT:when=3",
      ])
    #expect(cut.status == 130)
    #expect(cut.message.contains("--resume"), "\(cut.errors)")
    #expect(!Folder.exists(folder.file("cut/results.json")))
    for (name, option) in [("cut", ["--resume"]), ("whole", [])] {
      let done = try Program.train.run(arguments(name) + option)
      #expect(done.status == 0, "\(done.errors)")
    }
    #expect(
      try SHA256.hexDigest(ofFile: folder.file("cut/best.safetensors")).digest
        == SHA256.hexDigest(ofFile: folder.file("whole/best.safetensors")).digest)
  }
}
