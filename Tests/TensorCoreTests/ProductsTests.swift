import TensorCore
import Testing

/// A matrix that keeps its memory, with room between its rows.
private final class OwnedMatrix {
  let matrix: Matrix

  init(rows: Int, columns: Int, value: (Int, Int) -> Float) {
    let stride = columns + 3
    let base = UnsafeMutablePointer<Float>.allocate(capacity: rows * stride)
    base.initialize(repeating: .nan, count: rows * stride)
    matrix = Matrix(base, rows: rows, columns: columns, stride: stride)
    for row in 0..<rows {
      for column in 0..<columns { matrix.row(row)[column] = value(row, column) }
    }
  }

  deinit { matrix.base.deallocate() }
}

@Test("products are right for rows with gaps, and add where asked", arguments: [false, true])
func products(_ adding: Bool) {
  #expect(Products.prepare())
  let (n, m, k) = (5, 7, 9)
  func left(_ row: Int, _ column: Int) -> Float { Float(row * 3 - column) }
  func right(_ row: Int, _ column: Int) -> Float { Float(row + 2 * column) / 4 }
  let expected = OwnedMatrix(rows: n, columns: m) { row, column in
    (0..<k).reduce(adding ? 10 : 0) { $0 + left(row, $1) * right($1, column) }
  }
  let (x, xTransposed) = (
    OwnedMatrix(rows: n, columns: k, value: left), OwnedMatrix(rows: k, columns: n) { left($1, $0) }
  )
  let (w, wTransposed) = (
    OwnedMatrix(rows: k, columns: m, value: right), OwnedMatrix(rows: m, columns: k) { right($1, $0) }
  )
  func check(_ body: (Matrix) -> Void) {
    let output = OwnedMatrix(rows: n, columns: m) { _, _ in 10 }
    body(output.matrix)
    for row in 0..<n {
      for column in 0..<m { #expect(output.matrix.row(row)[column] == expected.matrix.row(row)[column]) }
      #expect(row == n - 1 || output.matrix.row(row)[m].isNaN, "the gap is untouched")
    }
  }
  check { Products.multiply(x.matrix, w.matrix, into: $0, adding: adding) }
  check { Products.multiplyTransposed(x.matrix, wTransposed.matrix, into: $0, adding: adding) }
  check { Products.transposedMultiply(xTransposed.matrix, w.matrix, into: $0, adding: adding) }
}
