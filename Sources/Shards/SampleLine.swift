public import Samples
public import Text

/// A line of samples.jsonl: where a sample is and what it is.
public struct SampleLine: Hashable, Sendable {
  /// The sample, e.g. `125845[3]`.
  public var id: String
  /// What is never divided between splits: the video or session.
  public var group: String
  /// The dialog that the recording is part of, if the corpus has dialogs.
  public var dialog: String?
  /// Who speaks, if the corpus says so.
  public var speaker: String?
  /// The recording session, if the corpus has sessions.
  public var session: String?
  /// The split.
  public var split: Split
  /// The shard's path inside the prepared folder.
  public var shard: String
  /// The sample's position in its shard, from 0.
  public var index: Int
  /// The sample's stretch of the recording; nil if the corpus does not say.
  public var interval: Interval?
  /// The number of rows of each modality.
  public var rows: [Modality: Int]
  /// The labels, one per label name; NaN where one is missing.
  public var label: [Double]
  /// The words spoken, separated by single blanks; nil if the corpus has no words.
  public var words: String?
  /// The word that says what the sample expresses, e.g. `Positive`, if the corpus has one.
  public var annotation: String?
  /// What is said as a sentence, with its punctuation if the corpus has that; nil if the corpus has only words.
  public var sentence: String?

  /// Creates a line.
  public init(
    id: String, group: String, dialog: String? = nil, speaker: String? = nil, session: String? = nil, split: Split,
    shard: String, index: Int, interval: Interval?, rows: [Modality: Int], label: [Double], words: String?,
    annotation: String? = nil, sentence: String? = nil
  ) {
    self.sentence = sentence
    self.id = id
    self.group = group
    self.dialog = dialog
    self.speaker = speaker
    self.session = session
    self.split = split
    self.shard = shard
    self.index = index
    self.interval = interval
    self.rows = rows
    self.label = label
    self.words = words
    self.annotation = annotation
  }

  /// The line as JSON; `rows` is an integer where all modalities agree, else an object by modality. `dialog`,
  /// `annotation` and `sentence` are there only if the corpus has them.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(id), "group": .string(group), "speaker": .string(orNull: speaker),
      "session": .string(orNull: session), "split": .string(split.rawValue), "shard": .string(shard),
      "index": .integer(index), "interval": interval.map { [.number($0.start), .number($0.end)] } ?? .null,
      "rows": RowCounts.json(rows), "label": .array(label.map { $0.isNaN ? .null : .number($0) }),
      "words": .string(orNull: words),
    ]
    if let dialog { members["dialog"] = .string(dialog) }
    if let annotation { members["annotation"] = .string(annotation) }
    if let sentence { members["sentence"] = .string(sentence) }
    return .object(members)
  }

  /// Reads a line.
  ///
  /// - Parameter modalities: those that an integer under `rows` speaks for.
  /// - Throws: `DataError` 65 that names the key at fault.
  public init(json: JSONValue, modalities: [Modality]) throws {
    let fields = JSONFields(json)
    try self.init(
      id: fields.string("id"), group: fields.string("group"), dialog: fields.optionalString("dialog"),
      speaker: fields.optionalString("speaker"), session: fields.optionalString("session"),
      split: fields.split("split"), shard: fields.string("shard"),
      index: fields.count("index"), interval: fields.interval("interval"),
      rows: fields.rows("rows", modalities: modalities), label: fields.numbersOrNaN("label"),
      words: fields.optionalString("words"), annotation: fields.optionalString("annotation"),
      sentence: fields.optionalString("sentence"))
  }
}
