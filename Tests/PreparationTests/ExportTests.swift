import Archives
import ArrayFiles
import Digests
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Preparation

@Suite("Exporting a prepared folder")
struct ExportTests {
  private typealias Exporter = (String, String, Bool) throws -> ExportSummary

  private let exporters: [Exporter] = [
    { try FolderExport.npz(from: $0, to: $1, overwrites: $2, progress: SilentProgress()) },
    { try FolderExport.webDataset(from: $0, to: $1, overwrites: $2, progress: SilentProgress()) },
  ]

  @Test("an export has one archive per split or shard, and keeps every sample")
  func files() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("in"))
    let npz = try exporters[0](folder.file("in"), folder.file("npz"), false)
    #expect(npz.files.map(\.name) == ["train.npz", "valid.npz", "test.npz"])
    #expect(npz.files.map(\.samples) == [6, 3, 3])
    #expect(try Folder.names(in: folder.file("npz")) == ["test.npz", "train.npz", "valid.npz"])
    let tar = try exporters[1](folder.file("in"), folder.file("tar"), false)
    #expect(
      tar.files.map(\.name) == [
        "train-000000.tar", "train-000001.tar", "valid-000000.tar", "test-000000.tar", "README.md",
      ])
    #expect(tar.files.map(\.samples) == [3, 3, 3, 3, 0])
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

  @Test("a non-empty folder is refused without --overwrite, which also removes files of an earlier export")
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

  @Test("a card that somebody wrote is kept, and no tar file appears beside it; one of an export is replaced or goes")
  func card() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("in"))
    let out = folder.file("out")
    try Folder.make(out)
    try AtomicFile.write("---\nlicense: mit\n---\n", to: out + "/README.md")
    let error = #expect(throws: DataError.self) { try exporters[1](folder.file("in"), out, true) }
    #expect(error?.code == .cannotCreate)
    #expect(try Folder.names(in: out) == ["README.md"])
    _ = try exporters[0](folder.file("in"), out, true)
    #expect(try Folder.names(in: out).contains("README.md"))

    let own = folder.file("own")
    _ = try exporters[1](folder.file("in"), own, false)
    _ = try exporters[1](folder.file("in"), own, true)
    #expect(try Folder.names(in: own).contains("README.md"))
    _ = try exporters[0](folder.file("in"), own, true)
    #expect(try Folder.names(in: own) == ["test.npz", "train.npz", "valid.npz"])
  }

  @Test("an export never writes into a prepared folder")
  func intoItself() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path)
    for export in exporters {
      let error = #expect(throws: DataError.self) { try export(folder.path, folder.path, true) }
      #expect(error?.description.contains("is a prepared folder") == true)
    }
  }

  @Test("shards that disagree with samples.jsonl are refused, and no file appears")
  func disagreement() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in"))
    try SamplesFile.write(example.lines.dropFirst(), to: example.path)
    for export in exporters {
      let error = #expect(throws: DataError.self) { try export(example.path, folder.file("out"), false) }
      #expect(error?.code == .badData)
      #expect(error?.description.contains("samples.jsonl: ") == true && error?.problem == "has no line")
      #expect(!Folder.exists(folder.file("out")))
    }
  }

  @Test("a missing or replaced shard is damage only while the manifest stands", arguments: [false, true])
  func preparedAnew(isFinished: Bool) throws {
    let folder = try TemporaryFolder()
    let path = try ExampleFolder(at: folder.file("in")).path
    let source = try ExportSource(folder: path)
    let shard = ShardRecord.file(split: .train, number: 0)
    if isFinished {
      _ = try ExampleFolder(at: path, dtype: .f16)
    } else {
      try Folder.remove(path + "/" + shard)
      let missing = try #require(throws: DataError.self) { _ = try source.open(shard) }
      #expect(missing.code == .inputMissing && missing.advice == "Check the path.")
      try Folder.remove(path + "/" + Manifest.name)
    }
    let error = try #require(throws: DataError.self) { _ = try source.open(shard) }
    #expect(error.code == .badData && error.advice == "The folder was prepared again in the meantime: run again.")
  }

  @Test("all labels are exported; without a sentiment among several there is no regression label, with a message")
  func labels() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in"))
    func says(_ notes: [String]) -> Bool { notes.contains { $0.contains("there are no regression_labels") } }
    #expect(!says(try exporters[0](example.path, folder.file("out"), false).notes))
    let all = try Self.array("labels", in: folder.file("out/train.npz"))
    #expect(all.shape == [6, 2])
    #expect(all.values == example.lines.filter { $0.split == .train }.flatMap { $0.label.map { Float($0) } })
    #expect(try Self.array("regression_labels", in: folder.file("out/train.npz")).values.count == 6)

    var manifest = example.manifest
    manifest.labelNames = ["mood", "happy"]
    for (split, record) in manifest.splits {
      for (number, shard) in record.shards.enumerated() {
        let file = example.path + "/" + shard.file
        var tensors = try RawTensors(file)
        tensors.metadata["label_names"] = #"["mood","happy"]"#
        try tensors.write(to: file)
        let found = try SHA256.hexDigest(ofFile: file)
        manifest.splits[split]?.shards[number].sha256 = found.digest
        manifest.splits[split]?.shards[number].bytes = found.byteCount
      }
    }
    try manifest.write(to: example.path)
    #expect(says(try exporters[0](example.path, folder.file("moods"), false).notes))
    #expect(try Self.array("labels", in: folder.file("moods/train.npz")).values == all.values)
    #expect(throws: NoArray.self) { try Self.array("regression_labels", in: folder.file("moods/train.npz")) }
  }

  @Test("a folder that holds no words says so", arguments: [(0, 0), (12, 12)])
  func words(withoutWords: Int, counted: Int) throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.file("in"))
    let lines = example.lines.enumerated().map { index, line in
      var line = line
      line.words = index < withoutWords ? nil : "good"
      return line
    }
    try SamplesFile.write(lines, to: example.path)
    let notes = try exporters[0](example.path, folder.file("out"), false).notes
    #expect(notes.contains { $0.hasPrefix("raw_text is empty for \(counted) of 12 samples") } == (counted > 0))
  }

  @Test(
    "the last rows are kept, zeros go where --pad says, and truncation is counted",
    arguments: [
      (PaddedLayout.Padding.right, 50, 0, 0, 10), (.left, 50, 48, 0, 10), (.right, 60, 0, 0, 0), (.left, 70, 68, 10, 0),
    ])
  func padding(side: PaddedLayout.Padding, rowCount: Int, firstOfTwo: Int, firstOfSixty: Int, cut: Int) throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.file("in"), granularity: "frame") { sample, _ in sample == 1 ? 60 : 2 }
    var layout = PaddedLayout()
    layout.padding = side
    layout.rowCount = rowCount
    let summary = try FolderExport.npz(
      from: folder.file("in"), to: folder.file("out"), layout: layout, overwrites: false, progress: SilentProgress())
    let (shape, values) = try Self.array("audio", in: folder.file("out/train.npz"))
    let width = shape[2]
    #expect(shape == [6, rowCount, width])
    func row(_ sample: Int, _ row: Int) -> [Float] {
      Array(values[(sample * rowCount + row) * width..<(sample * rowCount + row + 1) * width])
    }
    func stored(_ row: Int) -> [Float] { (0..<width).map { ExampleFolder.value(.audio, row: row, column: $0) } }
    for place in 0..<rowCount {
      let known =
        (0..<2).contains(place - firstOfTwo) ? stored(place - firstOfTwo) : [Float](repeating: 0, count: width)
      #expect(row(0, place) == known)
    }
    // Sample 1 has rows 2 ..< 62 of the shard; its last ones are kept.
    let kept = min(60, rowCount)
    #expect(row(1, firstOfSixty) == stored(62 - kept))
    #expect(row(1, firstOfSixty + kept - 1) == stored(61))
    let audio = summary.cut.first { $0.modality == .audio }
    #expect((audio?.cut ?? 0) == cut && (audio?.longest ?? 60) == 60)
    #expect(summary.text.contains("--rows 60 keeps all.") == (cut > 0))
  }

  @Test(
    "keys of tar entries contain no dot or slash, and are distinct for distinct ids",
    arguments: [
      ("125845[3]", "125845[3]"), ("--qXJuDtHPw", "--qXJuDtHPw"), ("a.b/c", "a%2Eb%2Fc"), ("a%2Eb", "a%252Eb"),
      ("é 1", "%C3%A9%201"),
    ])
  func keys(id: String, key: String) {
    #expect(WebDatasetExport.key(of: id) == key)
  }

  private struct NoArray: Error {}

  /// A float32 array of an archive of uncompressed files.
  private static func array(_ name: String, in path: String) throws -> (shape: [Int], values: [Float]) {
    var found: NpyArray?
    try FileTrees.open(path).forEachFile {
      $0 == name + ".npy"
    } _: { file in
      found = try NpyArray(parsing: file.bytes, valueLimit: 1 << 20)
    }
    guard let found else { throw NoArray() }
    return (found.shape, found.values)
  }
}
