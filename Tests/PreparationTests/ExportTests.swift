import ArrayFiles
import Samples
import Shards
import Storage
import TestSupport
import Testing
import Workers

@testable import Preparation

@Suite("Exporting a prepared folder")
struct ExportTests {
  private typealias Exporter = (String, String, Bool) throws -> ExportSummary

  private let exporters: [Exporter] = [
    { try FolderExport.npz(from: $0, to: $1, overwrites: $2, progress: SilentProgress()) },
    { try FolderExport.webDataset(from: $0, to: $1, overwrites: $2, progress: SilentProgress()) },
  ]

  @Test("an archive a split or shard, with as many samples as the folder")
  func files() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("in"))
    let npz = try exporters[0](folder.file("in"), folder.file("npz"), false)
    #expect(npz.files.map(\.name) == ["train.npz", "valid.npz", "test.npz"])
    #expect(npz.files.map(\.samples) == [6, 3, 3])
    #expect(try Folder.names(in: folder.file("npz")) == ["test.npz", "train.npz", "valid.npz"])
    let tar = try exporters[1](folder.file("in"), folder.file("tar"), false)
    #expect(
      tar.files.map(\.name) == ["train-000000.tar", "train-000001.tar", "valid-000000.tar", "test-000000.tar"])
    #expect(tar.files.map(\.samples) == [3, 3, 3, 3])
    #expect(tar.json["files"]?.elements?.first?["file"] == "train-000000.tar")
    #expect(tar.text.contains("/train-000000.tar: 3 samples, "))
  }

  @Test("the same folder gives the same bytes")
  func determinism() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("in"))
    for export in exporters {
      let digests = try ["a", "b"].map { name in
        try export(folder.file("in"), folder.file(name), true).files.map {
          try SHA256.hexDigest(ofFile: folder.file(name) + "/" + $0.name).digest
        }
      }
      #expect(digests[0] == digests[1])
    }
  }

  @Test("a non-empty folder is refused without --overwrite; with it, files of an earlier export that are left over go")
  func overwriting() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("in"))
    let out = folder.file("out")
    for export in exporters {
      try Folder.make(out)
      try AtomicFile.write("mine", to: out + "/notes.txt")
      try AtomicFile.write("old", to: out + "/train-000009.tar")
      let error = #expect(throws: DataError.self) { try export(folder.file("in"), out, false) }
      #expect(error?.code == .cannotCreate)
      #expect(error?.description.contains("is not empty, expected a new or empty folder") == true)
      _ = try export(folder.file("in"), out, true)
      let names = try Folder.names(in: out)
      #expect(names.contains("notes.txt") && !names.contains("train-000009.tar"))
    }
  }

  @Test("a prepared folder is never written into")
  func intoItself() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path)
    for export in exporters {
      let error = #expect(throws: DataError.self) { try export(folder.path, folder.path, true) }
      #expect(error?.description.contains("is a prepared folder") == true)
    }
  }

  @Test("shards that do not agree with samples.jsonl are refused, and no file appears")
  func disagreement() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in"))
    try SamplesFile.write(example.lines.dropFirst(), to: example.path)
    for export in exporters {
      let error = #expect(throws: DataError.self) { try export(example.path, folder.file("out"), false) }
      #expect(error?.code == .badData)
      #expect(error?.description.contains("does not agree with samples.jsonl") == true)
      #expect(try Folder.names(in: folder.file("out")) == [])
    }
  }

  @Test("a folder without a sentiment cannot become MMSA's files")
  func noSentiment() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in"))
    let manifest = example.path + "/manifest.json"
    let text = String(decoding: try InputFile.contents(of: manifest, limit: 1 << 20), as: UTF8.self)
    try AtomicFile.write(text.replacing("\"sentiment\"", with: "\"mood\""), to: manifest)
    let error = #expect(throws: DataError.self) { try exporters[0](example.path, folder.file("out"), false) }
    #expect(error?.description.contains("expected a label called sentiment") == true)
  }

  @Test("rows are padded on the left and the last 50 are kept")
  func padding() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("in"), granularity: "frame") { sample, _ in sample == 0 ? 2 : 60 }
    _ = try exporters[0](folder.file("in"), folder.file("out"), false)
    let width = 2
    let rowBytes = 4 * width
    // A stored entry: its name, no extra field of a fixed size, then 128 bytes of npy header.
    let path = folder.file("out/train.npz")
    let bytes = try InputFile.contents(of: path, limit: 1 << 24)
    let magic = [0x93] + Array("NUMPY".utf8)
    let name = try #require(bytes.firstRange(of: Array("audio.npy".utf8))).upperBound
    let data = try #require(bytes[name...].firstRange(of: magic)).lowerBound + 128
    func row(_ sample: Int, _ row: Int) -> [Float] {
      let start = data + (sample * 50 + row) * rowBytes
      return (0..<width).map { column in
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start + 4 * column, as: Float.self) }
      }
    }
    func stored(_ row: Int) -> [Float] { (0..<width).map { ExampleFolder.value(.audio, row: row, column: $0) } }
    #expect(row(0, 47) == [0, 0])
    #expect(row(0, 48) == stored(0))
    #expect(row(0, 49) == stored(1))
    // Sample 1 has rows 2 ..< 62 of the shard; rows 12 ..< 62 are kept.
    #expect(row(1, 0) == stored(12))
    #expect(row(1, 49) == stored(61))
  }

  @Test(
    "keys of tar entries have no dot and no slash, and differ where ids differ",
    arguments: [
      ("125845[3]", "125845[3]"), ("--qXJuDtHPw", "--qXJuDtHPw"), ("a.b/c", "a%2Eb%2Fc"), ("a%2Eb", "a%252Eb"),
      ("é 1", "%C3%A9%201"),
    ])
  func keys(id: String, key: String) {
    #expect(WebDatasetExport.key(of: id) == key)
  }
}
