import Processor
import TensorCore
import Testing

/// A matrix that owns its memory, with gaps between its rows.
private final class OwnedMatrix {
  let matrix: Matrix

  init(rows: Int, columns: Int, gap: Int = 3, value: (Int, Int) -> Float) {
    let stride = columns + gap
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: max(1, rows * stride))
    values.initialize(repeating: .nan)
    matrix = Matrix(values, rows: rows, columns: columns, stride: stride)
    for row in 0..<rows {
      for column in 0..<columns { matrix.row(row)[column] = value(row, column) }
    }
  }

  deinit { matrix.base.deallocate() }
}

/// Sizes of a product: `n` rows and `m` columns of output, and `k` terms per element.
struct ProductSize: CustomTestStringConvertible {
  let n, m, k: Int
  var testDescription: String { "\(n) × \(m), \(k) terms" }

  /// Sizes around the kernels' units: vectors of 4, 8 and 16, tiles of 6 and 12 rows, blocks of 256.
  static let all: [ProductSize] = [
    (5, 7, 9), (1, 1, 1), (3, 2, 0), (0, 4, 3), (4, 0, 3), (1, 40, 17), (40, 1, 17), (32, 1, 96), (6, 16, 8),
    (7, 17, 9), (13, 33, 255), (12, 32, 256), (11, 31, 257), (32, 192, 74), (192, 32, 11), (25, 48, 513), (2, 300, 40),
    (300, 2, 40), (8, 9, 10), (17, 15, 1), (33, 47, 64), (64, 12, 257), (50, 5, 700),
  ].map { ProductSize(n: $0.0, m: $0.1, k: $0.2) }
}

/// Values whose products are rounded, of both signs and many magnitudes.
private func left(_ row: Int, _ column: Int) -> Float { value(row &* 7919 &+ column) }
private func right(_ row: Int, _ column: Int) -> Float { value(row &* 104_729 &+ column &+ 5) }
private func start(_ row: Int, _ column: Int) -> Float { value(row &+ column &* 31) }
private func value(_ seed: Int) -> Float {
  let word = Philox(seed: 1).word(at: seed, stream: 2, step: 3)
  return (Philox.uniform(word) - 0.5) * (word & 7 == 0 ? 1000 : 1)
}

@Test(
  "each element is one chain of fused multiply-adds, for any vector width, row gap and addend",
  arguments: ProductSize.all, [false, true])
func products(_ size: ProductSize, _ adding: Bool) {
  let (n, m, k) = (size.n, size.m, size.k)
  let expected = OwnedMatrix(rows: n, columns: m) { row, column in
    var sum = adding ? start(row, column) : 0
    for index in 0..<k { sum = sum.addingProduct(left(row, index), right(index, column)) }
    return sum
  }
  let (x, xTransposed) = (
    OwnedMatrix(rows: n, columns: k, value: left), OwnedMatrix(rows: k, columns: n, gap: 0) { left($1, $0) }
  )
  let (w, wTransposed) = (
    OwnedMatrix(rows: k, columns: m, gap: 1, value: right), OwnedMatrix(rows: m, columns: k) { right($1, $0) }
  )
  func check(_ width: VectorWidth, _ name: String, _ body: (Matrix) -> Void) {
    let output = OwnedMatrix(rows: n, columns: m, value: start)
    body(output.matrix)
    var differing = 0
    for row in 0..<n {
      for column in 0..<m where output.matrix.row(row)[column].bitPattern != expected.matrix.row(row)[column].bitPattern
      {
        differing += 1
      }
      #expect(output.matrix.row(row)[m].isNaN, "the gap is untouched")
    }
    #expect(differing == 0, "\(name) with \(width.rawValue) bits: \(differing) of \(n * m) elements differ")
  }
  for width in VectorWidth.available {
    check(width, "x · w") { Products.multiply(x.matrix, w.matrix, into: $0, adding: adding, width: width) }
    check(width, "x · wᵀ") {
      Products.multiplyTransposed(x.matrix, wTransposed.matrix, into: $0, adding: adding, width: width)
    }
    check(width, "xᵀ · y") {
      Products.transposedMultiply(xTransposed.matrix, w.matrix, into: $0, adding: adding, width: width)
    }
  }
}
