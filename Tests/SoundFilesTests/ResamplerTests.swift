import Foundation
import Testing

@testable import SoundFiles

@Suite("Resampling")
struct ResamplerTests {
  private func tone(_ frequency: Double, rate: Int, count: Int) -> [Float] {
    (0..<count).map { Float(sin(2 * Double.pi * frequency * Double($0) / Double(rate))) }
  }

  @Test(
    "a tone below both limits is the same tone at the other rate",
    arguments: [8000, 11_025, 15_999, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000])
  func tone(rate: Int) {
    let frequency = 0.4 * Double(min(rate, 16_000))
    let output = Resampler(from: rate, to: 16_000).resample(tone(frequency, rate: rate, count: rate / 5))
    let count = (rate / 5 * 16_000 + rate - 1) / rate
    #expect(output.count == count)
    // Away from the ends, where the tone breaks off.
    for index in 400..<output.count - 400 {
      let expected = sin(2 * Double.pi * frequency * Double(index) / 16_000)
      let error = abs(Double(output[index]) - expected)
      #expect(error < 1e-4)
    }
  }

  @Test("a tone above half the new rate is removed, not aliased", arguments: [8200, 9000, 12_000, 20_000])
  func aliases(frequency: Int) {
    let output = Resampler(from: 44_100, to: 16_000).resample(tone(Double(frequency), rate: 44_100, count: 8820))
    for sample in output[400..<output.count - 400] { #expect(abs(sample) < 1e-4) }
  }

  @Test("a constant stays constant", arguments: [8000, 44_100])
  func constant(rate: Int) {
    let output = Resampler(from: rate, to: 16_000).resample([Float](repeating: 0.25, count: rate / 5))
    for sample in output[400..<output.count - 400] { #expect(abs(sample - 0.25) < 1e-5) }
  }

  @Test("one sample gives one or two samples", arguments: [(8000, 2), (44_100, 1)])
  func single(_ rate: Int, _ count: Int) {
    let output = Resampler(from: rate, to: 16_000).resample([0.5])
    #expect(output.count == count)
    #expect(abs(output[0]) <= 0.5)
  }
}
