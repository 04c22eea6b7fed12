import Samples
package import Text

/// A stream of rows that a turn can have in the store.
enum TurnStream: String, CaseIterable, Hashable, Sendable {
  /// Acoustic features, computed or ready-made.
  case audio
  /// Ready-made visual features.
  case visual
  /// The parts of the motion capture.
  case rotated, head, hand

  init(_ part: MotionPart) {
    self =
      switch part {
      case .rotated: .rotated
      case .head: .head
      case .hand: .hand
      }
  }

  var modality: Modality { self == .audio ? .audio : .visual }

  /// The parts of the motion capture, in the order of the visual columns.
  static let motion = MotionPart.allCases.map { TurnStream($0) }
}

/// Everything that one pass over a release found, besides the rows in the store.
package struct IngestedRelease: IngestIndex {
  /// The labels, by turn.
  var emotions: [String: EmotionTurn] = [:]
  /// What is said, by turn, in seconds from its start.
  var words: [String: [SpokenWord]] = [:]
  /// Where rows are in the store: by stream and turn.
  var rows: [TurnStream: [String: StoredRows]] = [:]
  /// The names of each stream's columns, from the first turn by id.
  var columns: [TurnStream: [String]] = [:]
  /// Why a turn lacks a modality, or part of one, that it has a file for.
  var faults: [Modality: [String: String]] = [:]
  /// The first file for each of these reasons.
  var faultExamples: [Modality: [String: FaultExample]] = [:]
  /// The first link that was skipped.
  var firstLink: String?
  /// Files that are where a modality's files are but are not read.
  var strays: [Modality: NamedFiles] = [:]
  /// Files of ready-made features that are named after a turn differently from those that were read.
  var passedOver: [Modality: NamedFiles] = [:]
  /// What was found and counted: `words.spread`, `sound.resampled`, `files.hidden`, …
  var tally = Tally()
  /// The first malformed lines, by file and line; all are counted in `tally`.
  var badLines: [BadLine] = []
  /// XXH3-128 of what was read of each source, by role.
  var fingerprints: [String: String] = [:]

  /// Bad lines that are kept.
  static let badLineLimit = 100

  /// Nothing found yet.
  package init() {}

  /// Forgets the turns of other dialogs than a subset's.
  ///
  /// - Returns: the labelled turns among them, sorted by their bytes.
  mutating func restrict(to subset: DialogSubset?) -> [String] {
    guard let subset else { return [] }
    let others = emotions.filter { !subset.contains($0.value.id.dialog) }.keys.sortedByBytes()
    for turn in others { emotions[turn] = nil }
    return others
  }
}

extension IngestedRelease {
  /// The document beside a finished store; `init(json:)` gives it back.
  package var json: JSONValue {
    [
      "emotions": .array(
        emotions.values.sorted { $0.id < $1.id }.map {
          [
            .string($0.id.text), .number($0.interval.start), .number($0.interval.end), .string($0.category),
            .number($0.valence), .number($0.activation), .number($0.dominance),
            .object($0.votes.counts.mapValues { .integer($0) }),
          ]
        }),
      "words": .object(
        words.mapValues { words in
          .array(
            words.map { [.number($0.interval.start), .number($0.interval.end), .string($0.word)] })
        }),
      "rows": .object(Self.keyed(rows) { .object($0.mapValues(\.json)) }),
      "columns": .object(Self.keyed(columns) { .array($0.map { .string($0) }) }),
      "faults": .object(Self.keyed(faults) { .object($0.mapValues { .string($0) }) }),
      "fault_examples": .object(
        Self.keyed(faultExamples) { .object($0.mapValues { [.string($0.turn), .string($0.detail)] }) }),
      "strays": .object(Self.keyed(strays) { [.integer($0.count), .string($0.first)] }),
      "passed_over": .object(Self.keyed(passedOver) { [.integer($0.count), .string($0.first)] }),
      "first_link": firstLink.map { .string($0) } ?? .null, "tally": tally.json,
      "bad_lines": .array(badLines.map { [.string($0.file), .integer($0.line), .string($0.expected)] }),
      "fingerprints": .object(fingerprints.mapValues { .string($0) }),
    ]
  }

  private static func keyed<Key: RawRepresentable<String> & Hashable, Value>(
    _ values: [Key: Value], _ json: (Value) -> JSONValue
  ) -> [String: JSONValue] {
    Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, json($0.value)) })
  }

  /// Reads what `json` wrote; nil when it is something else.
  package init?(json: JSONValue) {
    guard let turns = json["emotions"]?.elements?.map(Self.turn), !turns.contains(nil),
      let words = json["words"]?.members, let rows = json["rows"]?.members, let columns = json["columns"]?.members,
      let faults = json["faults"]?.members, let tally = json["tally"].flatMap(Tally.init(json:)),
      let bad = json["bad_lines"]?.elements, let prints = json["fingerprints"]?.members
    else { return nil }
    for turn in turns.compactMap({ $0 }) { emotions[turn.id.text] = turn }
    self.words = words.mapValues { ($0.elements ?? []).compactMap(Self.word) }
    for (name, stored) in rows {
      guard let stream = TurnStream(rawValue: name), let stored = stored.members else { return nil }
      self.rows[stream] = stored.compactMapValues(StoredRows.init(json:))
      if self.rows[stream]?.count != stored.count { return nil }
    }
    for (name, names) in columns {
      guard let stream = TurnStream(rawValue: name) else { return nil }
      self.columns[stream] = names.elements?.compactMap(\.text)
    }
    for (name, reasons) in faults {
      guard let modality = Modality(rawValue: name) else { return nil }
      self.faults[modality] = reasons.members?.compactMapValues(\.text)
    }
    guard let examples = Self.examples(json["fault_examples"]), let strays = Self.files(json["strays"]),
      let passedOver = Self.files(json["passed_over"])
    else { return nil }
    (faultExamples, self.strays, self.passedOver) = (examples, strays, passedOver)
    firstLink = json["first_link"]?.text
    self.tally = tally
    badLines = bad.compactMap { item in
      guard let list = item.elements, list.count == 3, let file = list[0].text, let line = list[1].count,
        let expected = list[2].text
      else { return nil }
      return BadLine(file: file, line: line, expected: expected)
    }
    fingerprints = prints.compactMapValues(\.text)
  }

  private static func examples(_ json: JSONValue?) -> [Modality: [String: FaultExample]]? {
    guard let members = json?.members else { return nil }
    return members.reduce(into: [:]) { examples, member in
      guard let modality = Modality(rawValue: member.key) else { return }
      examples[modality] = member.value.members?.compactMapValues { json in
        guard let list = json.elements, list.count == 2, let turn = list[0].text, let detail = list[1].text else {
          return nil
        }
        return FaultExample(turn: turn, detail: detail)
      }
    }
  }

  private static func files(_ json: JSONValue?) -> [Modality: NamedFiles]? {
    guard let members = json?.members else { return nil }
    return members.reduce(into: [:]) { files, member in
      guard let modality = Modality(rawValue: member.key), let list = member.value.elements, list.count == 2,
        let count = list[0].count, let first = list[1].text
      else { return }
      files[modality] = NamedFiles(count: count, first: first)
    }
  }

  private static func turn(_ json: JSONValue) -> EmotionTurn? {
    guard let list = json.elements, list.count == 8, let id = list[0].text.flatMap({ UtteranceID($0) }),
      let category = list[3].text, let votes = list[7].members
    else { return nil }
    let numbers = [1, 2, 4, 5, 6].compactMap { list[$0].doubleValue }
    if numbers.count != 5 { return nil }
    return EmotionTurn(
      id: id, interval: Interval(start: numbers[0], end: numbers[1]), category: category, valence: numbers[2],
      activation: numbers[3], dominance: numbers[4], votes: RaterVotes(votes.compactMapValues(\.count)))
  }

  private static func word(_ json: JSONValue) -> SpokenWord? {
    guard let list = json.elements, list.count == 3, let start = list[0].doubleValue, let end = list[1].doubleValue,
      let word = list[2].text
    else { return nil }
    return SpokenWord(interval: Interval(start: start, end: end), word: word)
  }
}
