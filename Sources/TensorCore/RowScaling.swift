/// What `RowScaling.transform` did to single cells.
public struct ScalingCounts: Hashable, Sendable {
  /// NaN cells that became 0, the median.
  public var imputed = 0
  /// Values held at float16's ±65504.
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
  /// then rounded to `format`; NaN becomes 0. `center` and `scale` hold a value a column. `destination` may be unaligned
  /// and must not overlap `rows`.
  public static func transform(
    _ rows: UnsafePointer<Float>, rowCount: Int, center: [Float], scale: [Double], as format: FloatFormat,
    into destination: UnsafeMutableRawPointer
  ) -> ScalingCounts {
    precondition(center.count == scale.count, "one centre and one scale a column")
    let width = center.count
    var counts = ScalingCounts()
    var line = [Float](repeating: 0, count: width)
    for row in 0..<rowCount {
      for column in 0..<width {
        let value = Float(Double(rows[row * width + column] - center[column]) / scale[column])
        if value.isNaN { counts.imputed += 1 }
        line[column] = value.isNaN ? 0 : value
      }
      let target = destination + row * width * format.byteCount
      switch format {
      case .float16: counts.saturated += FloatConversion.toFloat16(line, count: width, into: target)
      case .bfloat16: FloatConversion.toBFloat16(line, count: width, into: target)
      case .float32: line.withUnsafeBytes { target.copyMemory(from: $0.baseAddress!, byteCount: 4 * width) }
      }
    }
    return counts
  }
}
