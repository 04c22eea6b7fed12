import Samples

extension SequenceStoreWriter {
  /// Appends the rows of a file of features; there is at least one.
  ///
  /// - Parameter rate: rows per second if the file does not give their times.
  /// - Throws: `DataError` 74 when writing fails.
  func append(_ features: FeatureFile, rate: Double) throws -> StoredRows {
    // If the rate would leave gaps, each row lasts until the next one.
    let rowSeconds = max(1 / rate, features.times?.step.flatMap { $0 > Self.widestGap / rate ? $0 : nil } ?? 0)
    let starts = features.times?.starts ?? (0..<features.rowCount).map { Double($0) / rate }
    let span = features.times?.extent.map { extent -> Interval in
      let end = features.times?.ends?.filter(\.isFinite).max() ?? 0
      return Interval(start: extent.start, end: max(extent.end + rowSeconds, end))
    }
    return try features.values.withUnsafeBufferPointer {
      // Not empty: there is at least one row of at least one column.
      try append(
        starts: starts, ends: features.times?.ends,
        times: features.isVector ? .vector : features.times == nil ? .rate : .own, span: span,
        values: $0.baseAddress!, width: features.width, rowSeconds: rowSeconds)
    }
  }

  /// Times of rows are rounded, and frames get lost: only steps longer than this many rows indicate another rate.
  private static let widestGap = 1.5
}
