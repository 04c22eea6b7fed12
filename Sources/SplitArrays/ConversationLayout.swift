import Pickles
import Samples
import Text

/// The layout in which declare-lab publishes conversations: a tuple or list of dictionaries keyed by dialog with ids, speakers,
/// labels, text, audio and video features, each with one entry per utterance, and sentences, followed by the dialogs of
/// train and of test. There is no valid split.
struct ConversationLayout {
  private let path: String
  private let ids: PickledDictionary
  private let speakers: PickledDictionary
  /// The columns, each with the dictionary it is gathered from.
  private let dictionaries: [(key: String, dictionary: PickledDictionary)]
  private let splits: [Split: [String]]

  /// The keys of `tuple[2...6]`.
  private static let keys = ["classification_labels", "text", "audio", "vision", "raw_text"]

  /// Recognises the layout; nil if the value has a different one.
  init?(_ root: PickleValue, path: String) throws {
    guard let parts = root.elements, parts.count == 9 else { return nil }
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
    // Sets are unordered.
    splits = [.train: lists[0].sortedByBytes(), .test: lists[1].sortedByBytes()]
  }

  /// Returns the columns of train and test.
  ///
  /// - Throws: `DataError` 65 if a dictionary lacks a dialog, or does not have as many utterances of it as there are
  ///   ids.
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
        // A single letter distinguishes the partners of a dialog but is not a name.
        speakerOfSample += speakers.map { $0.text.flatMap { $0.count > 1 ? $0 : nil } }
        for (key, dictionary) in dictionaries {
          values[key, default: []] += try entries(of: dialog, in: dictionary, key, count: own.count)
        }
      }
      for (key, entries) in values {
        _ = columns.add(PickledColumn(path: path, place: key, value: .list(entries)), forKey: key)
      }
      columns.layout = "declare-lab's tuple of dictionaries by dialog"
      columns.dialogs = dialogOfSample
      columns.speakers = speakerOfSample
      return columns
    }
  }

  /// Returns a dictionary's entries for the utterances of a dialog.
  private func entries(
    of dialog: String, in dictionary: PickledDictionary, _ name: String, count: Int?
  ) throws -> [PickleValue] {
    func refusal(_ problem: String, expected: String) -> DataError {
      DataError(
        .badData, file: path, place: "\(name): \(dialog)", problem, expected: expected,
        advice: "The file is damaged: download it again.")
    }
    guard let value = dictionary[dialog] else {
      throw refusal("is missing", expected: "every dialog of train and test")
    }
    let entries: [PickleValue]
    if case .array(let array) = value, let length = array.shape.first {
      // An array of single numbers holds labels.
      entries =
        try array.shape.count == 1 && array.type.isNumeric
        ? (array.integers() ?? []).map { .integer($0) } : array.objects ?? (0..<length).map { .array(array.part($0)) }
    } else if let elements = value.elements {
      entries = elements
    } else {
      throw refusal("is \(PickleDescription.of(value))", expected: "one entry per utterance")
    }
    if let count, entries.count != count {
      throw refusal(
        "has \(entries.count.counted("entry", plural: "entries"))", expected: "\(count), one per utterance")
    }
    return entries
  }
}
