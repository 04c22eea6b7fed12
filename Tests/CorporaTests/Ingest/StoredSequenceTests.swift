import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Stored sequences")
struct StoredSequenceTests {
  /// A store with the parts of some recordings, and a sequence that reads it.
  private func sequence(
    _ folder: borrowing TemporaryFolder, widths: [Int], clock: RowClock = .turn,
    start: Double = 0, isOneRowEach: Bool = false, times: RowTimes = .own, ends: [Double]? = nil,
    _ parts: [String: [(starts: [Double], values: [Float])?]]
  ) throws -> StoredSequence {
    let path = folder.file("sequences.bin")
    let writer = try SequenceStoreWriter(path: path)
    var rows: [String: [StoredRows?]] = [:]
    for (id, parts) in parts {
      rows[id] = try zip(parts, widths).map { part, width in
        try part.map { part in
          try part.values.withUnsafeBufferPointer {
            try writer.append(
              starts: part.starts, ends: ends, times: times, values: $0.baseAddress!, width: width, rowSeconds: 0.1)
          }
        }
      }
    }
    _ = try writer.commit { _ in path }
    return StoredSequence(
      path: "release", store: try InputFile(path: path), widths: widths, rows: rows,
      clocks: widths.map { _ in clock },
      extents: rows.mapValues { _ in
        StoredSequence.RecordingExtent(start: start, whole: Interval(start: -0.25, end: 2))
      }, isOneRowEach: isOneRowEach)
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

  @Test("a part comes back as it was stored, whatever was stored before and after it")
  func onePart() throws {
    let folder = try TemporaryFolder()
    let sequence = try sequence(
      folder, widths: [3],
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

  @Test("parts are joined by time, relative to the turn's start; what a part lacks is NaN, never zero")
  func parts() throws {
    let folder = try TemporaryFolder()
    let sequence = try sequence(
      folder, widths: [1, 2], clock: .dialog, start: 5.5,
      ["a": [([6, 6.1, 6.3], [1, 2, 3]), ([6.101, 6.2], [10, 11, 20, 21])], "b": [nil, ([4], [1, 2])]])
    let a = try read(sequence, "a")
    #expect(zip(a.times, [0.5, 0.6, 0.6, 0.7, 0.7, 0.8, 0.8, 0.9]).allSatisfy { abs($0 - $1) < 1e-9 })
    let expected: [[Float]] = [[1, .nan, .nan], [2, 10, 11], [.nan, 20, 21], [3, .nan, .nan]]
    #expect(a.values.map { $0.map(\.bitPattern) } == expected.map { $0.map(\.bitPattern) })
    let b = try read(sequence, "b").values
    #expect(b.count == 1 && b[0][0].isNaN && b[0][1...] == [1, 2])
  }

  @Test("a vector covers its whole turn, and so does the only row of a turn if every turn has one")
  func vectors() throws {
    let folder = try TemporaryFolder()
    let parts: [String: [(starts: [Double], values: [Float])?]] = ["a": [([0], [1, 2])]]
    let vector = try sequence(folder, widths: [2], times: .vector, parts)
    #expect(try read(vector, "a").times == [-0.25, 2])
    #expect(try read(vector, "a").values == [[1, 2]])
    let one = try sequence(folder, widths: [2], isOneRowEach: true, times: .rate, parts)
    #expect(try read(one, "a").times == [-0.25, 2])
    let frame = try sequence(folder, widths: [2], times: .rate, parts)
    #expect(try read(frame, "a").times == [0, 0.1])
  }

  @Test("rows with stated ends end there, on either clock", arguments: [(RowClock.turn, 0.0), (.dialog, 3)])
  func ends(clock: RowClock, start: Double) throws {
    let folder = try TemporaryFolder()
    let sequence = try sequence(
      folder, widths: [1], clock: clock, start: start, isOneRowEach: true, ends: [3.5, 4.25],
      ["a": [([3, 4], [1, 2])]])
    #expect(try read(sequence, "a").times == [3, 3.5, 4, 4.25].map { $0 - start })
    #expect(try read(sequence, "a").values == [[1], [2]])
  }

  @Test("a flipped bit in the store is an error, never a feature")
  func damage() throws {
    let folder = try TemporaryFolder()
    let sequence = try sequence(folder, widths: [1], ["a": [([0, 0.1], [1, 2])]])
    var bytes = try InputFile.contents(of: folder.file("sequences.bin"), limit: 1000)
    bytes[17] ^= 1
    _ = try folder.write("damaged.bin", bytes)
    let damaged = StoredSequence(
      path: "release", store: try InputFile(path: folder.file("damaged.bin")), widths: [1], rows: sequence.rows,
      clocks: [.turn], extents: [:], isOneRowEach: false)
    let error = #expect(throws: DataError.self) { try read(damaged, "a") }
    #expect(error?.code == .badData)
  }

  @Test("a store without its commit is treated as absent")
  func uncommitted() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sequences.bin")
    do {
      let writer = try SequenceStoreWriter(path: path)
      _ = try [Float(1)].withUnsafeBufferPointer {
        try writer.append(starts: [0], times: .rate, values: $0.baseAddress!, width: 1, rowSeconds: 1)
      }
    }
    #expect(try Folder.names(in: folder.path).isEmpty)
  }
}
