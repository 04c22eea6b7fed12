import CTensorCore
public import Processor

/// A float32 matrix in memory that someone else owns: `rows` × `columns`, row-major, rows `stride` apart.
///
/// It lies in the buffer that it was made from, and its parts lie in it: that is checked when they are made, in release
/// builds too.
public struct Matrix {
  /// The first element; not to be used if the matrix is empty.
  public let base: UnsafeMutablePointer<Float>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance from one row to the next, in elements; at least `columns`.
  public let stride: Int

  /// Describes a matrix at the start of a buffer; without `stride` the rows are contiguous.
  public init(_ values: Vector, rows: Int, columns: Int, stride: Int? = nil) {
    let stride = stride ?? columns
    require(rows >= 0 && columns >= 0 && stride >= columns, "a matrix has its columns in each row")
    let count = rows == 0 ? 0 : checkedCount(rows - 1, stride, plus: columns)
    require(count <= values.count, "a matrix lies in its buffer")
    self.init(base: values.start, rows: rows, columns: columns, stride: stride)
  }

  private init(base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride
  }

  /// Some of the columns.
  public func columns(_ range: Range<Int>) -> Matrix {
    require(range.lowerBound >= 0 && range.upperBound <= columns, "columns lie in their matrix")
    return Matrix(base: base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// Some of the rows.
  public func rows(_ range: Range<Int>) -> Matrix {
    require(range.lowerBound >= 0 && range.upperBound <= rows, "rows lie in their matrix")
    return Matrix(base: base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// A row, which must be one of the matrix's: kernels have checked their shapes when they ask for it.
  public func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }

  /// A row and its length.
  public func vector(_ index: Int) -> Vector {
    require(index >= 0 && index < rows, "a row lies in its matrix")
    return Vector(start: row(index), count: columns)
  }

  /// Whether another matrix has as many rows and columns.
  @inline(__always)
  func isLike(_ other: Matrix) -> Bool { rows == other.rows && columns == other.columns }
}

/// Matrix products whose bits depend on the factors alone.
///
/// Each element of an output is one chain of fused multiply-adds over the inner index, upwards from 0, or from the
/// output's value when adding to it. The width of the vectors, which rows or columns are computed together, and the
/// number of threads change no bit. Nothing is allocated.
public enum Products {
  /// `output = x · wᵀ`, or `output += …`. `x` is [n, k]; `w` is [m, k]; `output` is [n, m].
  public static func multiplyTransposed(
    _ x: Matrix, _ w: Matrix, into output: Matrix, adding: Bool = false, width: VectorWidth = .current
  ) {
    let (n, m, k) = (output.rows, output.columns, x.columns)
    require(x.rows == n && w.rows == m && w.columns == k, "the shapes of a product fit")
    #if arch(x86_64)
      switch width {
      case .bits512:
        msa_product512_multiply_transposed(
          n, m, k, x.base, x.stride, w.base, w.stride, output.base, output.stride, adding)
      case .bits256:
        msa_product256_multiply_transposed(
          n, m, k, x.base, x.stride, w.base, w.stride, output.base, output.stride, adding)
      case .bits128:
        msa_product128_multiply_transposed(
          n, m, k, x.base, x.stride, w.base, w.stride, output.base, output.stride, adding)
      }
    #else
      msa_product128_multiply_transposed(
        n, m, k, x.base, x.stride, w.base, w.stride, output.base, output.stride, adding)
    #endif
  }

  /// `output = x · w`, or `output += …`. `x` is [n, k]; `w` is [k, m]; `output` is [n, m].
  public static func multiply(
    _ x: Matrix, _ w: Matrix, into output: Matrix, adding: Bool = false, width: VectorWidth = .current
  ) {
    require(x.rows == output.rows && x.columns == w.rows && w.columns == output.columns, "the shapes of a product fit")
    multiply(x.base, row: x.stride, step: 1, inner: x.columns, w, into: output, adding: adding, width)
  }

  /// `output = xᵀ · y`, or `output += …`. `x` is [k, n]; `y` is [k, m]; `output` is [n, m].
  public static func transposedMultiply(
    _ x: Matrix, _ y: Matrix, into output: Matrix, adding: Bool = false, width: VectorWidth = .current
  ) {
    require(x.columns == output.rows && x.rows == y.rows && y.columns == output.columns, "the shapes of a product fit")
    multiply(x.base, row: 1, step: x.stride, inner: x.rows, y, into: output, adding: adding, width)
  }

  /// The first factor's element for row r and inner index p is at `x + r · row + p · step`.
  private static func multiply(
    _ x: UnsafePointer<Float>, row: Int, step: Int, inner k: Int, _ y: Matrix, into output: Matrix, adding: Bool,
    _ width: VectorWidth
  ) {
    let (n, m) = (output.rows, output.columns)
    #if arch(x86_64)
      switch width {
      case .bits512:
        msa_product512_multiply(n, m, k, x, row, step, y.base, y.stride, output.base, output.stride, adding)
      case .bits256:
        msa_product256_multiply(n, m, k, x, row, step, y.base, y.stride, output.base, output.stride, adding)
      case .bits128:
        msa_product128_multiply(n, m, k, x, row, step, y.base, y.stride, output.base, output.stride, adding)
      }
    #else
      msa_product128_multiply(n, m, k, x, row, step, y.base, y.stride, output.base, output.stride, adding)
    #endif
  }
}
