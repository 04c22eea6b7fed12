import Foundation
import TensorCore

/// A sound like speech: syllables of a voice with moving pitch and two formants, hissing and pauses between them.
struct SpokenSound {
  static let rate = 16_000
  /// At 16,000 samples a second.
  var samples: [Float]

  init(seed: UInt64, seconds: Double = 4) {
    var random = PhiloxStream(seed: seed, stream: 0x766f)
    let count = Int(seconds * Double(Self.rate))
    samples = []
    samples.reserveCapacity(count)
    var phase = 0.0
    let base = random.uniform(90..<220)
    while samples.count < count {
      let length = Int(random.uniform(0.08..<0.3) * Double(Self.rate))
      let kind = random.uniform()
      let (from, to) = (base * random.uniform(0.8..<1.3), base * random.uniform(0.8..<1.3))
      let (low, high) = (random.uniform(300..<900), random.uniform(1000..<2600))
      for place in 0..<length {
        let share = Double(place) / Double(length)
        let envelope = sin(Double.pi * share)
        if kind < 0.15 {
          samples.append(Float(0.001 * random.normal()))
        } else if kind < 0.3 {
          samples.append(Float(0.05 * envelope * random.normal()))
        } else {
          let pitch = from + (to - from) * share
          phase += 2 * Double.pi * pitch / Double(Self.rate)
          var value = 0.0
          for harmonic in 1...Int(3800 / pitch) {
            let frequency = pitch * Double(harmonic)
            let weight =
              exp(-pow((frequency - low) / 180, 2)) + 0.6 * exp(-pow((frequency - high) / 250, 2)) + 0.02
            value += weight * sin(Double(harmonic) * phase)
          }
          samples.append(Float(0.2 * envelope * value + 0.001 * random.normal()))
        }
      }
    }
    samples.removeLast(samples.count - count)
  }

  private init(samples: [Float]) { self.samples = samples }

  func louder(_ gain: Float) -> SpokenSound { SpokenSound(samples: samples.map { max(-1, min(1, $0 * gain)) }) }

  /// Without so many seconds at its start and its end.
  func cut(_ start: Double, _ end: Double) -> SpokenSound {
    let rate = Double(Self.rate)
    return SpokenSound(samples: Array(samples.dropFirst(Int(start * rate)).dropLast(Int(end * rate))))
  }

  /// After so many seconds of another sound.
  func after(_ other: SpokenSound, _ seconds: Double) -> SpokenSound {
    SpokenSound(samples: Array(other.samples.prefix(Int(seconds * Double(Self.rate)))) + samples)
  }

  /// With white noise of a share of its deviation.
  func noisy(_ share: Double, seed: UInt64) -> SpokenSound {
    var random = PhiloxStream(seed: seed, stream: 0x6e6f)
    let deviation = (samples.reduce(0.0) { $0 + Double($1 * $1) } / Double(samples.count)).squareRoot()
    return SpokenSound(samples: samples.map { $0 + Float(share * deviation * random.normal()) })
  }

  /// As a telephone has it: 8,000 samples a second of eight bits each; brought back to 16,000.
  func telephoned() -> SpokenSound {
    var output: [Float] = []
    var before: Float = 0
    for place in stride(from: 0, to: samples.count - 1, by: 2) {
      let mean = (samples[place] + samples[place + 1]) / 2
      let coarse = (mean * 127).rounded() / 127
      output += [(before + coarse) / 2, coarse]
      before = coarse
    }
    return SpokenSound(samples: output)
  }

  /// A WAV file of 16-bit samples.
  var wav: [UInt8] {
    func bytes(_ value: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let data = samples.flatMap { bytes(Int((max(-1, min(1, $0)) * 32_767).rounded()), 2) }
    return Array("RIFF".utf8) + bytes(36 + data.count, 4) + Array("WAVEfmt ".utf8) + bytes(16, 4) + bytes(1, 2)
      + bytes(1, 2) + bytes(Self.rate, 4) + bytes(2 * Self.rate, 4) + bytes(2, 2) + bytes(16, 2) + Array("data".utf8)
      + bytes(data.count, 4) + data
  }
}
