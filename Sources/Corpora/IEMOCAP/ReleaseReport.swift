import Files
import Samples
import Text

/// What the report says about a release beyond what it says about every corpus.
struct ReleaseReport {
  private let found: IngestedRelease
  private let request: CorpusRequest
  private let options: IEMOCAPOptions
  private let path: String
  private let hasGlove: Bool
  /// Labelled turns of dialogs that `--subset` leaves out.
  var leftOutTurns = 0

  /// Ids that are listed for a reason.
  private static let listedIDs = 100

  init(
    _ found: IngestedRelease, request: CorpusRequest, options: IEMOCAPOptions, path: String, hasGlove: Bool
  ) {
    self.found = found
    self.request = request
    self.options = options
    self.path = path
    self.hasGlove = hasGlove
  }

  private var turns: [EmotionTurn] { found.emotions.values.sorted { $0.id < $1.id } }

  var json: JSONValue {
    let turns = turns
    var members: [String: JSONValue] = [
      "group": .string(request.split.dividesSpeakers ? "speaker" : "session"),
      "sessions": .object(
        Dictionary(grouping: turns) { "Ses0\($0.id.session)" }.mapValues { turns in
          [
            "turns": .integer(turns.count), "dialogs": .integer(Set(turns.map(\.id.dialog)).count),
            "marker_turns": .integer(turns.count { $0.id.hasMarkers }),
            "seconds": .number(turns.reduce(0) { $0 + $1.interval.duration }),
          ]
        }),
      "categories": .object(Dictionary(grouping: turns, by: \.category).mapValues { .integer($0.count) }),
      "off_scale": .integer(turns.count(where: Self.isOffScale)),
      "overlapping_turns": .integer(Self.overlapping(turns)),
      "missing": .object(
        Dictionary(uniqueKeysWithValues: request.modalities.map { ($0.rawValue, missing($0, turns)) })),
      "counts": found.tally.json,
      "bad_lines": .array(found.badLines.map { .string($0.description) }),
    ]
    if let subset = options.subset {
      members["subset"] = [
        "name": .string(subset.rawValue), "turns": .integer(turns.count), "left_out_turns": .integer(leftOutTurns),
      ]
    }
    if let votes { members["votes"] = votes.json }
    return .object(members)
  }

  /// What became of the raters' votes, if they are the labels.
  private var votes: VoteReport? {
    guard case .votes(let classes) = options.labelling else { return nil }
    return VoteReport(turns, classes)
  }

  /// Whether valence, activation or dominance cannot be a mean of ratings from 1 to 5.
  private static func isOffScale(_ turn: EmotionTurn) -> Bool {
    [turn.valence, turn.activation, turn.dominance].contains { !(1...5 ~= $0) }
  }

  /// Turns that share time with one of the partner's.
  static func overlapping(_ turns: [EmotionTurn]) -> Int {
    Dictionary(grouping: turns, by: \.id.dialog).values.reduce(0) { total, dialog in
      let sides = Dictionary(grouping: dialog, by: \.id.speaker)
      return total
        + dialog.count { turn in
          sides.contains { speaker, others in
            speaker != turn.id.speaker
              && others.contains { $0.interval.start < turn.interval.end && turn.interval.start < $0.interval.end }
          }
        }
    }
  }

  /// The labelled turns that lack a modality, by reason.
  private func missing(_ modality: Modality, _ turns: [EmotionTurn]) -> JSONValue {
    var reasons: [String: [String]] = [:]
    for turn in turns {
      if let reason = reason(modality, turn.id) { reasons[reason, default: []].append(turn.id.text) }
    }
    return .array(
      reasons.sorted { $0.key < $1.key }.map { reason, ids in
        [
          "reason": .string(reason), "count": .integer(ids.count),
          "ids": .array(ids.prefix(Self.listedIDs).map { .string($0) }),
        ]
      })
  }

  /// Why a turn lacks a modality; nil if it has it.
  private func reason(_ modality: Modality, _ id: UtteranceID) -> String? {
    switch modality {
    case .text:
      guard let words = found.words[id.text] else { return "no word times and no transcript" }
      return words.isEmpty ? "no word is said" : nil
    case .audio, .visual:
      let streams = TurnStream.allCases.filter { $0.modality == modality }
      if streams.contains(where: { found.rows[$0]?[id.text] != nil }) { return nil }
      if let fault = found.faults[modality]?[id.text] { return fault }
      if modality == .audio { return "no sound" }
      let takesMotion = options.visualFeatures == nil
      return takesMotion && !id.hasMarkers ? "the partner wears the markers" : "no motion capture or visual features"
    }
  }

  /// What the user should read before using the folder.
  var warnings: [String] {
    var list: [String] = []
    if request.modalities.contains(.text), !hasGlove, request.textFeatures == nil {
      list.append(HashedWordVectors.warning)
    }
    for (key, one, several, rest) in Self.warned where found.tally[key] > 0 {
      list.append("\(Self.counted(found.tally[key], one, several)) \(rest)" + example(of: key))
    }
    for (modality, files) in found.passedOver.sorted(by: { $0.key < $1.key }) {
      list.append(
        "\(modality): skipped \(Self.counted(files.count, "file", "files")) named after a turn and something else, "
          + "the first \(files.first).")
    }
    if let wordless { list.append(wordless) }
    if let votes { list += votes.warnings }
    let bad = ["labels", "transcripts", "words", "motion"].map { found.tally["\($0).bad_lines"] }.reduce(0, +)
    if bad > 0, let first = found.badLines.first {
      list.append(
        "\(Self.counted(bad, "malformed line was", "malformed lines were")) skipped; the first is \(first).")
    }
    let offScale = turns.count(where: Self.isOffScale)
    if offScale > 0 {
      list.append(
        "\(Self.counted(offScale, "turn has", "turns have")) a valence, activation or dominance beyond 1 to 5, kept unchanged."
      )
    }
    return list
  }

  /// The sentence for turns that are one row each because no word is said in them; nil if there are none.
  private var wordless: String? {
    guard request.granularity.needsWords, request.toleratesMissingWords else { return nil }
    let turns = turns.filter { options.labelling.row(of: $0).fault == nil }
    let count = turns.count { (found.words[$0.id.text] ?? []).isEmpty }
    if count == 0 { return nil }
    let some = count == turns.count ? "No turn has a word" : Self.counted(count, "turn has", "turns have") + " no word"
    return "\(some): a turn without one is a single row, the mean over all of it, its text masked."
  }

  /// What is worth a warning: the count's key, its wording in the singular and the plural, and the rest.
  private static let warned: [(key: String, one: String, several: String, rest: String)] = [
    (
      "words.spread_missing", "turn has", "turns have",
      "no word times; the words of the transcript are spread evenly over the turn."
    ),
    (
      "words.spread_malformed", "turn has", "turns have",
      "malformed word times; the words of the transcript are spread evenly over the turn."
    ),
    ("sound.unreadable", "sound", "sounds", "cannot be read: no audio there (mask 0)."),
    (
      "motion.empty_files", "file of motion capture has", "files of motion capture have",
      "no frame: that part of the turn is missing."
    ),
    (
      "features.empty_files", "file of ready-made features has", "files of ready-made features have",
      "no row: the turn goes without them (mask 0)."
    ),
    (
      "features.without_face", "table has", "tables have", "no row of the face that --face names: missing (mask 0)."
    ),
    ("sound.resampled", "sound is", "sounds are", "not of 16 kHz: resampled."),
    ("sound.mixed_down", "sound has", "sounds have", "several channels: their mean was taken."),
    ("sound.length_mended", "sound has", "sounds have", "a header that gives another length: read to the file's end."),
    ("files.unsafe", "entry", "entries", "with .. in its name, skipped."),
    ("files.special", "link, device or pipe was", "links, devices or pipes were", "skipped."),
    ("files.broken_links", "link leads", "links lead", "nowhere, in a circle or on without end: skipped."),
  ]

  /// The faults that a count is of.
  private static let faults = [
    "sound.unreadable": (Modality.audio, "the sound cannot be read"),
    "motion.empty_files": (.visual, "its motion capture has no frame"),
  ]

  /// The first file that is counted, as a sentence; empty if it is unknown.
  private func example(of key: String) -> String {
    if ["files.special", "files.broken_links"].contains(key) {
      return found.firstLink.map { " The first link: \($0)." } ?? ""
    }
    guard let (modality, kind) = Self.faults[key], let example = found.faultExamples[modality]?[kind] else { return "" }
    return " The first: \(example.detail)" + (example.detail.hasSuffix(".") ? "" : ".")
  }

  private static func counted(_ count: Int, _ one: String, _ several: String) -> String {
    "\(count) \(count == 1 ? one : several)"
  }
}

extension SplitPolicy {
  /// Whether the groups of a corpus of dialogs are its speakers, not its sessions.
  fileprivate var dividesSpeakers: Bool {
    switch self {
    case .folds, .speaker: true
    case .ratios, .session, .declared, .undivided: false
    }
  }
}
