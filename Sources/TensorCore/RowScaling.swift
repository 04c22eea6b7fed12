import CTensorCore

/// What `RowScaling.transform` did to single cells.
public struct ScalingCounts: Hashable, Sendable {
  /// NaN cells that became 0, the median.
  public var imputed = 0
  /// Values clamped to float16's ±65504.
  public var saturated = 0

  /// Nothing counted yet.
  public init() {}

  /// Adds the counts of other rows.
  public mutating func add(_ other: Self) {
    imputed += other.imputed
    saturated += other.saturated
  }
}

/// Scales rows as scikit-learn's `RobustScaler.transform` does on float32 input.
public enum RowScaling {
  /// Scales `rows`, [rowCount, width] row-major, and stores them in `format`, in the same order.
  ///
  /// A cell is (x − centre) in float32, then divided by the float64 scale and rounded to float32 (scikit-learn 1.9.1),
  /// then rounded to `format`; NaN becomes 0. `center` and `scale` hold one value per column. `destination` may be
  /// unaligned and must not overlap `rows`.
  public static func transform(
    _ rows: UnsafeBufferPointer<Float>, rowCount: Int, center: [Float], scale: [Double], as format: FloatFormat,
    into destination: UnsafeMutableRawBufferPointer
  ) -> ScalingCounts {
    require(center.count == scale.count, "one centre and one scale a column")
    let width = center.count
    let count = checkedCount(rowCount, width)
    require(rows.count >= count && destination.count >= checkedCount(count, format.byteCount), "room for all rows")
    if count == 0 { return ScalingCounts() }
    let stored =
      switch format {
      case .float16: msa_float16
      case .bfloat16: msa_bfloat16
      case .float32: msa_float32
      }
    var counts = ScalingCounts()
    msa_scale_rows(
      rows.start, rowCount, width, center, scale, Int32(stored.rawValue), destination.baseAddress, &counts.imputed,
      &counts.saturated)
    return counts
  }
}
