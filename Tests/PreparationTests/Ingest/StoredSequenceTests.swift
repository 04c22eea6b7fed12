import Storage
import TestSupport
import Testing

@testable import Preparation

@Suite("Sequences in a store")
struct StoredSequenceTests {
  /// A store with the parts of some recordings, and a sequence over it.
  private func sequence(
    _ folder: borrowing TemporaryFolder, widths: [Int], startsAtFirstRow: Bool,
    _ parts: [String: [(starts: [Double], values: [Float])?]]
  ) throws -> StoredSequence {
    let path = folder.file("sequences.bin")
    let writer = try SequenceStoreWriter(path: path)
    var rows: [String: [StoredRows?]] = [:]
    for (id, parts) in parts {
      rows[id] = try zip(parts, widths).map { part, width in
        try part.map { part in
          try part.values.withUnsafeBufferPointer {
            try writer.append(starts: part.starts, values: $0.baseAddress!, width: width, rowSeconds: 0.1)
          }
        }
      }
    }
    try writer.commit()
    return StoredSequence(
      path: "release", store: try InputFile(path: path), widths: widths, rows: rows, startsAtFirstRow: startsAtFirstRow)
  }

  private func read(_ sequence: StoredSequence, _ id: String) throws -> (times: [Double], values: [[Float]]) {
    let reader = sequence.makeReader()
    let times = try reader.open(id)
    var values: [[Float]] = []
    try reader.readRows { origin, count in
      values = (0..<count).map { row in (0..<sequence.width).map { origin[row * sequence.width + $0] } }
      return count
    }
    return (times.intervals, values)
  }

  @Test("one part comes back as it was stored, whatever was stored before and after it")
  func onePart() throws {
    let folder = try TemporaryFolder()
    let sequence = try sequence(
      folder, widths: [3], startsAtFirstRow: false,
      ["a": [([0, 0.1], [1, 2, 3, 4, 5, .nan])], "b": [([0.5], [7, 8, 9])], "c": [nil]])
    #expect(sequence.rowCount == 3)
    #expect(sequence.rowCount(of: "c") == 0)
    #expect(sequence.contains("c") && !sequence.contains("d"))
    let a = try read(sequence, "a")
    #expect(a.times == [0, 0.1, 0.1, 0.2])
    #expect(a.values[0] == [1, 2, 3])
    #expect(a.values[1][2].isNaN)
    #expect(try read(sequence, "b").values == [[7, 8, 9]])
    #expect(try read(sequence, "d").values == [])
  }

  @Test("parts are joined by their times; what a part lacks is NaN and never zero; the first row is at 0 s")
  func parts() throws {
    let folder = try TemporaryFolder()
    let sequence = try sequence(
      folder, widths: [1, 2], startsAtFirstRow: true,
      ["a": [([6, 6.1, 6.3], [1, 2, 3]), ([6.101, 6.2], [10, 11, 20, 21])], "b": [nil, ([4], [1, 2])]])
    let a = try read(sequence, "a")
    #expect(zip(a.times, [0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4]).allSatisfy { abs($0 - $1) < 1e-9 })
    let expected: [[Float]] = [[1, .nan, .nan], [2, 10, 11], [.nan, 20, 21], [3, .nan, .nan]]
    #expect(a.values.map { $0.map(\.bitPattern) } == expected.map { $0.map(\.bitPattern) })
    let b = try read(sequence, "b").values
    #expect(b.count == 1 && b[0][0].isNaN && b[0][1...] == [1, 2])
  }

  @Test("a flipped bit in the store is an error and no feature")
  func damage() throws {
    let folder = try TemporaryFolder()
    let sequence = try sequence(folder, widths: [1], startsAtFirstRow: false, ["a": [([0, 0.1], [1, 2])]])
    var bytes = try InputFile.contents(of: folder.file("sequences.bin"), limit: 1000)
    bytes[17] ^= 1
    _ = try folder.write("damaged.bin", bytes)
    let damaged = StoredSequence(
      path: "release", store: try InputFile(path: folder.file("damaged.bin")), widths: [1], rows: sequence.rows,
      startsAtFirstRow: false)
    let error = #expect(throws: DataError.self) { try read(damaged, "a") }
    #expect(error?.code == .badData)
  }

  @Test("a store without its commit is not there")
  func uncommitted() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sequences.bin")
    do {
      let writer = try SequenceStoreWriter(path: path)
      _ = try [Float(1)].withUnsafeBufferPointer {
        try writer.append(starts: [0], values: $0.baseAddress!, width: 1, rowSeconds: 1)
      }
    }
    #expect(try Folder.names(in: folder.path).isEmpty)
  }
}
