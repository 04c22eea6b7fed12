import Foundation
import TensorCore
import Testing

/// Pseudorandom numbers between −1 and 1, the same in every run.
func scrambled(_ count: Int, seed: UInt64 = 1) -> [Float] {
  let random = Philox(seed: seed)
  return (0..<count).map { 2 * Philox.uniform(random.word(at: $0, stream: 0, step: 0)) - 1 }
}

@Suite("Spectra as products")
struct FourierProductTests {
  @Test(
    "powers match the definition of the transform in float64",
    arguments: [(512, 200, 160, 5), (64, 32, 7, 3), (16, 1, 4, 2)])
  func definition(_ length: Int, _ reach: Int, _ hop: Int, _ frameCount: Int) {
    let window = (0..<reach).map { 0.5 + 0.5 * cos(Double($0) / Double(reach) * .pi) }
    let transform = FourierProduct(length: length, halfWindow: window)
    #expect(transform.binCount == length / 2 + 1)
    let signal = scrambled(2 * length + hop * frameCount)
    var power = [Float](repeating: 0, count: frameCount * transform.binCount)
    power.withUnsafeMutableBufferPointer { power in
      signal.withUnsafeBufferPointer { signal in
        let scratch = UnsafeMutableBufferPointer<Float>.allocate(capacity: frameCount * transform.scratchPerFrame)
        defer { scratch.deallocate() }
        scratch.initialize(repeating: .nan)
        transform.power(
          of: signal, centre: length, hop: hop, scratch: scratch,
          into: Matrix(power, rows: frameCount, columns: transform.binCount))
      }
    }
    for frame in 0..<frameCount {
      for bin in 0..<transform.binCount {
        var (real, imaginary) = (0.0, 0.0)
        for k in -(reach - 1)...(reach - 1) {
          let x = window[abs(k)] * Double(signal[length + frame * hop + k])
          real += x * cos(2 * .pi * Double(k * bin) / Double(length))
          imaginary += x * sin(2 * .pi * Double(k * bin) / Double(length))
        }
        let expected = real * real + imaginary * imaginary
        let error = abs(Double(power[frame * transform.binCount + bin]) - expected)
        #expect(error < 1e-4 + 1e-5 * expected)
      }
    }
  }
}

@Suite("Logarithms of many values")
struct LogarithmsTests {
  @Test("logarithms are within 2 units in the last place of the C library")
  func values() {
    var values: [Float] = [1, 1.000_000_1, 0.999_999_9, 2, 0.5, 0.707_106_77, 0.707_106_7, 1e-30, 3e38]
    values += (0..<2000).map { exp(Float($0 - 1000) / 15) }
    var output = values
    Logarithms.logarithms(values, floor: .leastNormalMagnitude, into: &output)
    for (x, y) in zip(values, output) {
      let expected = log(Double(x))
      let error = abs(Double(y) - expected)
      #expect(error <= 2 * Double(Float(expected).ulp) || error < 1e-9, "ln \(x)")
    }
  }

  @Test("values below the floor count as the floor, and a factor is applied afterwards")
  func floor() {
    var output: [Float] = [0, 1e-12, 0.01]
    Logarithms.logarithms(output, floor: 1e-10, factor: 10 / log(10), into: &output)
    #expect(zip(output, [-100, -100, -20] as [Float]).allSatisfy { abs($0 - $1) < 1e-4 })
  }
}
