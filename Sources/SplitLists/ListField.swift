import Corpora
import Text

/// What a column of a list holds.
public enum ListField: String, CaseIterable, Hashable, Sendable {
  /// The name of a sample.
  case id
  /// The split: train, valid, val, dev or test.
  case split
  /// What the sample was cut from: a video, a recording.
  case group
  /// The number of the sample within its group.
  case clip
  /// Who speaks.
  case speaker
  /// The conversation.
  case dialog
  /// The number of the sample within its conversation.
  case turn
  /// The recording session.
  case session
  /// The season and the episode of a series: together a group.
  case season
  case episode
  /// The series or channel that the sample is of.
  case show
  /// What the sample was recorded with.
  case device
  /// When the sample begins and ends, in seconds or as hours, minutes and seconds.
  case start
  case end
  /// What is said.
  case text
  /// What is to be predicted.
  case label

  /// Names of its columns as people write them, without capitals, blanks and signs; the first that a list has counts.
  var names: [String] {
    switch self {
    case .id:
      [
        "id", "ids", "sampleid", "sample", "key", "segmentid", "filename", "file", "name", "path", "filepath", "wav",
        "audio",
      ]
    case .split: FoldTable.splitColumns
    case .group: ["group", "groupid", "videoid", "vid", "video", "recordingid", "recording", "movie", "videoname"]
    case .clip: ["clipid", "clip", "clipno", "segment", "segmentno", "segmentnumber"]
    case .speaker:
      [
        "speaker", "speakerid", "spk", "spkid", "actor", "actorid", "subject", "subjectid", "participant",
        "participantid",
      ]
    case .dialog: ["dialogueid", "dialogid", "dialogue", "dialog", "conversationid", "conversation"]
    case .turn: ["utteranceid", "uttid", "turnid", "turn", "turnno", "utteranceno"]
    case .session: ["session", "sessionid"]
    case .season: ["season"]
    case .episode: ["episode"]
    case .show: ["show", "showid", "series", "programme"]
    case .device: ["device", "deviceid", "recordingdevice", "microphone", "mic", "recorder"]
    case .start: ["start", "starttime", "startsec", "begin", "begintime"]
    case .end: ["end", "endtime", "endsec", "stop", "stoptime"]
    case .text: ["text", "utterance", "transcript", "transcription", "sentence", "words", "rawtext"]
    case .label:
      [
        "label", "labels", "labelt", "labela", "labelv", "emotion", "emo", "sentiment", "class", "category", "val",
        "valence", "arousal", "activation", "dominance", "target",
      ]
    }
  }

  /// The field that a column's name speaks of, and how far back in the list of its names it stands.
  static func named(_ name: String) -> (field: ListField, rank: Int)? { known[FoldTable.plain(name)] }

  private static let known: [String: (field: ListField, rank: Int)] = {
    var known: [String: (field: ListField, rank: Int)] = [:]
    for field in ListField.allCases {
      for (rank, name) in field.names.enumerated() where known[name] == nil { known[name] = (field, rank) }
    }
    return known
  }()
}

/// Which columns hold what, as a user says it: `group=video_id,split=mode`.
public struct ColumnChoice: Hashable, Sendable {
  /// The columns of each field, by their name in the list, or from 1 on where it has no names; several for labels alone.
  private(set) var columns: [ListField: [String]] = [:]

  /// Nothing is said: columns are known by their names.
  public init() {}

  /// Reads what stands behind `--columns`.
  ///
  /// - Throws: `DataError` 64.
  public init(parsing texts: [String]) throws {
    for part in texts.joined(separator: ",").split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix(while: \.isWhitespace) }
      guard sides.count == 2, !sides[1].isEmpty, let field = Self.field(String(sides[0])) else {
        throw DataError(
          .usage, "--columns has \(part)",
          expected: "pairs such as group=video_id,split=mode, of "
            + ListField.allCases.map(\.rawValue).joined(separator: ", "))
      }
      columns[field, default: []].append(String(sides[1]))
      if field != .label, columns[field]?.count ?? 0 > 1 {
        throw DataError(.usage, "--columns names two columns for \(field.rawValue)", expected: "one of the two")
      }
    }
  }

  private static func field(_ name: String) -> ListField? {
    let plain = FoldTable.plain(name)
    return ListField(rawValue: plain) ?? (plain == "dialogue" ? .dialog : plain == "mode" ? .split : nil)
  }

  /// Whether columns are numbered: then the list has no line of names.
  var areNumbers: Bool { !columns.isEmpty && columns.values.joined().allSatisfy { (Int($0) ?? 0) > 0 } }
}

/// Which columns of a table with a line of names hold what.
struct ColumnMap {
  /// The column of each field but the labels.
  private(set) var places: [ListField: Int] = [:]
  /// The columns of labels, with their names.
  private(set) var labels: [(name: String, place: Int)] = []

  /// Whether the column of splits is called after folds.
  private(set) var splitsAreFolds = false

  /// Whether nothing is known of any column.
  var isEmpty: Bool { places.isEmpty && labels.isEmpty }

  /// - Throws: `DataError` 65, without the file, where a column that the user names is not there.
  init(_ names: [String], _ choice: ColumnChoice) throws {
    var ranks: [ListField: Int] = [:]
    for (place, name) in names.enumerated() {
      guard let (field, rank) = ListField.named(name), choice.columns[field] == nil else { continue }
      if field == .label {
        labels.append((name, place))
      } else if ranks[field].map({ rank < $0 }) ?? true {
        ranks[field] = rank
        places[field] = place
      }
    }
    for (field, chosen) in choice.columns.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      for column in chosen {
        guard let place = Self.place(of: column, among: names) else {
          throw DataError(
            .badData, "has no column \(column) (\(names.prefix(12).joined(separator: ", ")))",
            expected: "the column that --columns \(field.rawValue)=\(column) names")
        }
        if field == .label { labels.append((column, place)) } else { places[field] = place }
      }
    }
    // A column that the user gave another meaning has no second one.
    let given = Set(choice.columns.values.joined().compactMap { Self.place(of: $0, among: names) })
    for (field, place) in places where choice.columns[field] == nil && given.contains(place) { places[field] = nil }
    if choice.columns[.label] == nil { labels.removeAll { given.contains($0.place) } }
    splitsAreFolds = places[.split].map { FoldTable.plain(names[$0]).contains("fold") } ?? false
  }

  /// Columns by number, from 1 on.
  init(numbered choice: ColumnChoice, width: Int) throws {
    for (field, chosen) in choice.columns {
      for column in chosen {
        guard let number = Int(column), number >= 1, number <= width else {
          throw DataError(.badData, "has \(width) columns", expected: "a column \(column), as --columns says")
        }
        if field == .label { labels.append(("label", number - 1)) } else { places[field] = number - 1 }
      }
    }
  }

  /// An id, and a split or a label: what a table of one or two columns without names holds.
  init(id: Int, split: Int? = nil, label: Int? = nil) {
    places = [.id: id]
    places[.split] = split
    labels = label.map { [("label", $0)] } ?? []
  }

  private static func place(of column: String, among names: [String]) -> Int? {
    names.firstIndex(of: column) ?? names.firstIndex { FoldTable.plain($0) == FoldTable.plain(column) }
  }
}
