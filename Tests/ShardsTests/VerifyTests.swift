import ArrayFiles
import Files
import Foundation
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@Suite("Verifying a prepared folder")
struct VerifyTests {
  /// The problems found after `damage`, without the folder's path.
  private func problems(_ damage: (ExampleFolder) throws -> Void) throws -> [String] {
    let folder = try TemporaryFolder()
    try damage(try ExampleFolder(at: folder.path))
    let report = try PreparedFolder.verify(folder.path, progress: SilentProgress())
    #expect(report.problems.allSatisfy { $0.code == .checkFailed })
    #expect(report.isIntact == report.problems.isEmpty)
    return report.problems.map { $0.description.replacing(folder.path + "/", with: "") }
  }

  /// Replaces text in a file of the folder.
  private func edit(_ folder: ExampleFolder, _ file: String, _ old: String, _ new: String) throws {
    let path = folder.path + "/" + file
    let text = String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
    try #require(text.contains(old))
    try AtomicFile.write(text.replacing(old, with: new, maxReplacements: 1), to: path)
  }

  private func flip(_ folder: ExampleFolder, _ file: String, byteFromEnd: Int) throws {
    let path = folder.path + "/" + file
    var bytes = try InputFile.contents(of: path, limit: 1 << 20)
    bytes[bytes.count - byteFromEnd] ^= 1
    var output = try AtomicFile(path: path)
    try output.write(bytes)
    try output.commit()
  }

  @Test("a file beside the shards whose name is not UTF-8 is named")
  func undecodable() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path)
    let path = try folder.writeUndecodable(in: ShardRecord.folder)
    defer { unlink(path) }
    let report = try PreparedFolder.verify(folder.path, progress: SilentProgress())
    #expect(report.problems.map(\.description) == [folder.file("shards/k\\xE9: is not in the manifest")])
  }

  @Test("an intact folder has no problems, for words, frames and float16")
  func intact() throws {
    #expect(try problems { _ in } == [])
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path, dtype: .bf16, granularity: "frame") { 2 * $0 + ($1 == .audio ? 3 : 0) }
    let report = try PreparedFolder.verify(folder.path, progress: SilentProgress())
    #expect(report.problems == [])
    #expect(report.sampleCount == 12)
    #expect(report.fileCount == 5)
    #expect(report.text.contains("intact: 5 files"))
    #expect(report.json["intact"] == true)
  }

  @Test("only the first of many problems are listed, shortened, but all are counted")
  func manyProblems() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.path)
    let endless = String(repeating: "g", count: 100_000)
    let line = #"{"id": "\#(endless)", "x": 1}"#
    try AtomicFile.write(String(repeating: line + "\n", count: 150), to: example.path + "/samples.jsonl")
    let report = try PreparedFolder.verify(folder.path, progress: SilentProgress())
    #expect(report.problems.count == 100)
    #expect(report.problemCount >= 150)
    #expect(report.problems.allSatisfy { $0.description.count < 3000 })
    #expect(report.text.contains("\nand \(report.problemCount - 100) more problems\n"))
    #expect(report.json["problem_count"]?.intValue == report.problemCount)
  }

  @Test("a line with the wrong number of labels is reported with both numbers")
  func labelCount() throws {
    let found = try problems { try edit($0, "samples.jsonl", #""label":["#, #""label":[1,2,3,4,5,"#) }
    #expect(found.contains { $0.contains("7 labels, expected 2, as in shards/") }, "\(found)")
  }

  @Test("a flipped byte changes a digest, wherever it is")
  func flippedByte() throws {
    let values = try problems { try flip($0, "shards/train-00001.safetensors", byteFromEnd: 100) }
    #expect(values.count == 1)
    #expect(values[0].hasPrefix("shards/train-00001.safetensors: SHA-256 "))
    let scale = try problems { try flip($0, "scalers.safetensors", byteFromEnd: 3) }
    #expect(scale.count == 1)
    #expect(scale[0].hasPrefix("scalers.safetensors: SHA-256 "))
    let mask = try problems { try flip($0, "shards/test-00000.safetensors", byteFromEnd: 1) }
    #expect(mask.count == 1)
  }

  @Test("every missing file is named")
  func missingFiles() throws {
    let found = try problems {
      try Folder.remove($0.path + "/shards/valid-00000.safetensors")
      try Folder.remove($0.path + "/shards/test-00000.safetensors")
      try Folder.remove($0.path + "/scalers.safetensors")
      try Folder.remove($0.path + "/splits.json")
      try Folder.remove($0.path + "/samples.jsonl")
    }
    for file in [
      "shards/valid-00000.safetensors", "shards/test-00000.safetensors", "scalers.safetensors", "splits.json",
      "samples.jsonl",
    ] {
      #expect(found.contains { $0.hasPrefix("\(file): cannot be opened") }, "\(file) in \(found)")
    }
    #expect(found.count == 5)
  }

  @Test("a truncated shard has a wrong size, a wrong digest and no readable header")
  func cutShard() throws {
    let found = try problems { example in
      let path = example.path + "/shards/train-00000.safetensors"
      let bytes = try InputFile.contents(of: path, limit: 1 << 20)
      var output = try AtomicFile(path: path)
      try output.write(Array(bytes.dropLast(7)))
      try output.commit()
    }
    #expect(found.count == 3)
    #expect(found[0].contains("bytes, expected "))
    #expect(found[2].contains("data bytes, expected the end of the file"))
  }

  @Test("a file that the manifest does not name is reported")
  func extraFile() throws {
    let found = try problems { try AtomicFile.write("x", to: $0.path + "/shards/train-00002.safetensors") }
    #expect(found == ["shards/train-00002.safetensors: is not in the manifest"])
  }

  @Test("wrong counts in the manifest are reported")
  func counts() throws {
    #expect(
      try problems { try edit($0, "manifest.json", "\"groups\": 4", "\"groups\": 5") }
        == ["splits.json: train.groups: 4 groups, expected 5"])
    #expect(
      try problems { try edit($0, "manifest.json", "\"samples\": 6", "\"samples\": 7") }
        == ["manifest.json: splits.train.samples: 7, expected 6, the sum over its shards"])
  }

  @Test("a sample that is missing, repeated or in the wrong split's list is reported")
  func splitLists() throws {
    let moved = try problems { example in
      var splits = try SplitsFile.read(example.path)
      let last = splits.samples[.train]?.removeLast() ?? ""
      splits.samples[.valid]?.append(last)
      try splits.write(to: example.path)
    }
    #expect(moved.contains("splits.json: train.samples: 5 samples, expected 6, as in the shards"))
    #expect(moved.contains("splits.json: valid.samples: 4 samples, expected 3, as in the shards"))
    #expect(moved.contains { $0.hasPrefix("manifest.json: scalers.train_samples_sha256") })
    let shared = try problems { example in
      var splits = try SplitsFile.read(example.path)
      let group = splits.groups[.train]?.first ?? ""
      splits.groups[.test]?.append(group)
      try splits.write(to: example.path)
    }
    #expect(shared.contains { $0.hasSuffix("is a group of train and of test, expected each group once") })
  }

  @Test("a sample line that is missing, repeated, moved or changed is reported")
  func sampleLines() throws {
    func changed(_ change: @escaping (inout [SampleLine]) -> Void) throws -> [String] {
      try problems { example in
        var lines = example.lines
        change(&lines)
        try SamplesFile.write(lines, to: example.path)
      }
    }
    let id = "traina.b[1]"
    #expect(
      try changed { $0.remove(at: 1) } == [
        "samples.jsonl: \(id): has no line, expected one line per sample of shards/train-00000.safetensors"
      ])
    #expect(try changed { $0.append($0[1]) } == ["samples.jsonl: \(id): has two lines, expected one line per sample"])
    #expect(
      try changed { $0[1].index = 2 } == [
        "samples.jsonl: \(id): index 2, expected the sample's place in shards/train-00000.safetensors"
      ])
    #expect(
      try changed { $0[1].label[0] = 3 } == [
        "samples.jsonl: \(id): label [3.0, 0.5], expected [0.0, 0.5], as in shards/train-00000.safetensors"
      ])
    #expect(
      try changed { $0[1].rows[.audio] = 9 } == [
        "samples.jsonl: \(id): 9 audio rows, expected 2, as in shards/train-00000.safetensors"
      ])
    #expect(
      try changed { $0[1].shard = "shards/no" } == [
        "samples.jsonl: \(id): shard shards/no, expected a shard of the manifest"
      ])
    #expect(
      try changed { $0[1].group = "other" } == [
        "samples.jsonl: \(id): group other, expected a group of train in splits.json"
      ])
    #expect(try changed { $0[1].split = .test }.contains { $0.contains("split test, expected train, as its shard") })
  }

  @Test("scalers of another width are reported")
  func scalers() throws {
    let found = try problems { example in
      let narrow = ScalersFile(
        columns: ExampleFolder.widths.mapValues { width in
          .init(center: Array(repeating: 0, count: width - 1), scale: Array(repeating: 1, count: width - 1))
        })
      _ = try narrow.write(to: example.path + "/scalers.safetensors")
    }
    #expect(found.contains("scalers.safetensors: audio: 1 columns, expected 2"))
  }

  @Test("a damaged manifest is damage; a missing one means an unfinished folder")
  func manifest() throws {
    let found = try problems { try edit($0, "manifest.json", "\"format\"", "\"Format\"") }
    #expect(found == ["manifest.json: format: is missing, expected a string"])
    let folder = try TemporaryFolder()
    let error = #expect(throws: DataError.self) {
      try PreparedFolder.verify(folder.path, progress: SilentProgress())
    }
    #expect(error?.code == .inputMissing)
  }

  @Test(
    "a manifest that points outside the folder is refused, not followed",
    arguments: [
      "../train-00000.safetensors", "/etc/passwd", "shards/../../x.safetensors", "shards/..", "shards/", "shards/.",
      "shards/a/b.safetensors", "train-00000.safetensors", "", "../shards/train-00000.safetensors",
    ])
  func outside(name: String) throws {
    let found = try problems { try edit($0, "manifest.json", "shards/train-00000.safetensors", name) }
    #expect(found.count == 1 && found[0].contains("\(name): is outside shards/"), "\(found)")
    let scalers = try problems {
      try edit($0, "manifest.json", "\"scalers.safetensors\"", "\"../scalers.safetensors\"")
    }
    #expect(scalers.count == 1 && scalers[0].contains("../scalers.safetensors: is outside the folder"))
  }

  @Test("a killed run's temporary file is not damage; any other extra file is")
  func temporaries() throws {
    let left = ".train-00000.safetensors.0123456789abcdef.partial"
    #expect(try problems { try AtomicFile.write("x", to: $0.path + "/shards/" + left) }.isEmpty)
    let other = try problems { try AtomicFile.write("x", to: $0.path + "/shards/.train-00000.safetensors.partial") }
    #expect(other.count == 1 && other[0].contains("is not in the manifest"))
  }
}
