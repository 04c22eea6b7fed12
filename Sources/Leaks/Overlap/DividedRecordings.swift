import Samples
import Text

/// Recordings of different splits that fit together as parts of one: the segments of one lie in the gaps of the other, where
/// those of other recordings would overlap, begin and end where it leaves off, have the numbers that it lacks
/// (`PartChance`); or one has the name of the other with something before or after it. One recording was divided under two names.
struct DividedRecordings {
  /// Two recordings, the larger one first.
  struct Pair {
    let whole: RecordingParts
    let part: RecordingParts
    /// What the part does to the whole: `fills 3 gaps of`.
    let verb: String
    /// What follows its name: `, the first at 6.29–8.24 s`.
    let detail: String
    /// The number of gaps that are filled.
    var gaps = 0
  }

  let pairs: [Pair]

  /// How many such pairs may be expected by chance in the whole data.
  private static let chanceLimit = 0.01
  /// With more pairs of recordings, only those are compared that share a time.
  private static let mostPairs = 3_000_000

  init(_ datasets: [AuditedDataset]) {
    let recordings = RecordingParts.all(of: datasets)
    let corpora = Dictionary(grouping: recordings, by: \.name.corpus).sortedByBytes(\.key).map(\.value)
    pairs = corpora.flatMap { Self.fitting($0) + Self.named($0) }
      .sortedByBytes { "\($0.whole.name.recording) \($0.part.name.recording)" }
  }

  /// The pairs of recordings of one corpus that fit together by times and numbers.
  private static func fitting(_ recordings: [RecordingParts]) -> [Pair] {
    let splits = Dictionary(grouping: recordings, by: \.split).mapValues(\.count)
    let pairCount = (recordings.count * recordings.count - splits.values.reduce(0) { $0 + $1 * $1 }) / 2
    let chance = PartChance(recordings)
    let sizes = recordings.map { max($0.stretches.count, $0.numbers.count) }
    // Of two that are as large, the one of the earlier split stands first.
    let places = recordings.map { Split.allCases.firstIndex(of: $0.split) ?? 0 }
    var found: [Pair] = []
    func look(_ one: Int, _ two: Int) {
      if places[one] == places[two] { return }
      let isPart = (sizes[one], places[two]) < (sizes[two], places[one])
      let (whole, part) = isPart ? (two, one) : (one, two)
      let fit = chance.fit(part, into: whole)
      if fit.chance * Double(pairCount) <= chanceLimit { found.append(pair(recordings[whole], recordings[part], fit)) }
    }
    if pairCount <= mostPairs {
      let open = recordings.indices.filter(chance.isOpen)
      for (place, one) in open.enumerated() { for two in open[(place + 1)...] { look(one, two) } }
    } else {
      for pair in Set(chance.meetings.map { [$0.0, $0.1] }) { look(pair[0], pair[1]) }
    }
    return found
  }

  private static func pair(_ whole: RecordingParts, _ part: RecordingParts, _ fit: PartChance.Fit) -> Pair {
    if let gap = fit.filled.first {
      let seconds = Interval(
        start: Double(gap.lowerBound) / RecordingParts.ticksPerSecond,
        end: Double(gap.upperBound) / RecordingParts.ticksPerSecond)
      return Pair(
        whole: whole, part: part, verb: "fills \(Phrase.count(fit.filled.count, "gap")) of",
        detail: ", the first at \(Phrase.interval(seconds))", gaps: fit.filled.count)
    }
    let numbers = "has the segment numbers that are missing in"
    if !fit.isApart { return Pair(whole: whole, part: part, verb: numbers, detail: "") }
    return Pair(
      whole: whole, part: part, verb: fit.completesNumbers ? numbers : "lies in the gaps of",
      detail: fit.completesNumbers ? ", at times when it has none" : ", without an overlap")
  }

  // MARK: - Names

  /// Shorter names can be parts of others by chance.
  private static let fewestCharacters = 6

  /// The pairs of recordings of one corpus whose names differ by what is before or after one of them, unless that is how
  /// recordings of one split are named as well.
  private static func named(_ recordings: [RecordingParts]) -> [Pair] {
    var known: [String: RecordingParts] = [:]
    for recording in recordings where isDistinctive(recording.name.recording) {
      known[recording.name.recording] = recording
    }
    var found: [Pair] = []
    for recording in recordings {
      for inner in innerNames(recording.name.recording) {
        guard let whole = known[inner] else { continue }
        if whole.split == recording.split { return [] }
        found.append(Pair(whole: whole, part: recording, verb: "has the name, with an addition, of", detail: ""))
      }
    }
    return found
  }

  private static func isDistinctive(_ name: String) -> Bool {
    name.count >= fewestCharacters && name.contains(where: \.isLetter)
  }

  /// What is left of a name without what stands before or after one of its separators.
  private static func innerNames(_ name: String) -> [String] {
    let characters = Array(name)
    return characters.indices.dropFirst().dropLast().flatMap { place -> [String] in
      let character = characters[place]
      if character.isLetter || character.isNumber { return [] }
      return [String(characters[..<place]), String(characters[(place + 1)...])].filter(isDistinctive)
    }
  }

  // MARK: - What is said

  /// `b (test) fills 3 gaps of a (train), the first at 6.29–8.24 s`, of the first few.
  var text: String {
    Phrase.list(
      pairs.map { pair in
        func name(_ recording: RecordingParts) -> String { "\(recording.name.recording) (\(recording.split))" }
        return "\(name(pair.part)) \(pair.verb) \(name(pair.whole))\(pair.detail)"
      }, separator: "; ")
  }

  /// The facts as JSON.
  var json: JSONValue {
    [
      "count": .integer(pairs.count),
      "items": .array(
        pairs.prefix(Phrase.keptCount).map {
          [
            "recording": .string($0.whole.name.recording), "part": .string($0.part.name.recording),
            "gaps": .integer($0.gaps),
          ]
        }),
    ]
  }

  /// Every sample of the part with the first one of the recording that it fits into.
  func rows(_ datasets: [AuditedDataset]) -> LeakRows {
    let pairs = pairs
    return LeakRows { body in
      var sides: [RecordingParts.Name: [LeakRow.Side]] = [:]
      let wanted = Set(pairs.flatMap { [$0.whole.name, $0.part.name] })
      for dataset in datasets {
        for sample in dataset.samples {
          let name = RecordingParts.Name(recording: sample.wholeRecording, corpus: dataset.corpus)
          if wanted.contains(name) { sides[name, default: []].append(LeakRow.Side(sample, of: dataset)) }
        }
      }
      for pair in pairs {
        guard let first = sides[pair.whole.name]?.first else { continue }
        for side in sides[pair.part.name] ?? [] {
          try body(
            LeakRow(first, side, reason: "\(pair.part.name.recording) \(pair.verb) \(pair.whole.name.recording)"))
        }
      }
    }
  }
}
