import TensorCore

/// The sound of a synthetic turn: voiced words with a little noise, the cheapest imitation of speech.
///
/// Activation raises pitch and loudness; valence makes the voice brighter. Apart from a few products per word, the
/// arithmetic is in integers, so every machine makes the same samples.
struct ReleaseSound {
  /// The sample rate, in Hz.
  static let sampleRate = 16_000

  private let turn: ReleaseTurn
  private let session: Int
  private let seed: UInt64

  private static let stream: UInt32 = 220
  private static let samplesPerFrame = 160

  init(_ turn: ReleaseTurn, session: Int, seed: UInt64) {
    self.turn = turn
    self.session = session
    self.seed = seed
  }

  /// Returns a RIFF file, mono, 16 bit.
  func wav() -> [UInt8] {
    let count = turn.sampleCount
    return [UInt8](unsafeUninitializedCapacity: 44 + 2 * count) { bytes, initialized in
      Self.header(sampleCount: count, into: bytes)
      // The samples start at an even offset of a fresh allocation; machine and file are both little-endian.
      UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[44..<44 + 2 * count])
        .withMemoryRebound(to: Int16.self) { fill($0) }
      initialized = 44 + 2 * count
    }
  }

  private static func header(sampleCount: Int, into bytes: UnsafeMutableBufferPointer<UInt8>) {
    let dataCount = UInt32(2 * sampleCount)
    var position = 0
    func put(_ text: StaticString) {
      text.withUTF8Buffer { for byte in $0 { put8(byte) } }
    }
    func put8(_ byte: UInt8) {
      bytes.initializeElement(at: position, to: byte)
      position += 1
    }
    func put(_ value: UInt32, _ byteCount: Int) {
      for byte in 0..<byteCount { put8(UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte)))) }
    }
    put("RIFF")
    put(36 + dataCount, 4)
    put("WAVEfmt ")
    put(16, 4)
    put(1, 2)  // PCM
    put(1, 2)  // channels
    put(UInt32(sampleRate), 4)
    put(UInt32(2 * sampleRate), 4)
    put(2, 2)
    put(16, 2)
    put("data")
    put(dataCount, 4)
  }

  private func fill(_ samples: UnsafeMutableBufferPointer<Int16>) {
    var random = PhiloxStream(seed: seed, stream: Self.stream, step: turn.stream)
    var noise = random.next()
    for index in samples.indices {
      noise = noise &* 1_664_525 &+ 1_013_904_223
      samples[index] = Int16(truncatingIfNeeded: Int32(bitPattern: noise) >> 26)  // ±32
    }
    let pitch = (turn.speaker == "F" ? 200 : 115) * Double(PlantedSignal.powerOfTwo(0.06 * Double(session - 3)))
    let raised = pitch * Double(PlantedSignal.powerOfTwo(0.25 * turn.activation))
    let loudness = 1_600 * Double(PlantedSignal.powerOfTwo(0.7 * turn.activation))
    for segment in turn.segments where segment.token.first != "<" {
      let start = segment.frames.lowerBound * Self.samplesPerFrame
      let end = min(segment.frames.upperBound * Self.samplesPerFrame, samples.count)
      if end - start < 2 * Self.samplesPerFrame { continue }
      let table = Self.period(
        vowel: random.integer(below: 5), brightness: min(max(0.5 + 0.25 * turn.valence, 0), 1),
        loudness: loudness * random.uniform(0.7..<1.3))
      let from = raised * random.uniform(0.92..<1.1)
      let voice = Voice(
        table: table, step: Self.step(from), glide: (Self.step(from * random.uniform(0.88..<1.04)) - Self.step(from)),
        noise: random.next())
      voice.add(to: UnsafeMutableBufferPointer(rebasing: samples[start..<end]))
    }
  }

  /// Returns the phase step for a pitch in Hz, with 2^32 per period.
  private static func step(_ pitch: Double) -> Int { Int(pitch / Double(sampleRate) * 0x1p32) }

  // MARK: One word

  /// A pitch period that is read out at a gliding pitch.
  private struct Voice {
    let table: [Int32]
    let step: Int
    let glide: Int
    let noise: UInt32

    /// Adds the word, with a fade-in and fade-out of 10 ms each and a breath of noise in its first fifth.
    func add(to samples: UnsafeMutableBufferPointer<Int16>) {
      let count = samples.count
      let ramp = ReleaseSound.samplesPerFrame
      let shift = 32 - ReleaseSound.tableBits
      var phase: UInt32 = 0
      var noise = noise
      table.withUnsafeBufferPointer { table in
        for index in 0..<count {
          phase &+= UInt32(truncatingIfNeeded: step &+ glide &* index / count)
          var value = Int(table[Int(phase >> UInt32(shift))])
          if index < count / 5 {
            noise = noise &* 1_664_525 &+ 1_013_904_223
            value += Int(Int32(bitPattern: noise) >> 23)  // ±256
          }
          let edge = min(index, count &- 1 &- index)
          if edge < ramp { value = value * edge / ramp }
          samples[index] = Int16(clamping: Int(samples[index]) + value)
        }
      }
    }
  }

  private static let tableBits = 10

  /// Returns one period of the sum of 16 harmonics. The vowel boosts two of them, brightness all of the higher ones.
  private static func period(vowel: Int, brightness: Double, loudness: Double) -> [Int32] {
    let size = 1 << tableBits
    var period = [Double](repeating: 0, count: size)
    for harmonic in 1...16 {
      let order = Double(harmonic)
      let tilt = brightness / order + (1 - brightness) / (order * order)
      let formant = harmonic == 2 + vowel || harmonic == 7 + 2 * (vowel % 3) ? 2.5 : 1.0
      let weight = loudness * tilt * formant
      for index in 0..<size { period[index] += weight * sine[harmonic * index % size] }
    }
    return period.map { Int32($0.rounded()) }
  }

  /// One period of the sine, computed by rotating a vector because the C library's sine differs between machines.
  private static let sine: [Double] = {
    let size = 1 << tableBits
    // cos and sin of 2π / 1024.
    let cosine = 0.999_981_175_282_601_1
    let sine = 0.006_135_884_649_154_475
    var vector = (x: 1.0, y: 0.0)
    return (0..<size).map { _ in
      defer { vector = (vector.x * cosine - vector.y * sine, vector.x * sine + vector.y * cosine) }
      return vector.y
    }
  }()
}
