/// Scaled dot-product attention of one sample, all heads.
///
/// Queries, keys, values and the output are [rows, heads · headWidth]; a head owns neighbouring columns. Attention weights
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
  /// 1 where a key may be attended to, 0 where not: [keys]; nil where all may.
  private let keyMask: UnsafePointer<UInt8>?
  /// heads · queries · keys.
  private let weightCount: Int
  private let headCount: Int
  private let headWidth: Int
  private let scale: Float

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
    self.headCount = headCount
    headWidth = queries.columns / headCount
    scale = 1 / Float(headWidth).squareRoot()
  }

  /// `output = dropout(softmax(q · kᵀ / √headWidth)) · v`; zeros where there is no key to attend to (PyTorch gives NaN).
  ///
  /// - Parameter row: which row of the mask the sample's weights are.
  public func forward(into output: Matrix, dropout: DropoutMask?, row: Int) {
    require(output.isLike(queries), "an output a query")
    weigh()
    for index in 0..<weightCount { dropped[index] = weights[index] }
    dropout?.apply(to: Vector(start: dropped, count: weightCount), row: row)
    for head in 0..<headCount {
      for query in 0..<queries.rows {
        let line = dropped + (head * queries.rows + query) * keys.rows
        let y = output.row(query) + head * headWidth
        for column in 0..<headWidth { y[column] = 0 }
        for key in 0..<keys.rows { addScaled(values.row(key) + head * headWidth, line[key], to: y, headWidth) }
      }
    }
  }

  /// `weights = softmax(q · kᵀ / √headWidth)`, 0 for keys that are masked.
  private func weigh() {
    if !hasKey {
      for index in 0..<headCount * queries.rows * keys.rows { weights[index] = 0 }
      return
    }
    for head in 0..<headCount {
      for query in 0..<queries.rows {
        let line = weights + (head * queries.rows + query) * keys.rows
        let q = queries.row(query) + head * headWidth
        for key in 0..<keys.rows {
          line[key] = dot(q, keys.row(key) + head * headWidth, headWidth) * scale
        }
        if let keyMask {
          for key in 0..<keys.rows where keyMask[key] == 0 { line[key] = -.infinity }
        }
        Self.softmax(line, count: keys.rows)
      }
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
    let scratch = scratch.start
    for key in 0..<keys.rows {
      let (k, v) = (keyGradient.row(key), valueGradient.row(key))
      for column in 0..<headCount * headWidth {
        k[column] = 0
        v[column] = 0
      }
    }
    for head in 0..<headCount {
      let start = head * headWidth
      for query in 0..<queries.rows {
        let line = (head * queries.rows + query) * keys.rows
        let g = gradient.row(query) + start
        var inner: Float = 0
        for key in 0..<keys.rows {
          let kept = dropped[line + key]
          addScaled(g, kept, to: valueGradient.row(key) + start, headWidth)
          // A weight that dropout zeroed passes nothing on; one that softmax zeroed has no slope.
          let slope = kept == 0 ? 0 : dot(g, values.row(key) + start, headWidth) * dropoutScale
          scratch[key] = slope
          inner += slope * weights[line + key]
        }
        let q = queryGradient.row(query) + start
        for column in 0..<headWidth { q[column] = 0 }
        for key in 0..<keys.rows {
          let score = weights[line + key] * (scratch[key] - inner) * scale
          addScaled(keys.row(key) + start, score, to: q, headWidth)
          addScaled(queries.row(query) + start, score, to: keyGradient.row(key) + start, headWidth)
        }
      }
    }
  }

  /// Softmax in place, shifted by the largest value so that it cannot overflow.
  public static func softmax(_ values: Vector) {
    softmax(values.start, count: values.count)
  }

  private static func softmax(_ values: UnsafeMutablePointer<Float>, count: Int) {
    var largest = -Float.infinity
    for index in 0..<count where values[index] > largest { largest = values[index] }
    var sum: Float = 0
    for index in 0..<count {
      values[index] = exponential(values[index] - largest)
      sum += values[index]
    }
    let inverse = 1 / sum
    for index in 0..<count { values[index] *= inverse }
  }
}

/// Σ x·y in a fixed order: eight running sums, then the rest one by one.
@inline(__always)
func dot(_ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ count: Int) -> Float {
  let (rawX, rawY) = (UnsafeRawPointer(x), UnsafeRawPointer(y))
  var sums = SIMD8<Float>.zero
  var index = 0
  while index + 8 <= count {
    sums +=
      rawX.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
      * rawY.loadUnaligned(fromByteOffset: 4 * index, as: SIMD8<Float>.self)
    index += 8
  }
  let halves = sums.lowHalf + sums.highHalf
  let quarters = halves.lowHalf + halves.highHalf
  var sum = quarters[0] + quarters[1]
  while index < count {
    sum += x[index] * y[index]
    index += 1
  }
  return sum
}

/// `output += x · factor`.
@inline(__always)
func addScaled(_ x: UnsafePointer<Float>, _ factor: Float, to output: UnsafeMutablePointer<Float>, _ count: Int) {
  for index in 0..<count { output[index] += x[index] * factor }
}
