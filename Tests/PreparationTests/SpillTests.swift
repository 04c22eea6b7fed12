import ArrayFiles
import Corpora
import Files
import Samples
import TensorCore
import Testing
import TestSupport
import Text

@testable import Preparation

@Suite("Blocks between the two passes")
struct SpillTests {
  private let widths: [(modality: Modality, width: Int)] = [(.visual, 3), (.text, 2)]

  private func summary() -> BlockSummary {
    var summary = BlockSummary()
    summary.samples = [
      BlockSample(
        id: SampleID(recording: "-é", segment: 2), interval: Interval(start: 0.1, end: 1 / 3), labels: [0.1, -3],
        rows: [.visual: 2, .text: 1], words: ["a \"b\"", "😀"])
    ]
    summary.dropped.add("x[1]", .noWord)
    summary.tally.add(7, to: "words.used")
    summary.emptyRecordings = ["nobody"]
    var counts = NonFiniteCounts(width: 3)
    (counts.nan[2], counts.negativeInfinity[2]) = (1, 4)
    summary.nonFinite = [.visual: counts]
    summary.fingerprints = ["visual": ["-é": "00ff"]]
    return summary
  }

  private func outputs() -> [ModalityOutput] {
    widths.map { modality, width in
      var output = ModalityOutput(modality: modality, width: width)
      for row in 0..<(modality == .visual ? 2 : 1) {
        let values = output.appendRow(interval: Interval(start: Double(row), end: 2), isPresent: row == 0)
        for column in 0..<width { values[column] = column == 1 ? .nan : Float(10 * row + column) }
      }
      return output
    }
  }

  /// Writes a block and returns its digest.
  private func write(_ summary: BlockSummary, to path: String) throws -> String {
    var digest = ""
    _ = try SpillFile.write(summary, outputs: outputs(), to: path) {
      digest = $0
      return path
    }
    return digest
  }

  @Test("a block reads back bit for bit")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("block")
    let digest = try write(summary(), to: path)
    let read = try SpilledBlock.summary(at: path, digest: digest)
    #expect(read.json == summary().json)
    #expect(read.samples == summary().samples)
    #expect(read.nonFinite == summary().nonFinite)
    try expectRows(of: try SpilledBlock(path: path, summary: read, widths: widths))
  }

  @Test("a block is a safetensors file with the same names as a shard")
  func format() throws {
    let folder = try TemporaryFolder()
    _ = try write(summary(), to: folder.file("block"))
    let file = try SafetensorsFile(path: folder.file("block"))
    #expect(
      file.header.tensors.map(\.name) == [
        "visual_intervals", "text_intervals", "visual", "text", "visual_mask", "text_mask",
      ])
    #expect(Array(try file.tensor("visual_mask", .uint8, shape: [2], as: UInt8.self)) == [1, 0])
    #expect(try file.tensor("visual", .float32, shape: [2, 3], as: Float.self)[3] == 10)
  }

  @Test("a block kept in memory has the same rows, whatever its worker does next")
  func kept() throws {
    var outputs = outputs()
    let block = try #require(KeptRoom(memory: 1 << 20).keep(outputs))
    for index in outputs.indices {
      outputs[index].removeAll()
      outputs[index].appendRow(interval: Interval(start: 7, end: 8), isPresent: true)
        .update(repeating: 7, count: outputs[index].width)
    }
    try expectRows(of: block)
    #expect(block.rowCount(.audio) == 0)
    #expect(block.mask(.audio).isEmpty && block.intervals(.audio).isEmpty)
  }

  @Test("blocks are kept while their rows fit in a 64th of the memory, and the rest is spilled")
  func room() {
    // 2 rows of 3 values and 1 of 2.
    let byteCount = 4 * 8
    for (memory, kept) in [(64 * byteCount - 1, 0), (64 * byteCount, 1), (2 * 64 * byteCount + 63, 2)] {
      let room = KeptRoom(memory: memory)
      #expect((0..<4).map { _ in room.keep(outputs()) == nil } == (0..<4).map { $0 >= kept })
    }
  }

  @Test("however much memory there is, no more than 64 MiB of rows are kept")
  func mostRoom() {
    var output = ModalityOutput(modality: .visual, width: 1 << 20)
    for _ in 0..<8 { _ = output.appendRow(interval: Interval(start: 0, end: 1), isPresent: true) }
    let room = KeptRoom(memory: .max)
    // 32 MiB each.
    #expect(room.keep([output]) != nil && room.keep([output]) != nil)
    #expect(room.keep([output]) == nil)
  }

  /// Checks that a block has the rows of `outputs()`, bit for bit.
  private func expectRows(of block: any BlockRows) throws {
    #expect(block.rowCount(.visual) == 2)
    #expect(try bits(of: block, rows: 0..<2) == [0, .nan, 2, 10, .nan, 12].map { (value: Float) in value.bitPattern })
    #expect(try bits(of: block, rows: 1..<2) == [10, .nan, 12].map { (value: Float) in value.bitPattern })
    #expect(try block.mask(.visual) == [1, 0])
    let times = try block.intervals(.text).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
    #expect(times == [0, 2])
  }

  private func bits(of block: any BlockRows, rows: Range<Int>) throws -> [UInt32] {
    try block.withValues(.visual, rows: rows, through: FloatBuffer()) {
      UnsafeBufferPointer(start: $0, count: 3 * rows.count).map(\.bitPattern)
    }
  }

  @Test("a missing label reads back as missing, in its place")
  func missingLabel() throws {
    let folder = try TemporaryFolder()
    var written = summary()
    written.samples[0] = BlockSample(
      id: written.samples[0].id, interval: written.samples[0].interval, labels: [0.5, .nan, -3],
      rows: written.samples[0].rows, words: nil)
    let digest = try write(written, to: folder.file("block"))
    let labels = try SpilledBlock.summary(at: folder.file("block"), digest: digest).samples[0].labels
    #expect(labels.count == 3 && labels[0] == 0.5 && labels[1].isNaN && labels[2] == -3)
  }

  @Test("a block with more rows than a file can hold is damaged", arguments: [1 << 20, 1 << 40, 1 << 62, Int.max])
  func tooManyRows(count: Int) throws {
    let folder = try TemporaryFolder()
    var written = summary()
    written.samples[0] = BlockSample(
      id: written.samples[0].id, interval: written.samples[0].interval, labels: [], rows: [.visual: count], words: nil)
    let (path, widths) = (folder.file("block"), widths)
    let digest = try write(written, to: path)
    let error = #expect(throws: DataError.self) {
      try SpilledBlock(path: path, summary: SpilledBlock.summary(at: path, digest: digest), widths: widths)
    }
    #expect(error?.code == .badData)
    #expect(throws: DataError.self) { try SpilledBlock(path: path, summary: written, widths: widths) }
  }

  @Test("a block that is truncated, or has one wrong byte, is damaged")
  func torn() throws {
    let folder = try TemporaryFolder()
    let digest = try write(summary(), to: folder.file("block"))
    let whole = try InputFile.contents(of: folder.file("block"), limit: 1 << 20)
    for count in stride(from: 0, to: whole.count, by: 7) {
      let path = try folder.write("torn", Array(whole[..<count]))
      let error = #expect(throws: DataError.self) { try SpilledBlock.summary(at: path, digest: digest) }
      #expect(error?.code == .badData)
      // Without a digest, the size reveals it.
      #expect(throws: DataError.self) { try SpilledBlock(path: path, summary: summary(), widths: widths) }
    }
    for offset in stride(from: 0, to: whole.count, by: 13) {
      var bytes = whole
      bytes[offset] ^= 0x10
      let path = try folder.write("torn", bytes)
      #expect(throws: DataError.self) { try SpilledBlock.summary(at: path, digest: digest) }
    }
  }
}
