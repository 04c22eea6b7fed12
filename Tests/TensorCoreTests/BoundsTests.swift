import TensorCore
import Testing

/// A call that would reach beyond a buffer ends the program: nothing is read or written there. `fuzz --promises` holds
/// release builds to the same, since these tests run in debug builds.
@Suite("Bounds checks of the kernels")
struct BoundsTests {
  private static func values(_ count: Int) -> Vector {
    let values = Vector.allocate(capacity: count)
    values.initialize(repeating: 1)
    return values
  }

  @Test("a matrix cannot reach beyond its buffer")
  func matrix() async {
    await #expect(processExitsWith: .failure) { _ = Matrix(BoundsTests.values(11), rows: 3, columns: 4) }
    await #expect(processExitsWith: .failure) { _ = Matrix(BoundsTests.values(11), rows: 2, columns: 4, stride: 8) }
    await #expect(processExitsWith: .failure) { _ = Matrix(BoundsTests.values(4), rows: 1 << 62, columns: 4) }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(BoundsTests.values(12), rows: 3, columns: 4).rows(1..<4)
    }
    let whole = Matrix(Self.values(11), rows: 2, columns: 4, stride: 7)
    #expect(whole.rows(1..<2).vector(0).count == 4)
    #expect(Matrix(Self.values(0), rows: 0, columns: 4).rows == 0)
  }

  @Test("a product with mismatched shapes is refused")
  func product() async {
    await #expect(processExitsWith: .failure) {
      let (x, w) = (
        Matrix(BoundsTests.values(6), rows: 2, columns: 3), Matrix(BoundsTests.values(8), rows: 2, columns: 4)
      )
      Products.multiplyTransposed(x, w, into: Matrix(BoundsTests.values(4), rows: 2, columns: 2))
    }
  }

  @Test("a conversion takes only as many values as it has room for")
  func conversion() async {
    await #expect(processExitsWith: .failure) {
      FloatConversion.fromFloat16(UnsafeRawBufferPointer(BoundsTests.values(4)), into: BoundsTests.values(7))
    }
    await #expect(processExitsWith: .failure) {
      BoundsTests.values(3).take([1, 2])
    }
  }

  @Test("a mean takes only rows that exist")
  func mean() async {
    await #expect(processExitsWith: .failure) {
      var mean = RowMean(width: 4, rule: .zero)
      mean.mean(of: UnsafeBufferPointer(BoundsTests.values(8)), rows: 1..<3, into: BoundsTests.values(4))
    }
  }
}
