import Foundation
import TensorCore
import Testing

@Suite("Sums over sounds")
struct WaveTests {
  @Test("energy is the sum of squares", arguments: [0, 1, 8, 13])
  func energy(count: Int) {
    let signal = scrambled(16)
    let expected = signal[..<count].reduce(0) { $0 + $1 * $1 }
    #expect(abs(WaveMeasures.energy(signal, count: count) - expected) < 1e-5)
  }

  @Test(
    "sign changes are counted, and values near 0 count as positive",
    arguments: [
      ([1, 2, 3], 0), ([1, -1, 1], 2), ([-1, 0, -1], 2), ([1, -1e-11, 1], 0), ([-0.0, 0, 1], 0), ([-1, -1, 1], 1),
    ] as [([Float], Int)])
  func crossings(_ signal: [Float], _ expected: Int) {
    #expect(WaveMeasures.crossings(signal) == expected)
  }

  @Test("correlation with a later stretch is Pearson's")
  func correlation() {
    let signal = scrambled(300)
    let (a, b) = (signal[0..<160].map(Double.init), signal[100..<260].map(Double.init))
    let (meanA, meanB) = (a.reduce(0, +) / 160, b.reduce(0, +) / 160)
    let covariance = zip(a, b).reduce(0.0) { $0 + ($1.0 - meanA) * ($1.1 - meanB) }
    let varianceA = a.reduce(0.0) { $0 + ($1 - meanA) * ($1 - meanA) }
    let varianceB = b.reduce(0.0) { $0 + ($1 - meanB) * ($1 - meanB) }
    let expected = Float(covariance / (varianceA * varianceB).squareRoot())
    #expect(abs(WaveMeasures.correlation(signal, lag: 100, count: 160) - expected) < 1e-5)
    let shifted = signal.map { $0 + 100 }
    #expect(abs(WaveMeasures.correlation(shifted, lag: 100, count: 160) - expected) < 1e-3)
  }

  @Test("a constant correlates with nothing", arguments: [0, 0.5, 1e-30] as [Float])
  func constant(value: Float) {
    #expect(WaveMeasures.correlation([Float](repeating: value, count: 64), lag: 8, count: 32) == 0)
  }
}

@Suite("Shapes of spectra")
struct SpectralShapeTests {
  private func shape(_ power: [Float]) -> SpectralShape {
    let meter = SpectralMeter(binCount: power.count, binWidth: 100)
    var (magnitude, logs) = (power, power)
    meter.magnitudes(power, into: &magnitude)
    Logarithms.logarithms(power, floor: SpectralShape.powerFloor, into: &logs)
    return meter.shape(power: power, magnitude: magnitude, logarithm: logs)
  }

  @Test("silence has the values that its definition gives")
  func silence() {
    let shape = shape([Float](repeating: 0, count: 17))
    #expect([shape.centroid, shape.bandwidth, shape.rollOff, shape.inverseNorm] == [0, 0, 0, 0])
    #expect(abs(shape.flatness - 1) < 1e-5)
    #expect(abs(shape.entropy - 1) < 1e-5)
    #expect(abs(shape.slope) < 1e-4)
  }

  @Test("a single line has its own frequency and no width", arguments: [0, 5, 8, 15, 16])
  func line(bin: Int) {
    var power = [Float](repeating: 0, count: 17)
    power[bin] = 4
    let shape = shape(power)
    #expect(shape.centroid == Float(100 * bin))
    #expect(shape.bandwidth == 0)
    #expect(shape.rollOff == Float(100 * bin))
    #expect(shape.inverseNorm == 0.5)
    #expect(shape.flatness < 1e-6)
    #expect(shape.entropy < 1e-3)
  }

  @Test("two equal lines lie half their distance from the centroid")
  func twoLines() {
    var power = [Float](repeating: 0, count: 17)
    (power[4], power[12]) = (1, 1)
    let shape = shape(power)
    #expect(shape.centroid == 800)
    #expect(shape.bandwidth == 400)
    #expect(shape.rollOff == 1200)
  }

  @Test("a spectrum that falls by 6 dB per bin falls by 60 dB per kHz")
  func slope() {
    let power = (0..<17).map { Float(pow(10, -0.6 * Double($0))) }
    #expect(abs(shape(power).slope + 60) < 0.01)
  }

  @Test("the flux to a louder copy is 0, and between spectra without a common bin √2")
  func flux() {
    let meter = SpectralMeter(binCount: 17, binWidth: 100)
    var (a, b) = ([Float](repeating: 0, count: 17), [Float](repeating: 0, count: 17))
    (a[3], b[16]) = (2, 5)
    #expect(meter.flux(a, 0.5, before: a, 0.5) == 0)
    #expect(abs(meter.flux(a, 0.5, before: b, 0.2) - Float(2).squareRoot()) < 1e-6)
    #expect(meter.flux(a, 0.5, before: b, 0) == 1)
  }
}
