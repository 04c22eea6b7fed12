import Samples
import Text

/// Everything that reading the media found, besides the rows in the store.
struct IngestedRecordings: IngestIndex {
  /// By id.
  var clips: [String: ReadClip] = [:]
  /// The names of each modality's columns, from the first clip by id that has rows.
  var columns: [Modality: [String]] = [:]
  /// What was found and counted: `sound.resampled`, `words.spread_missing`, …
  var tally = Tally()

  init() {}

  var json: JSONValue {
    [
      "clips": .object(clips.mapValues(\.json)),
      "columns": .object(
        Dictionary(
          uniqueKeysWithValues: columns.map { ($0.key.rawValue, .array($0.value.map { .string($0) })) })),
      "tally": tally.json,
    ]
  }

  init?(json: JSONValue) {
    guard let clips = json["clips"]?.members, let columns = json["columns"]?.members,
      let tally = json["tally"].flatMap(Tally.init(json:))
    else { return nil }
    self.clips = clips.compactMapValues(ReadClip.init(json:))
    if self.clips.count != clips.count { return nil }
    for (name, names) in columns {
      guard let modality = Modality(rawValue: name) else { return nil }
      self.columns[modality] = names.elements?.compactMap(\.text)
    }
    self.tally = tally
  }

  /// The clips that are not skipped.
  var usable: [String: ReadClip] { clips.filter { $0.value.fault == nil } }

  /// The ready-made rows of the clips' words.
  var texts: TextFeatures {
    var texts = TextFeatures()
    texts.rows = usable.compactMapValues(\.text)
    return texts
  }

  /// The words of all clips.
  var words: Set<String> { Set(clips.values.flatMap { $0.words.map(\.word) }) }
}

extension ReadClip {
  /// `{fault}`, or what was read.
  fileprivate var json: JSONValue {
    if let fault { return ["fault": [.string(fault.reason.rawValue), .string(fault.detail)]] }
    var members: [String: JSONValue] = [
      "times": [.number(start), .number(seconds)],
      "words": .array(words.map { [.number($0.interval.start), .number($0.interval.end), .string($0.word)] }),
      "rows": .object(Self.keyed(rows, \.json)), "absent": .object(Self.keyed(absent) { .string($0) }),
    ]
    members["text"] = text?.json
    return .object(members)
  }

  private static func keyed<Value>(
    _ values: [Modality: Value], _ json: (Value) -> JSONValue
  ) -> [String: JSONValue] {
    Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, json($0.value)) })
  }

  fileprivate init?(json: JSONValue) {
    if let fault = json["fault"]?.elements {
      guard fault.count == 2, let reason = fault[0].text.flatMap(DropReason.init), let detail = fault[1].text else {
        return nil
      }
      self.fault = ClipFault(reason, detail)
      return
    }
    guard let times = json["times"]?.elements?.compactMap(\.doubleValue), times.count == 2,
      let words = json["words"]?.elements?.map(Self.word), !words.contains(nil),
      let rows = json["rows"]?.members, let absent = json["absent"]?.members
    else { return nil }
    (start, seconds) = (times[0], times[1])
    self.words = words.compactMap(\.self)
    if let text = json["text"] {
      guard let own = TextRows(json: text) else { return nil }
      self.text = own
    }
    for (name, value) in rows {
      guard let modality = Modality(rawValue: name), let stored = StoredRows(json: value) else { return nil }
      self.rows[modality] = stored
    }
    for (name, value) in absent {
      guard let modality = Modality(rawValue: name) else { return nil }
      self.absent[modality] = value.text
    }
  }

  private static func word(_ json: JSONValue) -> SpokenWord? {
    guard let list = json.elements, list.count == 3, let start = list[0].doubleValue, let end = list[1].doubleValue,
      let word = list[2].text
    else { return nil }
    return SpokenWord(interval: Interval(start: start, end: end), word: word)
  }
}
