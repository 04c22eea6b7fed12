import Foundation
import TensorCore
import Testing

/// The number of float64 steps between two numbers of the same sign.
private func steps(_ x: Double, _ y: Double) -> Int64 {
  if x == y || x.isNaN && y.isNaN { return 0 }
  return abs(Int64(bitPattern: x.bitPattern) - Int64(bitPattern: y.bitPattern))
}

private func spread(_ range: ClosedRange<Double>, _ count: Int = 20_011) -> [Double] {
  (0..<count).map { range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / Double(count - 1) }
}

@Test("exponential and logarithm are within one unit in the last place of the C library")
func exponentialAndLogarithm() {
  for x in spread(-700...709) + spread(-1...1) + [0, -0.0, 709.7827, 710, -746, .infinity, -.infinity, .nan] {
    #expect(steps(exponential(x), exp(x)) <= 1, "exp(\(x))")
  }
  for x in spread(-745 ... -708, 501) { #expect(steps(exponential(x), exp(x)) <= 1, "subnormal exp(\(x))") }
  for x in spread(1e-3...3) + spread(1...1e9) + [0, .leastNonzeroMagnitude, 1e308, .infinity, -1, .nan] {
    #expect(steps(logarithm(x), log(x)) <= 1, "log(\(x))")
  }
}

@Test("sine and cosine are within one unit in the last place of the C library")
func sineAndCosine() {
  for x in spread(-7...7) + spread(-1e6...1e6) + (0...64).map({ Double($0) * .pi / 32 }) {
    #expect(steps(sine(x), sin(x)) <= 1, "sin(\(x))")
    #expect(steps(cosine(x), cos(x)) <= 1, "cos(\(x))")
  }
}

@Test("float32 exponential and logarithm are the rounded float64 ones, except one in a thousand")
func singlePrecision() {
  var differing = 0
  let values = spread(-104...89).map { Float($0) }
  for x in values {
    let (found, right) = (exponential(x), Float(exp(Double(x))))
    #expect(found == right || found == right.nextUp || found == right.nextDown, "exp(\(x))")
    if found != right { differing += 1 }
  }
  #expect(differing * 1000 <= values.count)
  for x in values where x > 0 { #expect(logarithm(x) == Float(log(Double(x)))) }
  #expect(exponential(Float.infinity) == .infinity && exponential(-Float.infinity) == 0)
  #expect(exponential(Float.nan).isNaN && exponential(Float(1000)) == .infinity && exponential(Float(0)) == 1)
}

@Test("known bits are the same on every machine")
func knownBits() {
  #expect(exponential(1.0).bitPattern == 0x4005_bf0a_8b14_576a)
  #expect(exponential(-37.25).bitPattern == 0x3c93_278b_cd70_e981)
  #expect(logarithm(10.0).bitPattern == 0x4002_6bb1_bbb5_5516)
  #expect(sine(0.5).bitPattern == 0x3fde_aee8_744b_05f0)
  #expect(cosine(1234.5).bitPattern == 0xbfef_a8f2_ceb7_8372)
}
