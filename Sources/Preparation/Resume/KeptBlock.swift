import Files
import Samples
import Synchronization
import TensorCore

/// The cleaned but unscaled rows of a block, wherever they are between the two passes. Safe to read from any thread.
///
/// A cell without a valid value is NaN.
protocol BlockRows: Sendable {
  /// How many rows a modality has.
  func rowCount(_ modality: Modality) -> Int

  /// Lends the values of some rows, [rows, width] float32 row-major, for the duration of `body`.
  ///
  /// - Parameter buffer: room for rows that have to be read first.
  /// - Throws: `DataError` 65 when their file has become shorter, 74 when it cannot be read.
  func withValues<Result>(
    _ modality: Modality, rows: Range<Int>, through buffer: FloatBuffer,
    _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result

  /// [rows, 2] float64 seconds, as bytes.
  func intervals(_ modality: Modality) throws -> [UInt8]

  /// [rows], 1 where the modality has a row of its own.
  func mask(_ modality: Modality) throws -> [UInt8]
}

/// A block whose rows stay in memory: writing and reading a file would take longer than making the rows.
struct KeptBlock: BlockRows, Sendable {
  private struct Part {
    let width: Int
    /// Where its values begin in `room`: [rows, width].
    let start: Int
    /// [rows, 2] seconds
    let intervals: [Double]
    /// [rows]
    let mask: [UInt8]
  }

  private var parts: [Modality: Part] = [:]
  private let room: KeptRoom

  /// Copies the rows, whose buffers a worker continues to use, to `start` in `room`.
  fileprivate init(copying outputs: [ModalityOutput], to start: Int, in room: KeptRoom) {
    self.room = room
    var start = start
    for output in outputs {
      let rows = output.values.values.part(from: 0, count: output.rowCount * output.width)
      room.values(from: start, count: rows.count).take(UnsafeBufferPointer(rows))
      parts[output.modality] = Part(
        width: output.width, start: start, intervals: output.intervals, mask: output.mask)
      start += rows.count
    }
  }

  func rowCount(_ modality: Modality) -> Int { parts[modality]?.mask.count ?? 0 }

  func withValues<Result>(
    _ modality: Modality, rows: Range<Int>, through buffer: FloatBuffer,
    _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    // A modality that the block lacks has no rows to ask for.
    guard let part = parts[modality] else { return try body(buffer.base) }
    precondition(rows.lowerBound >= 0 && rows.upperBound <= part.mask.count, "rows of the block")
    let values = room.values(from: part.start + rows.lowerBound * part.width, count: rows.count * part.width)
    return try body(UnsafePointer(values.baseAddress!))  // a part of the room always has an address
  }

  func intervals(_ modality: Modality) -> [UInt8] { parts[modality]?.intervals.withUnsafeBytes { Array($0) } ?? [] }

  func mask(_ modality: Modality) -> [UInt8] { parts[modality]?.mask ?? [] }
}

/// Memory for the rows of the blocks of a run that need not be spilled: one stretch of pages, because blocks are smaller
/// than what the system gives at once.
///
/// A stopped run makes the kept blocks again, so there is little to lose: about a second's work.
///
/// `@unchecked Sendable`: each block writes to a part of its own, once, before anybody else knows the block.
final class KeptRoom: @unchecked Sendable {
  /// A share of what `--memory` allows, so that it bounds this too.
  private static let shareOfMemory = 64
  private static let most = 64 << 20

  private let pages: PageMemory
  /// How many values fit.
  private let capacity: Int
  /// How many values are kept.
  private let taken = Mutex(0)

  /// Bytes of the rows that are kept.
  static func byteCount(memory: Int) -> Int { min(most, memory / shareOfMemory) }

  /// - Parameter memory: bytes that the run may have in flight.
  init(memory: Int) {
    capacity = Self.byteCount(memory: memory) / MemoryLayout<Float>.stride
    pages = PageMemory(count: capacity)
  }

  /// The block that keeps these rows; nil if there is no room for it.
  func keep(_ outputs: [ModalityOutput]) -> KeptBlock? {
    let count = outputs.reduce(0) { $0 + $1.rowCount * $1.width }
    let start = taken.withLock { taken -> Int? in
      if count > capacity - taken { return nil }
      taken += count
      return taken - count
    }
    return start.map { KeptBlock(copying: outputs, to: $0, in: self) }
  }

  /// A part of the room, valid as long as the room is.
  fileprivate func values(from start: Int, count: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: pages.base, count: capacity).part(from: start, count: count)
  }
}
