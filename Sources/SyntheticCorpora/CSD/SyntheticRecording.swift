import TensorCore

/// One recording of a synthetic corpus: its streams, before any trouble is added.
///
/// A latent value, the sum of one for the recording and one for each segment, shifts every modality along its planted
/// direction for the length of the segment. The sentiment is that value plus noise, rounded to thirds.
struct SyntheticRecording {
  var visual: SyntheticStream
  var audio: SyntheticStream
  var text: SyntheticStream
  var labels: SyntheticStream

  private let format: SyntheticFormat
  private let signal: PlantedSignal
  private let seed: UInt64
  private let number: UInt64
  private let length: Double
  private var segments: [Segment] = []

  private struct Segment {
    let start: Double
    let end: Double
    let latent: Float
  }

  /// The random number streams of a recording.
  private enum Stream: UInt32 {
    case times = 110, labels, words, visualNoise, visualDrift, audioNoise, audioDrift
  }

  /// - Parameters:
  ///   - number: the number of the recording in the corpus.
  ///   - seconds: the mean length of the recordings in the corpus.
  init(_ format: SyntheticFormat, signal: PlantedSignal, seed: UInt64, number: Int, seconds: Double) {
    self.format = format
    self.signal = signal
    self.seed = seed
    self.number = UInt64(number)
    visual = SyntheticStream(width: format.visual.width)
    audio = SyntheticStream(width: format.audio.width)
    text = SyntheticStream(width: format.text.width)
    labels = SyntheticStream(width: format.labels.width)
    var times = PhiloxStream(seed: seed, stream: Stream.times.rawValue, step: self.number)
    length = max(6, times.gamma(shape: 6, scale: seconds / 6))
    makeSegments(&times)
    makeWords(&times)
    makeLabels()
    visual = frames(
      format.visual, signal.visual, noise: random(.visualNoise), drift: random(.visualDrift), decimals: 1000)
    audio = frames(format.audio, signal.audio, noise: random(.audioNoise), drift: random(.audioDrift), decimals: nil)
  }

  private func random(_ stream: Stream) -> PhiloxStream {
    PhiloxStream(seed: seed, stream: stream.rawValue, step: number)
  }

  /// Makes segments of about 7 s, with pauses between some of them.
  private mutating func makeSegments(_ times: inout PhiloxStream) {
    let mean = times.normal()
    var time = times.uniform(0..<1.5)
    while time < length - 2 {
      let end = min(time + max(1.5, times.gamma(shape: 4, scale: 1.8)), length)
      let latent = min(max(mean + 0.7 * times.normal(), -3), 3)
      segments.append(Segment(start: Self.rounded(time), end: Self.rounded(end), latent: Float(latent)))
      time = times.uniform() < 0.5 ? end : end + times.exponential(mean: 1.2)
    }
  }

  /// Makes words of about 0.3 s. Some follow after a gap, which is filled with a pause word in a file of word strings.
  private mutating func makeWords(_ times: inout PhiloxStream) {
    var random = random(.words)
    var time = times.uniform(0..<0.5)
    while time < length - 0.1 {
      let end = min(time + 0.05 + times.gamma(shape: 3, scale: 0.092), length)
      addWord(Self.rounded(time), Self.rounded(end), &random)
      let gap = times.uniform()
      time = gap < 0.6 ? end : end + times.exponential(mean: gap < 0.92 ? 0.15 : 0.8)
      if format.wordVectors != nil, gap >= 0.6, time < length, Self.rounded(time) > Self.rounded(end) {
        text.words.append("sp")
        text.intervals += [Self.rounded(end), Self.rounded(time)]
      }
    }
  }

  private mutating func addWord(_ start: Double, _ end: Double, _ random: inout PhiloxStream) {
    let latent = latent(at: (start + end) / 2)
    text.intervals += [start, end]
    if format.wordVectors == nil {
      let vector = signal.vocabulary[random.integer(below: PlantedSignal.wordCount)]
      for (column, value) in vector.enumerated() {
        text.values.append((value + latent * signal.text.shift[column]) * signal.text.scale[column])
      }
    } else {
      // Words are sorted by meaning: the closer to the latent value, the likelier.
      let place = (Double(latent) + 1.5 * random.normal() + 4) / 8
      let word = Int((min(max(place, 0), 0.999) * Double(PlantedSignal.wordCount)).rounded(.down))
      text.words.append(signal.words[word])
    }
  }

  private mutating func makeLabels() {
    var random = random(.labels)
    for segment in segments {
      labels.intervals += [segment.start, segment.end]
      let sentiment = Self.thirds(Double(segment.latent) + 0.4 * random.normal(), -3...3)
      labels.values.append(sentiment)
      if labels.width == 1 { continue }
      labels.values.append(Self.thirds(max(Double(segment.latent), 0), 0...3))
      for _ in 2..<labels.width { labels.values.append(Self.thirds(random.exponential(mean: 0.5), 0...3)) }
    }
  }

  /// Returns rows at a fixed rate: noise, a drift that changes every 15 rows and the planted shift, multiplied by each
  /// column's scale.
  private func frames(
    _ file: SyntheticFormat.File, _ direction: PlantedSignal.Direction, noise: PhiloxStream, drift: PhiloxStream,
    decimals: Float?
  ) -> SyntheticStream {
    let count = Int(length * file.frameRate)
    let width = file.width
    var stream = SyntheticStream(width: width)
    stream.intervals = (0..<count).flatMap { [Double($0) / file.frameRate, Double($0 + 1) / file.frameRate] }
    stream.values = [Float](unsafeUninitializedCapacity: count * width) { values, initialized in
      for row in 0..<count {
        let latent = latent(at: (Double(row) + 0.5) / file.frameRate)
        for column in 0..<width {
          var value = 0.5 * noise.normal(at: row * width + column) + drift.normal(at: row / 15 * width + column)
          value = (value + latent * direction.shift[column]) * direction.scale[column] + direction.offset[column]
          if let decimals { value = (value * decimals).rounded() / decimals }  // OpenFace writes three decimals
          values[row * width + column] = value
        }
      }
      initialized = count * width
    }
    return stream
  }

  private func latent(at time: Double) -> Float {
    segments.first { $0.start <= time && time < $0.end }?.latent ?? 0
  }

  private static func rounded(_ time: Double) -> Double { (time * 10_000).rounded() / 10_000 }

  private static func thirds(_ value: Double, _ range: ClosedRange<Double>) -> Float {
    // Adding zero turns a negative zero into a positive one.
    Float(min(max((value * 3).rounded() / 3, range.lowerBound), range.upperBound)) + 0
  }
}

/// The rows of one recording in a computational sequence under construction.
struct SyntheticStream {
  /// The number of values in a row.
  let width: Int
  /// [rowCount, width]; empty for words.
  var values: [Float] = []
  /// One word per row; empty for numbers.
  var words: [String] = []
  /// The start and end of each row, in seconds: [rowCount, 2].
  var intervals: [Double] = []

  /// The number of rows.
  var rowCount: Int { intervals.count / 2 }

  /// Returns the start and end of a row.
  func interval(_ row: Int) -> (start: Double, end: Double) { (intervals[2 * row], intervals[2 * row + 1]) }

  /// Returns the given rows, which may be in another order or fewer.
  func rows(_ order: some Sequence<Int>) -> SyntheticStream {
    var stream = SyntheticStream(width: width)
    for row in order {
      if words.isEmpty {
        stream.values += values[row * width..<(row + 1) * width]
      } else {
        stream.words.append(words[row])
      }
      stream.intervals += intervals[2 * row..<2 * row + 2]
    }
    return stream
  }

  /// Returns the rows whose interval does not overlap start ..< end.
  func without(_ start: Double, _ end: Double) -> SyntheticStream {
    rows((0..<rowCount).filter { interval($0).end <= start || interval($0).start >= end })
  }
}
