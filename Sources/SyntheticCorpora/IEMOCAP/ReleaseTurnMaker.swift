import TensorCore

/// Makes one turn of a synthetic release: its meaning, how raters perceive it, and its words.
struct ReleaseTurnMaker {
  let id: String
  let speaker: Character
  let isOnMarker: Bool
  let ticks: Range<Int>
  let label: String
  /// The scene, if the turn is scripted: other actors say the same lines in other sessions.
  let scene: String?
  let hasWords: Bool
  let stream: UInt64

  /// The random number streams of a turn.
  private enum Stream: UInt32 {
    case meaning = 210
    case times, words, line
  }

  /// The position of each label on the scales of valence, activation and dominance, roughly as rated in the release.
  private static let centers: [String: (valence: Double, activation: Double, dominance: Double)] = [
    "ang": (1.9, 3.6, 3.8), "sad": (2.1, 2.4, 2.7), "neu": (3.0, 2.8, 2.9), "hap": (4.0, 3.2, 3.1),
    "exc": (4.2, 3.7, 3.3), "fru": (2.3, 3.1, 3.2), "sur": (3.2, 3.5, 2.9), "fea": (2.2, 3.3, 2.4),
    "dis": (2.1, 2.9, 3.2), "oth": (2.7, 3.0, 3.0), "xxx": (2.8, 3.1, 3.1),
  ]

  func turn(seed: UInt64, gain: Double) -> ReleaseTurn {
    var random = PhiloxStream(seed: seed, stream: Stream.meaning.rawValue, step: stream)
    let center = Self.centers[label] ?? (3, 3, 3)
    let spread = label == "xxx" ? 0.9 : 0.35
    let valence = center.valence + spread * random.normal()
    let activation = center.activation + 0.35 * random.normal()
    let raters = random.uniform() < 0.2 ? 2 : 3
    var ratings = (0..<raters).map { _ in
      ReleaseTurn.Rating(
        valence: Self.onScale(valence + 0.4 * random.normal()),
        activation: Self.onScale(activation + 0.4 * random.normal()),
        dominance: Self.onScale(center.dominance + 0.5 * random.normal()))
    }
    if stream % 37 == 5 { ratings[raters - 1].dominance = nil }
    return ReleaseTurn(
      id: id, speaker: speaker, isOnMarker: isOnMarker, ticks: ticks, label: label,
      valence: min(max(valence - 3, -2), 2) * gain, activation: min(max(activation - 3, -2), 2) * gain,
      ratings: ratings, segments: segments(seed: seed, valence: min(max(valence - 3, -2), 2) * gain), stream: stream)
  }

  private static func onScale(_ value: Double) -> Int { Int(min(max(value.rounded(), 1), 5)) }

  // MARK: Words

  /// Returns the alignment: silence, words with pauses and noises between some of them, silence.
  private func segments(seed: UInt64, valence: Double) -> [ReleaseTurn.Segment] {
    var random = PhiloxStream(seed: seed, stream: Stream.times.rawValue, step: stream)
    let frameCount = ticks.count / 100
    let first = 3 + random.integer(below: 15)
    var places: [(frames: Range<Int>, filler: String?)] = []
    var frame = first
    while frame < frameCount - 14 {
      let end = min(frame + 12 + random.integer(below: 30), frameCount - 3)
      places.append((frame..<end, hasWords ? nil : "LAUGHTER"))
      frame = end
      let gap = random.uniform()
      if gap < 0.2, frame < frameCount - 40 {
        let end = frame + 5 + random.integer(below: 20)
        places.append((frame..<end, gap < 0.04 ? Self.noises[random.integer(below: 3)] : ""))
        frame = end
      }
    }
    var texts = words(places.count { $0.filler == nil }, seed: seed, valence: valence)[...]
    var segments = [ReleaseTurn.Segment(text: "", token: "<s>", frames: 0..<first, isWord: false)]
    for place in places {
      if let filler = place.filler {
        segments.append(
          .init(
            text: filler.isEmpty ? "" : "[\(filler)]", token: filler.isEmpty ? "<sil>" : "++\(filler)++",
            frames: place.frames, isWord: false))
      } else if let text = texts.popFirst() {
        let variant = random.uniform() < 0.06 ? "(2)" : ""
        segments.append(.init(text: text, token: Self.token(text) + variant, frames: place.frames, isWord: true))
      }
    }
    let end = segments.last?.frames.upperBound ?? first
    segments.append(.init(text: "", token: "</s>", frames: end..<max(end + 1, frameCount), isWord: false))
    return segments
  }

  private static let noises = ["LAUGHTER", "BREATHING", "GARBAGE"]

  /// Returns the spelling in the alignment, which has no accents.
  private static func token(_ text: String) -> String { text.uppercased().replacing("Ï", with: "I") }

  /// Returns words whose meaning is close to the valence. Scripted lines come from a small set and have few different
  /// lengths, so that the same words recur in other sessions.
  private func words(_ count: Int, seed: UInt64, valence: Double) -> [String] {
    if count == 0 { return [] }
    var random = PhiloxStream(seed: seed, stream: Stream.words.rawValue, step: stream)
    var words: [String]
    if let scene, random.uniform() < 0.6 {
      let length = Self.lineLengths.last { $0 <= count } ?? 1
      let mood = (valence * 2).rounded() / 2
      let line = UInt64(random.integer(below: 2))
      // All releases share one seed, because scripts do not change.
      let name = UInt64(bitPattern: Int64(mood * 2)) &* 2 &+ line
      var words = PhiloxStream(
        seed: 0, stream: Stream.line.rawValue, step: scene.utf8.reduce(name) { $0 &* 31 &+ UInt64($1) })
      return (0..<length).map { _ in Self.word(near: mood, &words) }
    }
    words = (0..<count).map { _ in Self.word(near: valence, &random) }
    // Transcripts are in Latin-1.
    if stream % 23 == 4 { words[count / 2] = "naïve" }
    return words
  }

  private static let lineLengths = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48]

  /// Returns a random word. Words are sorted by meaning: the closer to the valence, the likelier.
  private static func word(near valence: Double, _ random: inout PhiloxStream) -> String {
    let place = (1.3 * valence + random.normal() + 4) / 8
    let count = Double(PlantedSignal.wordCount)
    return PlantedSignal.word(Int(min(max(place, 0), 0.999) * count))
  }
}
