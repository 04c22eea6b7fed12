import Corpora
import Leaks
import Pickles
import Samples
import Text

/// A tuple of dictionaries by dialog, as declare-lab publishes conversations: ids, speakers, labels, text, sound and picture, each
/// with an entry an utterance, and sentences; then the dialogs of train and of test. There is no valid split.
struct ConversationLayout {
  private let path: String
  private let ids: PickledDictionary
  private let speakers: PickledDictionary
  /// The columns with the dictionaries that they are gathered from.
  private let dictionaries: [(key: String, dictionary: PickledDictionary)]
  private let splits: [Split: [String]]

  /// What `tuple[2...6]` are.
  private static let keys = ["classification_labels", "text", "audio", "vision", "raw_text"]

  /// Recognises the layout; nil where a value has another.
  init?(_ root: PickleValue, path: String) throws {
    guard case .tuple(let parts) = root, parts.count == 9 else { return nil }
    let dictionaries = parts.prefix(7).compactMap { part in
      if case .dictionary(let dictionary) = part { dictionary } else { nil }
    }
    let lists = parts.suffix(2).compactMap { $0.elements?.compactMap(\.text) }
    guard dictionaries.count == 7, lists.count == 2,
      zip(parts.suffix(2), lists).allSatisfy({ $0.elements?.count == $1.count })
    else { return nil }
    self.path = path
    (ids, speakers) = (dictionaries[0], dictionaries[1])
    self.dictionaries = zip(Self.keys, dictionaries[2...]).map { ($0, $1) }
    // Sets have no order of their own.
    splits = [.train: lists[0].sortedByBytes(), .test: lists[1].sortedByBytes()]
  }

  /// The columns of train and test.
  ///
  /// - Throws: `DataError` 65 when a dictionary lacks a dialog, or has more or fewer utterances of it than ids.
  func columns() throws -> [Split: ArrayColumns] {
    try splits.mapValues { dialogs in
      var columns = ArrayColumns()
      var (dialogOfSample, speakerOfSample): ([String], [String?]) = ([], [])
      var values: [String: [PickleValue]] = [:]
      for dialog in dialogs {
        let own = try entries(of: dialog, in: ids, "ids", count: nil)
        let speakers = try entries(of: dialog, in: speakers, "speakers", count: own.count)
        values["id", default: []] += own
        dialogOfSample += Array(repeating: dialog, count: own.count)
        // A letter tells partners apart, and is no name.
        speakerOfSample += speakers.map { $0.text.flatMap { $0.count > 1 ? $0 : nil } }
        for (key, dictionary) in dictionaries {
          values[key, default: []] += try entries(of: dialog, in: dictionary, key, count: own.count)
        }
      }
      for (key, entries) in values {
        _ = columns.add(PickledColumn(path: path, place: key, value: .list(entries)), forKey: key)
      }
      columns.dialogs = dialogOfSample
      columns.speakers = speakerOfSample
      return columns
    }
  }

  /// What a dictionary has of each utterance of a dialog.
  private func entries(
    of dialog: String, in dictionary: PickledDictionary, _ name: String, count: Int?
  ) throws -> [PickleValue] {
    func refusal(_ problem: String, expected: String) -> DataError {
      DataError(
        .badData, file: path, place: "\(name): \(dialog)", problem, expected: expected,
        advice: "The file is damaged: download it again.")
    }
    guard let value = dictionary[dialog] else {
      throw refusal("is not there", expected: "every dialog of train and test")
    }
    let entries: [PickleValue]
    if case .array(let array) = value, let length = array.shape.first {
      // One number each is a label.
      entries =
        try array.shape.count == 1 && array.type.isNumeric
        ? (array.integers() ?? []).map { .integer($0) } : array.objects ?? (0..<length).map { .array(array.part($0)) }
    } else if let elements = value.elements {
      entries = elements
    } else {
      throw refusal("is \(PickleDescription.of(value))", expected: "an entry an utterance")
    }
    if let count, entries.count != count {
      throw refusal(
        "has \(Phrase.count(entries.count, "entry", plural: "entries"))", expected: "\(count), an utterance each")
    }
    return entries
  }
}
