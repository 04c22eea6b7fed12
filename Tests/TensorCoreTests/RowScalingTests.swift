import Testing

@testable import TensorCore

@Suite("RowScaling")
struct RowScalingTests {
  @Test("a cell is (x − centre) ÷ scale; NaN becomes 0 and is counted")
  func plain() {
    let rows: [Float] = [1, 10, .nan, 5, .nan, 2]
    var output = [Float](repeating: -1, count: 6)
    let counts = RowScaling.transform(
      rows, rowCount: 2, center: [1, 2, 3], scale: [2, 4, 1], as: .float32, into: &output)
    #expect(output == [0, 2, 0, 2, 0, -1])
    #expect(counts.imputed == 2 && counts.saturated == 0)
  }

  @Test("scaled values match scikit-learn bit for bit", arguments: [37, 640])
  func golden(rowCount: Int) throws {
    let rows = try Fixture.load("\(rowCount)-rows.f32", as: Float.self)
    let fitted = try Fixture.load("\(rowCount)-center-scale.f64", as: Double.self)
    let expected = try Fixture.load("\(rowCount)-scaled.f32", as: Float.self)
    let width = fitted.count / 2
    let center = fitted[..<width].map { $0.isNaN ? 0 : Float($0) }
    let scale = fitted[width...].map { $0.isNaN ? 1 : $0 }
    var output = [Float](repeating: -1, count: rows.count)
    let counts = RowScaling.transform(
      rows, rowCount: rowCount, center: center, scale: scale, as: .float32, into: &output)
    #expect(output.map(\.bitPattern) == expected.map { $0.isNaN ? 0 : $0.bitPattern })
    #expect(counts.imputed == rows.filter(\.isNaN).count)
  }

  @Test(
    "16-bit output is the converted float32 output, wherever it is stored",
    arguments: [1, 7, 8, 12, 75], [FloatFormat.float16, .bfloat16])
  func formats(width: Int, format: FloatFormat) {
    var numbers = TestNumbers(seed: 3)
    let rows = (0..<5 * width).map { _ in Float.random(in: -9e4...9e4, using: &numbers) }
    let center = [Float](repeating: 0.5, count: width)
    let scale = [Double](repeating: 1.25, count: width)
    var wide = rows
    _ = RowScaling.transform(rows, rowCount: 5, center: center, scale: scale, as: .float32, into: &wide)
    var expected = [UInt16](repeating: 0, count: rows.count)
    var saturated = 0
    if format == .float16 {
      saturated = FloatConversion.toFloat16(wide, count: wide.count, into: &expected)
      #expect(width < 12 || saturated > 0)
    } else {
      FloatConversion.toBFloat16(wide, count: wide.count, into: &expected)
    }
    var bytes = [UInt8](repeating: 0xaa, count: 2 * rows.count + 2)
    let counts = bytes.withUnsafeMutableBytes { bytes in
      rows.withUnsafeBufferPointer {
        RowScaling.transform(
          $0, rowCount: 5, center: center, scale: scale, as: format,
          into: UnsafeMutableRawBufferPointer(rebasing: bytes[1...]))
      }
    }
    #expect(counts.saturated == saturated)
    let stored = bytes.withUnsafeBytes { bytes in
      rows.indices.map { bytes.loadUnaligned(fromByteOffset: 1 + 2 * $0, as: UInt16.self) }
    }
    #expect(stored == expected)
    #expect(bytes.first == 0xaa && bytes.last == 0xaa)
  }
}
