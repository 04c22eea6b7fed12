/// The shape of an array, and where its elements lie.
struct PickledLayout {
  let shape: [Int]
  /// In elements.
  private(set) var strides: [Int]
  let count: Int

  /// NumPy's own limit (`NPY_MAXDIMS` in NumPy 2).
  static let axisLimit = 64

  /// An array in C or Fortran order; nil where the shape has too many axes, or is beyond what `limit` bytes may have.
  ///
  /// - Parameter limit: also of the axes of arrays without elements, whose other axes may be any.
  init?(_ shape: [Int], isFortranOrder: Bool, limit: Int) {
    guard shape.count <= Self.axisLimit else { return nil }
    var count = 1
    for length in shape {
      guard 0...limit ~= length else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow else { return nil }
      count = product
    }
    self.shape = shape
    self.count = count
    strides = Array(repeating: 1, count: shape.count)
    guard count > 0 else { return }
    var stride = 1
    for axis in isFortranOrder ? Array(shape.indices) : shape.indices.reversed() {
      strides[axis] = stride
      stride *= shape[axis]
    }
  }

  private init(_ shape: [Int], strides: [Int], count: Int) {
    (self.shape, self.strides, self.count) = (shape, strides, count)
  }

  /// The same elements with the axes in another order; nil where that is no order of theirs.
  func transposed(_ axes: [Int]) -> PickledLayout? {
    guard axes.sorted() == Array(shape.indices) else { return nil }
    return PickledLayout(axes.map { shape[$0] }, strides: axes.map { strides[$0] }, count: count)
  }

  /// Whether elements whose last index differs by 1 lie side by side, and so on.
  var isInCOrder: Bool {
    var stride = 1
    for axis in shape.indices.reversed() where shape[axis] != 1 {
      if strides[axis] != stride { return false }
      stride *= shape[axis]
    }
    return true
  }
}
