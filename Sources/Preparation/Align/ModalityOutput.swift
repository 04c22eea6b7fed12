import Files
import Samples
import TensorCore

/// The rows of one modality gathered so far for a block.
struct ModalityOutput {
  let modality: Modality
  let width: Int
  /// [rows, width]
  let values: FloatBuffer
  /// [rows, 2] seconds
  private(set) var intervals: [Double] = []
  /// [rows]
  private(set) var mask: [UInt8] = []

  /// How many rows there are.
  var rowCount: Int { mask.count }

  /// The rows' values as bytes; valid until the next row is added.
  var valueBytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: values.base, count: 4 * rowCount * width)
  }

  init(modality: Modality, width: Int) {
    self.modality = modality
    self.width = width
    values = FloatBuffer()
  }

  /// Forgets the rows and keeps the memory.
  mutating func removeAll() {
    intervals.removeAll(keepingCapacity: true)
    mask.removeAll(keepingCapacity: true)
  }

  /// Reserves room for rows while there are none.
  mutating func reserve(_ count: Int) {
    values.reserve(count * width)
    intervals.reserveCapacity(2 * count)
    mask.reserveCapacity(count)
  }

  /// Adds a row and returns where its `width` values go; the pointer is valid until the next row is added.
  mutating func appendRow(interval: Interval, isPresent: Bool) -> UnsafeMutablePointer<Float> {
    let row = mask.count
    values.reserve((row + 1) * width, keeping: row * width)
    intervals.append(interval.start)
    intervals.append(interval.end)
    mask.append(isPresent ? 1 : 0)
    return values.base + row * width
  }

  /// Adds rows and returns where their values go, [rows, width]; the pointer is valid until the next row is added.
  mutating func appendRows(intervals: [Interval], mask: [UInt8]) -> UnsafeMutablePointer<Float> {
    let row = rowCount
    values.reserve((row + mask.count) * width, keeping: row * width)
    for interval in intervals {
      self.intervals.append(interval.start)
      self.intervals.append(interval.end)
    }
    self.mask += mask
    return values.base + row * width
  }

  /// Whether every row from `first` on is missing or zero throughout (NaN counts as missing).
  func isZeroOrMissing(fromRow first: Int) -> Bool {
    (first..<rowCount).allSatisfy { row in
      mask[row] == 0
        || (0..<width).allSatisfy { column in
          let value = values.base[row * width + column]
          return value == 0 || value.isNaN
        }
    }
  }

  /// Forgets the rows from `count` on.
  mutating func truncate(toRows count: Int) {
    mask.removeLast(rowCount - count)
    intervals.removeLast(intervals.count - 2 * count)
  }
}
