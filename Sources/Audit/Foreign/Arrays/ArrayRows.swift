import Leaks
import Samples
import SplitArrays

/// The rows of samples read from arrays.
struct ArrayRows: RowStore {
  let parts: [Split: [Modality: UnpaddedRows]]
  /// The split of each sample and its index there.
  let places: [(split: Split, index: Int)]

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    let place = places[sample]
    guard let part = parts[place.split]?[modality] else {
      return try body(UnsafeBufferPointer(start: nil, count: 0), UnsafeBufferPointer(start: nil, count: 0))
    }
    return try part.withRows(of: place.index) { values in
      let width = part.block.width
      // A row of zeros counts as missing, like padding.
      let mask: [UInt8] = (0..<part.rows[place.index].count).map { row in
        values[row * width..<(row + 1) * width].contains { $0 != 0 } ? 1 : 0
      }
      return try mask.withUnsafeBufferPointer { try body(values, $0) }
    }
  }

  /// Returns nil: arrays contain no times.
  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? { nil }
}
