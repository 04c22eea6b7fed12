import AllocationCounter
import Files
import Foundation
import Samples
import SoundFiles
import TensorCore
import Testing
import TestSupport
import Workers

@testable import Corpora

/// The features of a sound as rows.
struct FeatureRows: Equatable {
  let count: Int
  let values: [Float]

  init(_ samples: [Float], by features: AudioFeatures? = nil) throws {
    let features = features ?? AudioFeatures()
    let buffer = FloatBuffer()
    count = samples.withUnsafeBufferPointer { features.frames(of: $0, into: buffer) }
    values = Array(UnsafeBufferPointer(start: buffer.base, count: count * AudioFeatures.width))
  }

  func column(_ index: Int) -> [Float] { (0..<count).map { values[$0 * AudioFeatures.width + index] } }

  func column(_ name: String) throws -> [Float] { column(try #require(AudioFeatures.names.firstIndex(of: name))) }
}

@Suite("Acoustic features")
struct AudioFeaturesTests {
  private func tone(_ frequency: Double, count: Int, amplitude: Float = 0.5) -> [Float] {
    (0..<count).map { amplitude * Float(sin(2 * Double.pi * frequency * Double($0) / 16_000)) }
  }

  private func noise(_ count: Int, seed: UInt64 = 3) -> [Float] {
    let random = Philox(seed: seed)
    return (0..<count).map { 2 * Philox.uniform(random.word(at: $0, stream: 0, step: 0)) - 1 }
  }

  @Test("there are 74 columns with distinct names")
  func names() {
    #expect(AudioFeatures.names.count == AudioFeatures.width)
    #expect(Set(AudioFeatures.names).count == 74)
    #expect(AudioFeatures.interval(ofFrame: 7).start == 0.07)
    #expect(AudioFeatures.interval(ofFrame: 7).end == 0.08)
  }

  @Test("there is one row per 160 samples", arguments: [(0, 0), (1, 1), (159, 1), (160, 2), (161, 2), (16_000, 101)])
  func rows(_ sampleCount: Int, _ rowCount: Int) throws {
    #expect(AudioFeatures.frameCount(ofSamples: sampleCount) == rowCount)
    #expect(try FeatureRows(tone(440, count: sampleCount)).count == rowCount)
  }

  @Test("columns defined by librosa match librosa", arguments: ["speech", "glide", "silence-edges", "noise"])
  func librosa(name: String) throws {
    let ours = try FeatureRows(sound(name).samples)
    let golden = try FeatureFile.read(
      InputFile.contents(of: fixture("sound/\(name).npy"), limit: 1 << 20), path: name)
    #expect(ours.count == golden.rowCount)
    var compared = 0
    for column in AudioFeatures.names.indices {
      let theirs = (0..<golden.rowCount).map { golden.values[$0 * golden.width + column] }
      if theirs.contains(where: \.isNaN) { continue }
      let difference = zip(ours.column(column), theirs).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      let size = theirs.reduce(0) { $0 + $1 * $1 }
      #expect(difference.squareRoot() <= 1e-4 * size.squareRoot() + 1e-9, "\(AudioFeatures.names[column])")
      compared += 1
    }
    #expect(compared == 70)
  }

  @Test("F0 and voicing match librosa.pyin in every frame", arguments: ["speech", "glide", "silence-edges", "noise"])
  func pitch(name: String) throws {
    let rows = try FeatureRows(sound(name).samples)
    let (f0, voicing) = try (rows.column("f0"), rows.column("voicing"))
    let golden = try FeatureFile.read(
      InputFile.contents(of: fixture("sound/\(name).npy"), limit: 1 << 20), path: name)
    for row in 0..<golden.rowCount {
      let theirs = (f0: golden.values[row * golden.width + 62], voicing: golden.values[row * golden.width + 63])
      #expect(abs(f0[row] - theirs.f0) <= 1e-5 * theirs.f0, "frame \(row)")
      #expect(abs(voicing[row] - theirs.voicing) < 1e-5, "frame \(row)")
    }
  }

  @Test("the F0 of a tone is its frequency", arguments: [65, 90, 125, 190, 260, 333, 410, 520, 610])
  func tonePitch(frequency: Int) throws {
    let f0 = try FeatureRows(tone(Double(frequency), count: 8000)).column("f0")
    // pyin's frames are followed by silence, which makes low tones up to 0.7 % too high.
    for value in f0[8..<42] { #expect(abs(value / Float(frequency) - 1) < 0.0075) }
  }

  @Test("the harmonic-to-noise ratio is the mixed ratio, in dB", arguments: [0, 10, 20])
  func harmonicity(ratio: Int) throws {
    // A tone of amplitude 0.5 has the power 1/8, uniform noise between ±1 has 1/3.
    let level = (3.0 / 8 / pow(10, Double(ratio) / 10)).squareRoot()
    let mix = zip(tone(200, count: 32_000), noise(32_000)).map { $0 + Float(level) * $1 }
    let values = try FeatureRows(mix).column("hnr")[10..<190]
    let mean = values.reduce(0, +) / Float(values.count)
    #expect(abs(mean - Float(ratio)) < 1)
  }

  @Test("the harmonic-to-noise ratio is taken at the best repetition near F0's period")
  func harmonicityOfVibrato() throws {
    // The pitch varies by 6 % at 6 Hz: not a period over 128 ms, but about one over 60 ms.
    let voice = (0..<32_000).map { index in
      let time = Double(index) / 16_000
      let phase = 2 * Double.pi * (150 * time + 150 * 0.06 / (2 * Double.pi * 6) * sin(2 * Double.pi * 6 * time))
      return (1...4).reduce(Float(0)) { $0 + 0.1 * Float(sin(Double($1) * phase)) }
    }
    let values = try FeatureRows(voice).column("hnr")[10..<190]
    #expect(values.reduce(0, +) / Float(values.count) > 10.5)
  }

  @Test("noise is unvoiced")
  func noiseIsUnvoiced() throws {
    let rows = try FeatureRows(noise(16_000))
    let voicedCount = try rows.column("f0").count { $0 > 0 }
    #expect(voicedCount <= 5)
    #expect(try rows.column("voicing").allSatisfy { $0 < 0.1 })
  }

  private func sound(_ name: String) throws -> Sound {
    let path = fixture("sound/\(name).wav")
    return try SoundFile.read(InputFile.contents(of: path, limit: 1 << 20), path: path)
  }
}

// MARK: - Awkward sounds

extension AudioFeaturesTests {
  /// Sounds for which a careless definition would divide by zero.
  enum Awkward: CaseIterable {
    case silence, oneSample, twoSamples, offset, square, nyquist, impulse, tiny, subnormal, notFinite, enormous, late

    var samples: [Float] {
      switch self {
      case .silence: [Float](repeating: 0, count: 3000)
      case .oneSample: [0.5]
      case .twoSamples: [-1, 1]
      case .offset: [Float](repeating: 0.5, count: 3000)
      case .square: (0..<3000).map { $0 / 80 % 2 == 0 ? 1 : -1 }
      case .nyquist: (0..<3000).map { $0 % 2 == 0 ? 1 : -1 }
      case .impulse: (0..<3000).map { $0 == 1500 ? 1 : 0 }
      case .tiny: (0..<3000).map { 1e-18 * Float($0 % 100) }
      case .subnormal: (0..<3000).map { $0 % 100 == 0 ? .leastNonzeroMagnitude : 0 }
      case .notFinite: (0..<3000).map { [.nan, .infinity, -.infinity, 0.5][$0 % 4] }
      case .enormous: (0..<3000).map { $0 % 77 < 30 ? .greatestFiniteMagnitude : -.greatestFiniteMagnitude }
      case .late: [Float](repeating: 0, count: 2999) + [1]
      }
    }
  }

  @Test("every value of an awkward sound is finite and in range", arguments: Awkward.allCases)
  func awkward(sound: Awkward) throws {
    let rows = try FeatureRows(sound.samples)
    #expect(rows.count == 1 + sound.samples.count / 160)
    let isFinite = rows.values.allSatisfy { $0.isFinite }
    #expect(isFinite)
    let chroma = AudioFeatures.names.filter { $0.hasPrefix("chroma") }
    try check(rows, chroma + ["voicing", "zero_crossing_rate", "flatness", "entropy"], within: 0...1)
    try check(rows, ["centroid", "bandwidth", "rolloff"], within: 0...8000)
    try check(rows, ["hnr"], within: -20...40)
    try check(rows, ["flux"], within: 0...1.4143)
    let voiced = try rows.column("f0").filter { $0 > 0 }
    #expect(voiced.allSatisfy { 62.5...640 ~= $0 })
  }

  private func check(_ rows: FeatureRows, _ names: [String], within range: ClosedRange<Float>) throws {
    for name in names {
      let outside = try rows.column(name).first { !range.contains($0) }
      #expect(outside == nil, "\(name)")
    }
  }

  @Test("silence has the values that its definition gives")
  func silence() throws {
    let rows = try FeatureRows(Awkward.silence.samples)
    var expected = [Float](repeating: 0, count: AudioFeatures.width)
    // Forty bands of −100 dB.
    expected[0] = -100 * Float(40).squareRoot()
    (expected[64], expected[65], expected[70], expected[73]) = (-20, -100, 1, 1)
    for row in 0..<rows.count {
      for (column, name) in AudioFeatures.names.enumerated() {
        let error = abs(rows.values[row * AudioFeatures.width + column] - expected[column])
        #expect(error < 2e-3, "\(name)")
      }
    }
  }

  @Test("with fewer than nine frames the deltas are the slope over all frames", arguments: [1, 2, 5, 8, 9])
  func deltas(rowCount: Int) throws {
    let rows = try FeatureRows(noise(160 * rowCount - 1))
    #expect(rows.count == rowCount)
    let middle = Double(rowCount - 1) / 2
    for column in 0..<25 {
      var (product, squares) = (0.0, 0.0)
      for (row, value) in rows.column(column).enumerated() {
        product += (Double(row) - middle) * Double(value)
        squares += (Double(row) - middle) * (Double(row) - middle)
      }
      let slope = rowCount == 1 ? 0 : product / squares
      for value in rows.column(25 + column) { #expect(abs(Double(value) - slope) < 1e-3) }
    }
  }
}

// MARK: - Bits and memory

extension AudioFeaturesTests {
  @Test("the bits depend neither on the previous sound nor on threads")
  func sameBits() throws {
    let sounds = (1...8).map { noise(3000 * $0, seed: UInt64($0)) + tone(150, count: 2000) }
    let alone = try sounds.map { try FeatureRows($0) }
    let shared = AudioFeatures()
    let again = try sounds.reversed().map { try FeatureRows($0, by: shared) }
    #expect(again == alone.reversed())
    let together = try OrderedWorkers(threadCount: 3).map(count: sounds.count) { index in
      try FeatureRows(sounds[index])
    }
    #expect(together == alone)
  }

  @Test("nothing is allocated for a second sound of the same length")
  func allocations() throws {
    if allocation_count() < 0 { return }
    let features = AudioFeatures()
    let buffer = FloatBuffer()
    let sounds = [noise(16_000) + tone(200, count: 16_000), tone(200, count: 16_000) + noise(16_000)]
    for sound in sounds { _ = sound.withUnsafeBufferPointer { features.frames(of: $0, into: buffer) } }
    var allocated = 0
    for sound in sounds {
      sound.withUnsafeBufferPointer { samples in
        let before = allocation_count()
        _ = features.frames(of: samples, into: buffer)
        allocated += allocation_count() - before
      }
    }
    #expect(allocated == 0)
  }
}
