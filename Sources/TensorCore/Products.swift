import CBLAS

/// A float32 matrix in somebody else's memory: `rows` × `columns`, row-major, rows `stride` apart.
public struct Matrix {
  /// The first element.
  public let base: UnsafeMutablePointer<Float>
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// The distance from one row to the next, in elements; at least `columns`.
  public let stride: Int

  /// Describes a matrix; without `stride` the rows follow each other.
  public init(_ base: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int? = nil) {
    self.base = base
    self.rows = rows
    self.columns = columns
    self.stride = stride ?? columns
  }

  /// Some of the columns.
  public func columns(_ range: Range<Int>) -> Matrix {
    Matrix(base + range.lowerBound, rows: rows, columns: range.count, stride: stride)
  }

  /// Some of the rows.
  public func rows(_ range: Range<Int>) -> Matrix {
    Matrix(base + range.lowerBound * stride, rows: range.count, columns: columns, stride: stride)
  }

  /// A row.
  public func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }
}

/// Matrix products: the one place that calls the BLAS.
///
/// Each product runs on the calling thread alone, so its bits do not depend on how many threads the program has.
public enum Products {
  /// Makes OpenBLAS run on the calling thread.
  ///
  /// - Returns: whether this build of OpenBLAS may be called from several threads at once: the variant with POSIX threads
  ///   may; the serial one gives wrong results, and the OpenMP one ignores the setting on other threads.
  public static func prepare() -> Bool {
    openblas_set_num_threads(1)
    return openblas_get_parallel() == 1
  }

  /// `output = x · wᵀ`, or `output += …`. `x` is [n, k]; `w` is [m, k]; `output` is [n, m].
  public static func multiplyTransposed(_ x: Matrix, _ w: Matrix, into output: Matrix, adding: Bool = false) {
    sgemm(x, CblasNoTrans, w, CblasTrans, inner: x.columns, output, adding)
  }

  /// `output = x · w`, or `output += …`. `x` is [n, k]; `w` is [k, m]; `output` is [n, m].
  public static func multiply(_ x: Matrix, _ w: Matrix, into output: Matrix, adding: Bool = false) {
    sgemm(x, CblasNoTrans, w, CblasNoTrans, inner: x.columns, output, adding)
  }

  /// `output = xᵀ · y`, or `output += …`. `x` is [k, n]; `y` is [k, m]; `output` is [n, m].
  public static func transposedMultiply(_ x: Matrix, _ y: Matrix, into output: Matrix, adding: Bool = false) {
    sgemm(x, CblasTrans, y, CblasNoTrans, inner: x.rows, output, adding)
  }

  private static func sgemm(
    _ a: Matrix, _ transposeA: CBLAS_TRANSPOSE, _ b: Matrix, _ transposeB: CBLAS_TRANSPOSE, inner: Int, _ c: Matrix,
    _ adding: Bool
  ) {
    if c.rows == 0 || c.columns == 0 { return }
    cblas_sgemm(
      CblasRowMajor, transposeA, transposeB, blasint(c.rows), blasint(c.columns), blasint(inner), 1, a.base,
      blasint(a.stride), b.base, blasint(b.stride), adding ? 1 : 0, c.base, blasint(c.stride))
  }
}
