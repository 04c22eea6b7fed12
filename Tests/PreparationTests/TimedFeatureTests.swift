import ArrayFiles
import Corpora
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Preparation

@Suite("Ready-made audio and visual features of a corpus of .csd files")
struct TimedFeatureTests {
  /// Rows of two columns: the row's number in its file, and a number that tells the file.
  private static func rows(_ id: String, _ count: Int) -> [Float] {
    let salt = Float(id.utf8.reduce(0) { ($0 * 31 + Int($1)) % 97 })
    return (0..<count).flatMap { [Float($0), salt] }
  }

  private static let segments = TinyCorpus.ids.flatMap { ["\($0)[0]", "\($0)[1]"] }

  private func write(
    _ names: [String], rows count: Int, in folder: borrowing TemporaryFolder
  ) throws -> String {
    try Folder.make(folder.file("features"))
    for name in names {
      _ = try folder.write(
        "features/\(name).npy", NpyFile.bytes(Self.rows(name, count), .float32, shape: [count, 2]))
    }
    return folder.file("features")
  }

  private func prepare(
    _ features: String, in folder: borrowing TemporaryFolder, to name: String = "out", given: [String: [String]] = [:],
    change: (inout TinyCorpus) -> Void = { _ in }
  ) throws -> (outcome: Preparation.Outcome, samples: [String: PreparedSamples.Sample]) {
    var corpus = TinyCorpus()
    change(&corpus)
    let root = try corpus.write(to: folder.file("corpus"))
    // The sequence is not needed.
    if try Folder.entry(at: root + "/acoustics") != nil { try Folder.remove(root + "/acoustics") }
    let needed = [
      "root": [root], "folds": [root + "/folds.json"], "out": [folder.file(name)], "audio-features": [features],
      "audio-rate": ["10"], "dtype": ["f32"],
    ]
    let configuration = try PreparationConfiguration(
      corpus: CMUCorpus.mosei, given: needed.merging(given) { $1 }, threads: 2, memory: 1 << 28)
    let outcome = try Preparation.run(configuration)
    return (outcome, try PreparedSamples(configuration.output).samples)
  }

  private func numbers(_ sample: PreparedSamples.Sample?) -> [Float] {
    (sample?.rows[.audio] ?? []).map { ($0[0] * 1000).rounded() / 1000 }
  }

  @Test("files of recordings are on the recordings' clock")
  func recordings() throws {
    let folder = try TemporaryFolder()
    let (outcome, samples) = try prepare(write(TinyCorpus.ids, rows: 42, in: folder), in: folder)
    // Words of half a second, ten rows a second: 0–4, 5–9, …
    #expect(numbers(samples["c3[0]"]) == [2, 7, 12, 17])
    #expect(numbers(samples["c3[1]"]) == [22, 27, 32, 37])
    #expect(outcome.manifest.modalities[.audio]?.source == "features")
    #expect(outcome.manifest.modalities[.audio]?.dim == 2)
    #expect(outcome.manifest.config["audio-rate"]?.doubleValue == 10)
    #expect(outcome.manifest.sources.map(\.name).last == "features")
  }

  @Test("files of samples count from the start of their sample, and nothing reaches beyond it")
  func samples() throws {
    let folder = try TemporaryFolder()
    let path = try write(Self.segments, rows: 22, in: folder)
    let (outcome, samples) = try prepare(path, in: folder)
    #expect(numbers(samples["c3[0]"]) == [2, 7, 12, 17])
    #expect(numbers(samples["c3[1]"]) == [2, 7, 12, 17])
    #expect(samples["c3[1]"]?.rows[.audio]?[0][1] != samples["c3[0]"]?.rows[.audio]?[0][1])
    let frames = try prepare(path, in: folder, to: "frames", given: ["granularity": ["frame"]])
    #expect(frames.samples["c3[1]"]?.rows[.audio]?.count == 20)
    let again = try prepare(path, in: folder)
    #expect(again.outcome.wasUpToDate && again.outcome.manifest == outcome.manifest)
  }

  @Test("COVAREP's .mat files, of both kinds, and OpenFace's tables")
  func kinds() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("features"))
    for (number, id) in TinyCorpus.ids.enumerated() {
      let name = ["v5", "v7", "v73", "v73-chunks"][number % 4]
      _ = try folder.write(
        "features/\(id).mat", InputFile.contents(of: fixture("matlab/\(name).mat"), limit: 1 << 20))
    }
    let audio = try prepare(folder.file("features"), in: folder, given: ["audio-rate": ["1.25"]])
    // Five rows of 0.8 seconds.
    #expect(numbers(audio.samples["d4[1]"]) == [2.5, 3, 3.5, 4])
    #expect(numbers(audio.samples["c3[1]"]) == numbers(audio.samples["d4[1]"]))
    try Folder.make(folder.file("faces"))
    for id in TinyCorpus.ids {
      let rows = (0..<8).map { "\($0 + 1), \(Double($0) / 2), 0.9, \($0 == 5 ? 0 : 1), \($0)" }
      _ = try folder.write(
        "faces/\(id).csv", (["frame, timestamp, confidence, success, AU01_r"] + rows).joined(separator: "\n") + "\n")
    }
    let faces = try prepare(
      folder.file("features"), in: folder, to: "faces-out",
      given: ["audio-rate": ["1.25"], "visual-features": [folder.file("faces")], "visual-rate": ["2"]])
    let visual = faces.samples["c3[1]"]?.rows[.visual]?.map { $0[0] }
    // The row without a face is the median of train.
    #expect(visual?[0] == 4 && visual?[2] == 6 && visual?[3] == 7)
    #expect(faces.outcome.manifest.modalities[.visual]?.columns == ["AU01_r"])
    #expect(faces.outcome.report.json["modalities"]?["visual"]?["non_finite"]?["nan"]?.intValue == 6)
  }

  @Test("what has none is left out or masked, and named; lengths that do not fit are refused with the rate that would")
  func misfits() throws {
    let folder = try TemporaryFolder()
    let some = Self.segments.filter { $0 != "c3[1]" && !$0.hasPrefix("_b2") } + ["x[0]"]
    let (outcome, samples) = try prepare(write(some, rows: 20, in: folder), in: folder)
    #expect(samples.count == 10 && samples["c3[1]"]?.mask[.audio] == [0, 0, 0, 0])
    let facts = outcome.report.json["audio_features"]
    #expect(facts?["missing_recordings"] == ["count": 1, "ids": ["_b2"]])
    #expect(facts?["missing_samples"] == ["count": 1, "ids": ["c3[1]"]])
    #expect(facts?["unknown_names"] == ["count": 1, "ids": ["x[0]"]])
    let kept = try prepare(folder.file("features"), in: folder, to: "kept", given: ["missing": ["keep"]])
    #expect(kept.samples.count == 12)
    let short = try TemporaryFolder()
    let path = try write(Self.segments, rows: 60, in: short)
    let error = #expect(throws: DataError.self) { try prepare(path, in: short) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains("--audio-rate 30.0") == true, "\(error?.description ?? "")")
    #expect(try prepare(path, in: short, given: ["allow-times": []]).samples.count == 12)
    let early = try TemporaryFolder()
    let videos = try write(TinyCorpus.ids, rows: 30, in: early)
    let ends = #expect(throws: DataError.self) { try prepare(videos, in: early) }
    #expect(ends?.description.contains("30 rows last 3.00 s") == true, "\(ends?.description ?? "")")
  }

  @Test("a sequence beside them, a modality that is not prepared and a useless face are usage errors")
  func usage() throws {
    let needed = ["root": ["r"], "out": ["o"], "audio-features": ["f"]]
    for other in [["audio": ["a.csd"]], ["modalities": ["text,visual"]], ["face": ["1"]]] {
      let error = #expect(throws: DataError.self) {
        try PreparationConfiguration(
          corpus: CMUCorpus.mosi, given: needed.merging(other) { $1 }, threads: 1, memory: 1)
      }
      #expect(error?.code == .usage)
    }
  }

  @Test("beside rows for the words, in one run")
  func both() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("text"))
    for id in TinyCorpus.ids {
      _ = try folder.write("text/\(id).npy", NpyFile.bytes(Self.rows(id, 8), .float32, shape: [8, 2]))
    }
    let (outcome, samples) = try prepare(
      write(TinyCorpus.ids, rows: 40, in: folder), in: folder, given: ["text-features": [folder.file("text")]])
    #expect(numbers(samples["c3[1]"]) == [22, 27, 32, 37])
    #expect(samples["c3[1]"]?.rows[.text]?.map { $0[0].rounded() } == [4, 5, 6, 7])
    #expect(outcome.manifest.sources.suffix(2).map(\.name) == ["features", "text"])
  }
}
