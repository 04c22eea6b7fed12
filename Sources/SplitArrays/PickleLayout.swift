import Pickles
import Samples
import Text

/// The known layouts of pickles that hold features per split.
enum PickleLayout {
  /// Returns the columns of each split.
  ///
  /// - Parameters:
  ///   - path: the file, for messages.
  ///   - split: the split that the file's name indicates.
  /// - Throws: `DataError` 65 with a description of the value if its layout is unknown.
  static func columns(of root: PickleValue, path: String, split: Split?) throws -> [Split: ArrayColumns] {
    if let videos = try VideoTupleLayout(root, path: path) { return try videos.columns() }
    if let conversations = try ConversationLayout(root, path: path) { return try conversations.columns() }
    var found: [Split: ArrayColumns] = [:]
    if case .dictionary(let dictionary) = root {
      for pair in dictionary.pairs {
        guard let key = pair.key.text, case .dictionary(let keys) = pair.value,
          let own = Split(named: key)
        else { continue }
        if found.updateValue(try columns(in: keys, "\(key)/", path: path), forKey: own) != nil {
          throw DataError(.badData, file: path, place: key, "is a second part for \(own)", expected: "one")
        }
      }
      if found.isEmpty, let split { found[split] = try columns(in: dictionary, "", path: path) }
    }
    guard found.values.contains(where: { !$0.keys.isDisjoint(with: ArraySplit.keys.keys) }) else {
      throw DataError(
        .badData, file: path, "has no known layout: it is \(PickleDescription.of(root))",
        expected:
          "{train, valid, test: {text, audio, vision, id, labels or regression_labels}} as MMSA, MulT and MultiBench have it, "
          + "or a tuple of dictionaries by dialog",
        advice: "Write it as such a dictionary.")
    }
    return found
  }

  private static func columns(in keys: PickledDictionary, _ prefix: String, path: String) throws -> ArrayColumns {
    var columns = ArrayColumns()
    for pair in keys.pairs {
      guard let key = pair.key.text, ArraySplit.wanted.contains(key) else { continue }
      if let other = columns.add(PickledColumn(path: path, place: prefix + key, value: pair.value), forKey: key) {
        throw DataError(.badData, file: path, place: other.place, "occurs twice", expected: "each key once")
      }
    }
    return columns
  }
}
