import Samples
import Storage
import Synchronization
import TensorCore

/// A block whose rows stay in memory: a file of them would take longer to write and read than the rows to make.
///
/// `@unchecked Sendable`: nothing is written to after `init`.
final class KeptBlock: BlockRows, @unchecked Sendable {
  private struct Part {
    let width: Int
    /// [rows, width], in `room`.
    let values: UnsafePointer<Float>
    /// [rows, 2] seconds
    let intervals: [Double]
    /// [rows]
    let mask: [UInt8]
  }

  private var parts: [Modality: Part] = [:]
  /// Keeps the values' memory alive.
  private let room: KeptRoom

  /// Copies the rows, whose buffers a worker goes on to use, to `destination` in `room`.
  fileprivate init(copying outputs: [ModalityOutput], to destination: UnsafeMutablePointer<Float>, in room: KeptRoom) {
    self.room = room
    var next = destination
    for output in outputs {
      let count = output.rowCount * output.width
      next.update(from: output.values.base, count: count)
      parts[output.modality] = Part(
        width: output.width, values: UnsafePointer(next), intervals: output.intervals, mask: output.mask)
      next += count
    }
  }

  func rowCount(_ modality: Modality) -> Int { parts[modality]?.mask.count ?? 0 }

  func withValues<Result>(
    _ modality: Modality, rows: Range<Int>, through buffer: FloatBuffer,
    _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    // A modality that the block does not have has no row to ask for.
    guard let part = parts[modality] else { return try body(buffer.base) }
    return try body(part.values + rows.lowerBound * part.width)
  }

  func intervals(_ modality: Modality) -> [UInt8] { parts[modality]?.intervals.withUnsafeBytes { Array($0) } ?? [] }

  func mask(_ modality: Modality) -> [UInt8] { parts[modality]?.mask ?? [] }
}

/// Memory for the rows of the blocks of a run that need not be spilled.
///
/// A run that is stopped makes the kept blocks anew, so there is little to lose: as much as is made in about a second.
///
/// `@unchecked Sendable`: each block writes to a place of its own.
final class KeptRoom: @unchecked Sendable {
  /// A part of what `--memory` allows, so that it bounds this too.
  private static let shareOfMemory = 64
  private static let most = 64 << 20

  private let pages: PageMemory
  /// How many values fit.
  private let capacity: Int
  /// How many values have a block.
  private let taken = Mutex(0)

  /// Bytes of the rows that are kept.
  static func byteCount(memory: Int) -> Int { min(most, memory / shareOfMemory) }

  /// - Parameter memory: bytes that the run may have in flight.
  init(memory: Int) {
    capacity = Self.byteCount(memory: memory) / MemoryLayout<Float>.stride
    pages = PageMemory(count: capacity)
  }

  /// The block that keeps these rows; nil where there is no room for it.
  func keep(_ outputs: [ModalityOutput]) -> KeptBlock? {
    let count = outputs.reduce(0) { $0 + $1.rowCount * $1.width }
    let place = taken.withLock { taken -> Int? in
      if count > capacity - taken { return nil }
      taken += count
      return taken - count
    }
    return place.map { KeptBlock(copying: outputs, to: pages.base + $0, in: self) }
  }
}
