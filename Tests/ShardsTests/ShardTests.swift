import ArrayFiles
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@Suite("Shards")
struct ShardTests {
  private let train = "/shards/train-00000.safetensors"

  @Test("a shard reads back in every stored format", arguments: StoredFloat.allCases)
  func roundTrip(dtype: StoredFloat) throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.path, dtype: dtype)
    let shard = try ShardReader(path: folder.path + train)
    #expect(shard.ids == example.lines.prefix(3).map(\.id))
    #expect(shard.description.split == .train)
    #expect(shard.description.dtype == dtype)
    #expect(shard.description.labelNames == ["sentiment", "happy"])
    #expect(shard.rows(of: 1, .audio) == 1..<3)
    #expect(shard.rowCount(.text) == 6)
    #expect(Array(shard.labels(of: 2)) == [2.25, 0.5])
    #expect(Array(shard.mask(.visual) ?? shard.mask(.text)!) == [0, 1, 1, 1, 1, 1])
    #expect(shard.intervals(.text).map { Array($0.prefix(3)) } == [0, 0.5, 1])
    for (modality, width) in ExampleFolder.widths {
      var values = [Float](repeating: .nan, count: 3 * width)
      values.withUnsafeMutableBufferPointer { shard.readFloats(modality, rows: 2..<5, into: $0) }
      let expected = (2..<5).flatMap { row in (0..<width).map { ExampleFolder.value(modality, row: row, column: $0) } }
      #expect(values == expected)
    }
  }

  @Test("tensors are in descending element size, data start at a multiple of 64, metadata are as documented")
  func layout() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path, dtype: .f16)
    let header = try SafetensorsFile(path: folder.path + train).header
    #expect(header.dataStart % 64 == 0)
    #expect(
      header.tensors.map(\.name) == [
        "visual_intervals", "audio_intervals", "text_intervals", "visual_offsets", "audio_offsets", "text_offsets",
        "labels", "visual", "audio", "text", "visual_mask", "audio_mask", "text_mask",
      ])
    let sizes = header.tensors.map(\.type.byteCount)
    #expect(sizes == sizes.sorted(by: >))
    #expect(header.metadata["format"] == "msa-shard/1")
    #expect(header.metadata["split"] == "train")
    #expect(header.metadata["granularity"] == "word")
    #expect(header.metadata["dataset"] == "CMU-MOSEI")
    #expect(header.metadata["label_names"] == #"["sentiment","happy"]"#)
    #expect(header.metadata["ids"] == #"["train-qX[0]","traina.b[1]","trainc/d[2]"]"#)
  }

  @Test("the same contents give the same bytes")
  func determinism() throws {
    let folder = try TemporaryFolder()
    let first = try ExampleFolder(at: folder.file("a")).manifest
    #expect(try ExampleFolder(at: folder.file("b")).manifest == first)
  }

  @Test("the bytes are those that the reference package read, with the same values")
  func referencePackage() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path, dtype: .f16)
    let written = try InputFile.contents(of: folder.path + train, limit: 1 << 20)
    #expect(try InputFile.contents(of: fixture("safetensors/example-shard.safetensors"), limit: 1 << 20) == written)
    let seen = try JSONValue(contentsOf: fixture("safetensors/example-shard.json"))
    let shard = try ShardReader(path: folder.path + train)
    #expect(seen["metadata"]?["split"] == "train")
    #expect(try JSONValue(parsing: seen["metadata"]?["ids"]?.text ?? "") == .array(shard.ids.map { .string($0) }))
    for (modality, width) in ExampleFolder.widths {
      let tensor = seen["tensors"]?[modality.rawValue]
      #expect(tensor?["dtype"] == "float16")
      #expect(tensor?["shape"] == [.integer(shard.rowCount(modality)), .integer(width)])
      let expected = (0..<shard.rowCount(modality)).flatMap { row in
        (0..<width).map { Double(ExampleFolder.value(modality, row: row, column: $0)) }
      }
      #expect(tensor?["values"]?.elements?.map(\.doubleValue) == expected)
      let offsets = seen["tensors"]?[TensorName.offsets(modality)]?["values"]?.elements?.compactMap(\.doubleValue)
      #expect(offsets == [0, 1, 3, 6])
    }
    #expect(seen["tensors"]?["labels"]?["values"]?.elements?.map(\.doubleValue) == [-1.5, 0.5, 0, 0.5, 2.25, 0.5])
  }

  @Test("file names have at least five digits")
  func names() {
    #expect(ShardRecord.file(split: .valid, number: 7) == "shards/valid-00007.safetensors")
    #expect(ShardRecord.file(split: .test, number: 123_456) == "shards/test-123456.safetensors")
  }

  /// Builds a shard of one modality from raw tensors, valid except for what a test changes.
  private func shard(
    at path: String, metadata: [String: String?] = [:], offsets: [Int64] = [0, 1, 2], mask: [UInt8] = [1, 1],
    maskRows: Int? = nil, extra: Bool = false, times: [Double] = [0, 0, 0, 1]
  ) throws -> String {
    var texts = [
      "format": "msa-shard/1", "split": "train", "granularity": "word", "dataset": "d", "ids": #"["a","b"]"#,
      "label_names": #"["sentiment"]"#,
    ]
    for (key, value) in metadata { texts[key] = value }
    var tensors: [(name: String, type: TensorType, shape: [Int])] = [
      ("audio_intervals", .float64, [2, 2]), ("audio_offsets", .int64, [offsets.count]), ("labels", .float32, [2, 1]),
      ("audio", .float32, [2, 3]), ("audio_mask", .uint8, [mask.count]),
    ]
    if extra { tensors.append(("more", .uint8, [1])) }
    var writer = try SafetensorsWriter(path: path, header: SafetensorsHeader(laying: tensors, metadata: texts))
    try writer.append(times, to: "audio_intervals")
    try writer.append(offsets, to: "audio_offsets")
    try writer.append([Float](repeating: 0, count: 2), to: "labels")
    try writer.append([Float](repeating: 0, count: 6), to: "audio")
    try writer.append(mask, to: "audio_mask")
    if extra { try writer.append([UInt8](repeating: 0, count: 1), to: "more") }
    _ = try writer.commit()
    return path
  }

  private func problem(_ path: String) -> String? {
    let error = #expect(throws: DataError.self) { try ShardReader(path: path) }
    #expect(error?.code == .badData)
    return error?.description.replacing(path, with: "FILE")
  }

  @Test(
    "a row with an invalid interval is refused by its number",
    arguments: [[1, 0], [.nan, 1], [0, .infinity], [-.infinity, 0]] as [[Double]])
  func times(odd: [Double]) throws {
    let folder = try TemporaryFolder()
    let found = problem(try shard(at: folder.file("a"), times: [0, 1] + odd))
    #expect(found?.hasPrefix("FILE: audio_intervals[1]: \(odd[0]) to \(odd[1]), expected finite seconds") == true)
    _ = try ShardReader(path: try shard(at: folder.file("b"), times: [-1, 0, 3, 3]))
  }

  @Test("a shard that breaks its own rules is refused by name")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a")
    #expect(try ShardReader(path: shard(at: path)).rowCount(.audio) == 2)
    #expect(
      problem(try shard(at: path, offsets: [0, 2, 1]))
        == "FILE: audio_offsets: offsets that decrease, expected 0 first, then never less")
    #expect(problem(try shard(at: path, offsets: [1, 1, 2]))?.contains("audio_offsets") == true)
    #expect(problem(try shard(at: path, offsets: [0, -1, 2]))?.contains("audio_offsets") == true)
    #expect(problem(try shard(at: path, offsets: [0, 1, 3])) == "FILE: audio: F32 [2, 3], expected F32 [3, 3]")
    #expect(problem(try shard(at: path, offsets: [0, 2])) == "FILE: audio_offsets: I64 [2], expected I64 [3]")
    #expect(problem(try shard(at: path, mask: [1, 2])) == "FILE: audio_mask: holds 2, expected 0 or 1")
    #expect(problem(try shard(at: path, mask: [1])) == "FILE: audio_mask: U8 [1], expected U8 [2]")
    #expect(problem(try shard(at: path, extra: true)) == "FILE: more: is not a tensor of a shard")
  }

  @Test(
    "metadata that are missing or wrong are refused",
    arguments: [
      ("format", nil, "FILE: __metadata__: has no format, expected a shard of a prepared folder"),
      (
        "format", "msa-shard/9",
        "FILE: format: found \"msa-shard/9\", expected \"msa-shard/1\". Use the version of msa-prep that wrote it, "
          + "or prepare the folder again."
      ),
      ("split", "dev", "FILE: split: found \"dev\", expected train, valid or test"),
      ("ids", "[1]", "FILE: ids: found [1], expected a JSON list of strings"),
      ("ids", "[", "FILE: ids: malformed JSON at byte 1, expected a JSON list of strings"),
      ("ids", #"["a"]"#, "FILE: audio_offsets: I64 [3], expected I64 [2]"),
      ("label_names", "[]", "FILE: labels: F32 [2, 1], expected F32 [2, 0]"),
    ])
  func metadata(key: String, value: String?, expected: String) throws {
    let folder = try TemporaryFolder()
    #expect(problem(try shard(at: folder.file("a"), metadata: [key: value])) == expected)
  }

  @Test("any other safetensors file is refused")
  func otherFile() {
    #expect(problem(fixture("safetensors/reference.safetensors"))?.contains("has no format") == true)
  }
}
