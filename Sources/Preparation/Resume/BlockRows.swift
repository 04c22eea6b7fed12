import Samples
import Storage

/// The cleaned but unscaled rows of a block, wherever they are between the two passes. Safe to read from any thread.
///
/// A cell without a valid value is NaN.
protocol BlockRows: Sendable {
  /// How many rows a modality has.
  func rowCount(_ modality: Modality) -> Int

  /// Hands over the values of some rows, [rows, width] float32 row-major, for the time of `body`.
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
