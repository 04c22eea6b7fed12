import Testing

@testable import TensorCore

@Suite("FloatConversion")
struct FloatConversionTests {
  private func halves(_ values: [Float]) -> (bits: [UInt16], saturated: Int) {
    var bits = [UInt16](repeating: 0, count: values.count)
    let saturated = FloatConversion.toFloat16(values, count: values.count, into: &bits)
    return (bits, saturated)
  }

  @Test("float16 has NumPy's bits at every rounding border, including subnormals")
  func numpy() throws {
    let values = try Fixture.load("halves.f32", as: Float.self)
    let expected = try Fixture.load("halves.f16", as: UInt16.self)
    let result = halves(values)
    #expect(result.bits == expected)
    #expect(result.saturated == 0)
  }

  @Test("finite values beyond float16 are clamped to ±65504 and counted; infinities and NaN are not")
  func saturation() {
    let values: [Float] = [65519.99, 65520, -65520, 1e30, .infinity, -.infinity, .nan, 0]
    for rotation in 0..<9 {
      // In a full vector, and in the cells after the last one.
      let (bits, saturated) = halves([Float](repeating: 1, count: rotation) + values)
      #expect(saturated == 3)
      #expect(Array(bits[rotation..<rotation + 6]) == [0x7bff, 0x7bff, 0xfbff, 0x7bff, 0x7c00, 0xfc00])
      #expect(Float16(bitPattern: bits[rotation + 6]).isNaN && bits[rotation + 7] == 0)
    }
  }

  @Test("every float16 survives a round trip through float32")
  func roundTrip() {
    let all = (0...UInt16.max).filter { !Float16(bitPattern: $0).isNaN }
    var wide = [Float](repeating: 0, count: all.count)
    FloatConversion.fromFloat16(all, count: all.count, into: &wide)
    #expect(wide == all.map { Float(Float16(bitPattern: $0)) })
    #expect(halves(wide).bits == all)
  }

  @Test("bfloat16 rounds to nearest even and keeps NaN")
  func bfloat16() {
    let values: [Float] = [
      1, 1.003_906_25, 1.011_718_75, -3.140_625, .nan, .infinity, .leastNonzeroMagnitude, 3.402_823_5e38, 1.004,
    ]
    var bits = [UInt16](repeating: 0, count: values.count)
    FloatConversion.toBFloat16(values, count: values.count, into: &bits)
    // 1 + 2⁻⁸ is halfway between 1 and 1 + 2⁻⁷: to even, down. 1 + 3·2⁻⁸: to even, up.
    #expect(Array(bits[..<4]) == [0x3f80, 0x3f80, 0x3f82, 0xc049])
    #expect(bits[4] & 0x7f80 == 0x7f80 && bits[4] & 0x7f != 0)
    #expect(Array(bits[5...]) == [0x7f80, 0, 0x7f80, 0x3f81])
    var back = [Float](repeating: 0, count: values.count)
    FloatConversion.fromBFloat16(bits, count: bits.count, into: &back)
    #expect(back[0] == 1 && back[2] == 1.015_625 && back[3] == -3.140_625 && back[4].isNaN)
  }
}
