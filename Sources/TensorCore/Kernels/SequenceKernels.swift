import CTensorCore

/// Scaled dot-product attention of one sample, all heads.
///
/// Queries, keys, values and the output are [rows, heads · headWidth]; a head owns adjacent columns. Attention weights
/// are [heads, queries, keys], row-major.
public struct AttentionKernel {
  /// [queries, heads · headWidth].
  public let queries: Matrix
  /// [keys, heads · headWidth].
  public let keys: Matrix
  /// [keys, heads · headWidth].
  public let values: Matrix
  /// The weights after softmax: [heads, queries, keys].
  private let weights: UnsafeMutablePointer<Float>
  /// The same after dropout.
  private let dropped: UnsafeMutablePointer<Float>
  /// 1 where a key may be attended to, 0 where not: [keys]; nil if all may.
  private let keyMask: UnsafePointer<UInt8>?
  /// heads · queries · keys.
  private let weightCount: Int
  private let shape: msa_attention

  /// Describes one sample; `weights` and `dropped` have room for [heads, queries, keys].
  public init(
    queries: Matrix, keys: Matrix, values: Matrix, headCount: Int, keyMask: UnsafeBufferPointer<UInt8>? = nil,
    weights: Vector, dropped: Vector
  ) {
    require(headCount > 0 && queries.columns % headCount == 0, "heads share the columns")
    require(keys.isLike(values) && keys.columns == queries.columns, "keys and values are as wide as queries")
    require(keyMask.map { $0.count == keys.rows } ?? true, "a mask a key")
    weightCount = checkedCount(headCount, checkedCount(queries.rows, keys.rows))
    require(weights.count >= weightCount && dropped.count >= weightCount, "room for all weights")
    self.queries = queries
    self.keys = keys
    self.values = values
    self.weights = weights.start
    self.dropped = dropped.start
    self.keyMask = keyMask?.baseAddress
    let headWidth = queries.columns / headCount
    shape = msa_attention(
      queryCount: queries.rows, keyCount: keys.rows, headCount: headCount, headWidth: headWidth,
      scale: 1 / Float(headWidth).squareRoot())
  }

  /// `output = dropout(softmax(q · kᵀ / √headWidth)) · v`; zeros if there is no key to attend to (PyTorch gives NaN).
  ///
  /// - Parameter row: which row of the mask the sample's weights are.
  public func forward(into output: Matrix, dropout: DropoutMask?, row: Int) {
    require(output.isLike(queries), "an output a query")
    weigh()
    dropped.update(from: weights, count: weightCount)
    dropout?.apply(to: Vector(start: dropped, count: weightCount), row: row)
    msa_attention_output(shape, dropped, values.base, values.stride, output.base, output.stride)
  }

  /// `weights = softmax(q · kᵀ / √headWidth)`, 0 for keys that are masked.
  private func weigh() {
    if hasKey {
      msa_attention_weights(shape, queries.base, queries.stride, keys.base, keys.stride, keyMask, weights)
    } else {
      weights.update(repeating: 0, count: weightCount)
    }
  }

  private var hasKey: Bool {
    guard let keyMask else { return keys.rows > 0 }
    for key in 0..<keys.rows where keyMask[key] == 1 { return true }
    return false
  }

  /// The gradients with respect to queries, keys and values, overwritten, from that of the output.
  ///
  /// - Parameter scratch: room for `keys.rows` values.
  public func backward(
    _ gradient: Matrix, dropoutScale: Float, queryGradient: Matrix, keyGradient: Matrix, valueGradient: Matrix,
    scratch: Vector
  ) {
    require(gradient.isLike(queries) && queryGradient.isLike(queries), "a gradient a query")
    require(keyGradient.isLike(keys) && valueGradient.isLike(keys), "a gradient a key")
    require(scratch.count >= keys.rows, "room for a number a key")
    msa_attention_backward(
      shape, queries.base, queries.stride, keys.base, keys.stride, values.base, values.stride, weights, dropped,
      gradient.base, gradient.stride, dropoutScale, queryGradient.base, queryGradient.stride, keyGradient.base,
      keyGradient.stride, valueGradient.base, valueGradient.stride, scratch.start)
  }

  /// Softmax in place, shifted by the largest value so that it cannot overflow.
  public static func softmax(_ values: Vector) {
    if !values.isEmpty { msa_softmax(values.start, values.count) }
  }
}

/// Pools a sequence of rows into one vector.
public enum PoolingKernel {
  /// The mean over the valid rows of `rows` [count, columns] into `output` [columns]; zeros when there is none.
  ///
  /// - Parameter mask: 1 where a row is valid, [count].
  public static func mean(_ rows: Matrix, mask: UnsafeBufferPointer<UInt8>, into output: Vector) {
    require(mask.count == rows.rows && output.count == rows.columns, "a mask a row, a mean a column")
    msa_mean_of_valid(rows.base, rows.stride, rows.rows, rows.columns, mask.baseAddress, output.start)
  }

  /// The gradient of `mean` with respect to the rows: each valid one gets its share, the others 0.
  ///
  /// - Parameter mask: 1 where a row is valid, [count].
  public static func meanBackward(
    _ gradient: Vector, mask: UnsafeBufferPointer<UInt8>, into rowGradient: Matrix, adding: Bool
  ) {
    require(mask.count == rowGradient.rows && gradient.count == rowGradient.columns, "a mask a row, a mean a column")
    msa_mean_of_valid_backward(
      gradient.start, mask.baseAddress, rowGradient.base, rowGradient.stride, rowGradient.rows, rowGradient.columns,
      adding)
  }
}
