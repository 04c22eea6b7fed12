import Leaks
import Samples

/// The rows of samples that were read from arrays.
struct ArrayRows: RowStore {
  /// The rows of a modality in one split, without padding.
  struct Block: Sendable {
    let width: Int
    /// [rows, width] with gaps where samples were padded.
    let values: [Float]
    /// The rows of each sample in `values`.
    let rows: [Range<Int>]

    /// A byte a row of `rows`: 0 where a row is zero throughout, as padding and missing rows are.
    func mask(of sample: Int) -> [UInt8] {
      rows[sample].map { row in values[row * width..<(row + 1) * width].contains { $0 != 0 } ? 1 : 0 }
    }
  }

  let blocks: [Split: [Modality: Block]]
  /// The split of each sample and its place there.
  let places: [(split: Split, index: Int)]

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    let place = places[sample]
    guard let block = blocks[place.split]?[modality] else {
      return try body(UnsafeBufferPointer(start: nil, count: 0), UnsafeBufferPointer(start: nil, count: 0))
    }
    let rows = block.rows[place.index]
    return try block.values.withUnsafeBufferPointer { values in
      let own = UnsafeBufferPointer(rebasing: values[rows.lowerBound * block.width..<rows.upperBound * block.width])
      return try block.mask(of: place.index).withUnsafeBufferPointer { try body(own, $0) }
    }
  }

  /// Arrays hold no times.
  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? { nil }
}
