import CTensorCore

// Exponential, logarithm, sine and cosine without the C library, whose results differ in the last bit between versions and
// between processors. Only operations that IEEE 754 defines to the last bit are used, in a fixed order, so every machine
// computes the same. The double ones are those of FreeBSD's msun (fdlibm): less than 1 unit in the last place from the true
// value.
//
// fdlibm: Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Permission to use, copy, modify, and distribute
// this software is freely granted, provided that this notice is preserved.

/// eˣ, rounded to float32 from a polynomial in float64: at most 0.51 units in the last place from the true value.
@inline(__always)
public func exponential(_ x: Float) -> Float { msa_exponential(x) }

/// The natural logarithm, rounded to float32 from float64.
@inline(__always)
public func logarithm(_ x: Float) -> Float { Float(logarithm(Double(x))) }

/// eˣ.
public func exponential(_ x: Double) -> Double {
  if x.isNaN || x > 709.782_712_893_384 { return x.isNaN ? x : .infinity }
  if x < -745.133_219_101_941_2 { return 0 }
  let power = (x * 1.442_695_040_888_963_387).rounded()
  let high = x - power * 6.931_471_803_691_238_164_90e-1
  let low = power * 1.908_214_929_270_587_700_02e-10
  let r = high - low
  let t = r * r
  var p = 4.138_136_797_057_238_460_39e-8
  p = p * t - 1.653_390_220_546_525_153_90e-6
  p = p * t + 6.613_756_321_437_934_361_17e-5
  p = p * t - 2.777_777_777_701_559_338_42e-3
  p = p * t + 1.666_666_666_666_660_190_37e-1
  let c = r - t * p
  let y = 1 - ((low - (r * c) / (2 - c)) - high)
  // In two steps, so that neither factor leaves the range of exponents.
  let half = (power / 2).rounded(.down)
  return y * powerOfTwo(half) * powerOfTwo(power - half)
}

/// The natural logarithm.
public func logarithm(_ x: Double) -> Double {
  if !(x > 0) { return x == 0 ? -.infinity : .nan }
  if x == .infinity { return x }
  var (exponent, significand) = (Double(x.exponent), x.significand)
  if significand > 1.414_213_562_373_095_1 {
    significand /= 2
    exponent += 1
  }
  let f = significand - 1
  let s = f / (2 + f)
  let z = s * s
  let w = z * z
  let odd = w * (3.999_999_999_940_941_908e-1 + w * (2.222_219_843_214_978_396e-1 + w * 1.531_383_769_920_937_332e-1))
  let even =
    z
    * (6.666_666_666_666_735_130e-1
      + w
      * (2.857_142_874_366_239_149e-1 + w * (1.818_357_216_161_805_012e-1 + w * 1.479_819_860_511_658_591e-1)))
  let half = 0.5 * f * f
  let low = exponent * 1.908_214_929_270_587_700_02e-10
  return s * (half + (odd + even)) + low - half + f + exponent * 6.931_471_803_691_238_164_90e-1
}

/// The sine of an angle in radians, within ±10⁶.
public func sine(_ x: Double) -> Double {
  let (quarter, high, low) = reduced(x)
  switch quarter & 3 {
  case 0: return sineNearZero(high, low)
  case 1: return cosineNearZero(high, low)
  case 2: return -sineNearZero(high, low)
  default: return -cosineNearZero(high, low)
  }
}

/// The cosine of an angle in radians, within ±10⁶.
public func cosine(_ x: Double) -> Double {
  let (quarter, high, low) = reduced(x)
  switch quarter & 3 {
  case 0: return cosineNearZero(high, low)
  case 1: return -sineNearZero(high, low)
  case 2: return -cosineNearZero(high, low)
  default: return sineNearZero(high, low)
  }
}

/// The multiple of π/2 nearest to an angle, and the remainder as a sum of two numbers.
private func reduced(_ x: Double) -> (quarter: Int, high: Double, low: Double) {
  require(x.magnitude <= 1e6, "angles lie within ±10⁶")
  let count = (x * 6.366_197_723_675_813_824_33e-1).rounded()
  // π/2 in pieces of 33 bits, whose multiples are exact: each step continues with what the previous one cut off.
  let first = x - count * 1.570_796_326_734_125_614_17
  let second = count * 6.077_100_506_303_965_976_60e-11
  let rest = first - second
  let lost = (first - rest) - second
  let third = count * 2.022_266_248_711_166_455_80e-21
  let exact = rest - third
  let tail = count * 8.478_427_660_368_899_569_97e-32 - (((rest - exact) - third) + lost)
  let high = exact - tail
  return (Int(count), high, (exact - high) - tail)
}

/// The sine of `x + y`, at most π/4, `y` being the low part that does not fit in `x`.
private func sineNearZero(_ x: Double, _ y: Double) -> Double {
  let z = x * x
  let w = z * z
  let r =
    8.333_333_333_322_489_461_24e-3 + z * (-1.984_126_982_985_794_931_34e-4 + z * 2.755_731_370_707_006_767_89e-6)
    + z * w * (-2.505_076_025_340_686_341_95e-8 + z * 1.589_690_995_211_550_102_21e-10)
  let v = z * x
  return x - ((z * (0.5 * y - v * r) - y) - v * -1.666_666_666_666_663_243_48e-1)
}

/// The cosine of `x + y`, at most π/4, `y` being the low part that does not fit in `x`.
private func cosineNearZero(_ x: Double, _ y: Double) -> Double {
  let z = x * x
  let w = z * z
  let low =
    4.166_666_666_666_660_190_37e-2 + z * (-1.388_888_888_887_410_957_49e-3 + z * 2.480_158_728_947_672_941_78e-5)
  let high =
    -2.755_731_435_139_066_330_35e-7
    + z * (2.087_572_321_298_174_827_90e-9 + z * -1.135_964_755_778_819_482_65e-11)
  let r = z * low + w * w * high
  let half = 0.5 * z
  let one = 1 - half
  return one + (((1 - one) - half) + (z * r - x * y))
}

/// 2 to a whole power, −1022 … 1023.
private func powerOfTwo(_ power: Double) -> Double { Double(bitPattern: UInt64(Int64(power) + 1023) << 52) }

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
    if count > 0 { msa_logarithms(x.start, count, floor, factor, output.start) }
  }
}
