import Samples

/// Where the rows of a data set's samples lie; safe to call from any thread.
protocol RowStore: Sendable {
  /// Lends a sample's rows as float32, row-major [rows, width], and a byte a row: 0 where the modality has no frame.
  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result

  /// Where a sample's rows begin and end, in seconds; nil where the form does not tell.
  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]?
}
