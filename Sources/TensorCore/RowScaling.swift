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
    _ rows: UnsafeBufferPointer<Float>, rowCount: Int, center: [Float], scale: [Double], as format: FloatFormat,
    into destination: UnsafeMutableRawBufferPointer
  ) -> ScalingCounts {
    require(center.count == scale.count, "one centre and one scale a column")
    let width = center.count
    let count = checkedCount(rowCount, width)
    require(rows.count >= count && destination.count >= checkedCount(count, format.byteCount), "room for all rows")
    if count == 0 { return ScalingCounts() }
    let (rows, destination) = (rows.start, destination.baseAddress.unsafelyUnwrapped)
    var counts = ScalingCounts()
    center.withUnsafeBufferPointer { center in
      scale.withUnsafeBufferPointer { scale in
        // A width of 0 has no address and no cell.
        guard let center = center.baseAddress, let scale = scale.baseAddress else { return }
        for row in 0..<rowCount {
          let line = ScaledRow(cells: rows + row * width, center: center, scale: scale, width: width)
          let target = destination + row * width * format.byteCount
          switch format {
          case .float16: line.store(into: target, &counts) { Float16Rounding.round($0, saturated: &$1.saturated) }
          case .bfloat16: line.store(into: target, &counts) { cells, _ in BFloat16Rounding.round(cells) }
          case .float32: line.store(into: target, &counts) { cells, _ in cells }
          }
        }
      }
    }
    return counts
  }
}

/// A row on its way to its scaled form.
private struct ScaledRow {
  let cells: UnsafePointer<Float>
  let center: UnsafePointer<Float>
  let scale: UnsafePointer<Double>
  let width: Int

  /// Scales the row and stores what `convert` makes of each eight cells. The last ones are filled up with zeros.
  @inline(__always)
  func store<Stored: SIMD>(
    into target: UnsafeMutableRawPointer, _ counts: inout ScalingCounts,
    _ convert: (SIMD8<Float>, inout ScalingCounts) -> Stored
  ) where Stored.Scalar: BitwiseCopyable, Stored: BitwiseCopyable {
    let size = MemoryLayout<Stored.Scalar>.size
    var missing = SIMD8<Int32>.zero
    var column = 0
    while column + 8 <= width {
      let scaled = Self.scale(
        UnsafeRawPointer(cells + column).loadUnaligned(as: SIMD8<Float>.self),
        UnsafeRawPointer(center + column).loadUnaligned(as: SIMD8<Float>.self),
        UnsafeRawPointer(scale + column).loadUnaligned(as: SIMD8<Double>.self), &missing)
      target.storeBytes(of: convert(scaled, &counts), toByteOffset: column * size, as: Stored.self)
      column += 8
    }
    if column < width {
      var cell = SIMD8<Float>.zero
      var shift = SIMD8<Float>.zero
      var divisor = SIMD8<Double>.one
      for lane in 0..<width - column {
        cell[lane] = cells[column + lane]
        shift[lane] = center[column + lane]
        divisor[lane] = scale[column + lane]
      }
      let stored = convert(Self.scale(cell, shift, divisor, &missing), &counts)
      for lane in 0..<width - column {
        target.storeBytes(of: stored[lane], toByteOffset: (column + lane) * size, as: Stored.Scalar.self)
      }
    }
    counts.imputed += Int(missing.wrappedSum())
  }

  @inline(__always)
  private static func scale(
    _ cell: SIMD8<Float>, _ center: SIMD8<Float>, _ scale: SIMD8<Double>, _ missing: inout SIMD8<Int32>
  ) -> SIMD8<Float> {
    let scaled = SIMD8<Float>(SIMD8<Double>(cell - center) / scale)
    let isMissing = scaled .!= scaled
    missing &-= unsafeBitCast(isMissing, to: SIMD8<Int32>.self)
    return scaled.replacing(with: 0, where: isMissing)
  }
}
