import Samples
import Storage
import Synchronization

/// A block whose rows stay in memory: a file of them would take longer to write and read than the rows to make.
///
/// `@unchecked Sendable`: nothing is written to after `init`.
final class KeptBlock: BlockRows, @unchecked Sendable {
  private let parts: [Modality: ModalityOutput]

  /// Copies the rows, whose buffers a worker goes on to use.
  init(copying outputs: [ModalityOutput]) {
    parts = Dictionary(uniqueKeysWithValues: outputs.map { ($0.modality, $0.copy()) })
  }

  func rowCount(_ modality: Modality) -> Int { parts[modality]?.rowCount ?? 0 }

  func withValues<Result>(
    _ modality: Modality, rows: Range<Int>, through buffer: FloatBuffer,
    _ body: (UnsafePointer<Float>) throws -> Result
  ) throws -> Result {
    // A modality that the block does not have has no row to ask for.
    guard let part = parts[modality] else { return try body(buffer.base) }
    return try body(part.values.base + rows.lowerBound * part.width)
  }

  func intervals(_ modality: Modality) -> [UInt8] { parts[modality]?.intervals.withUnsafeBytes { Array($0) } ?? [] }

  func mask(_ modality: Modality) -> [UInt8] { parts[modality]?.mask ?? [] }
}

/// What may be kept in memory of the blocks of a run; the rest is spilled.
///
/// A run that is stopped makes the kept blocks anew, so there is little to lose: as much as is made in about a second.
final class KeptRoom: Sendable {
  /// A part of what `--memory` allows, so that it bounds this too.
  private static let shareOfMemory = 64
  private static let most = 64 << 20
  private let left: Mutex<Int>

  /// - Parameter memory: bytes that the run may have in flight.
  init(memory: Int) { left = Mutex(min(Self.most, memory / Self.shareOfMemory)) }

  /// The block that keeps these rows; nil where there is no room for it.
  func keep(_ outputs: [ModalityOutput]) -> KeptBlock? {
    let byteCount = outputs.reduce(0) { $0 + $1.byteCount }
    let fits = left.withLock { left in
      if byteCount > left { return false }
      left -= byteCount
      return true
    }
    return fits ? KeptBlock(copying: outputs) : nil
  }
}
