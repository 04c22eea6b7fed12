/// Natural logarithms of many values at once, without the C library: a loop that vectorises.
public enum Logarithms {
  /// `output[i] = factor · ln(max(x[i], floor))`, within 2 units in the last place of float32 before the factor.
  ///
  /// Cephes' `logf` (S. Moshier): the mantissa goes to √½ … √2, and ln(1 + f) is a polynomial of degree 9 in f. `x` and
  /// `output` may be the same. `floor` is a normal number above 0; the values of `x` are finite.
  public static func logarithms(
    _ x: UnsafeBufferPointer<Float>, floor: Float, factor: Float = 1, into output: Vector
  ) {
    let count = x.count
    require(output.count >= count, "a logarithm a value")
    let (x, output) = (x.start, output.start)
    for index in 0..<count {
      let value = x[index] > floor ? x[index] : floor
      // √½ as bits: subtracting it makes the exponent count from there.
      let bits = Int32(bitPattern: value.bitPattern) &- 0x3f35_04f3
      let exponent = Float(bits &>> 23)
      let f = Float(bitPattern: UInt32(bitPattern: (bits & 0x7f_ffff) &+ 0x3f35_04f3)) - 1
      let square = f * f
      var p: Float = 7.037_683_629_2e-2
      p = p * f - 1.151_461_031_0e-1
      p = p * f + 1.167_699_874_0e-1
      p = p * f - 1.242_014_084_6e-1
      p = p * f + 1.424_932_278_7e-1
      p = p * f - 1.666_805_766_5e-1
      p = p * f + 2.000_071_476_5e-1
      p = p * f - 2.499_999_399_3e-1
      p = p * f + 3.333_333_117_4e-1
      var y = p * f * square
      y += exponent * -2.121_944_40e-4
      y -= 0.5 * square
      output[index] = factor * (f + y + exponent * 0.693_359_375)
    }
  }
}
