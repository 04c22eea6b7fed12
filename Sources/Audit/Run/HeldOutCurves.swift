import Runs
import Text

/// The lists of a run's files that hold a figure per epoch: those named after a split that is to be read once, and those
/// that no run of msa-train has.
struct HeldOutCurves {
  /// The keys of lists named after test or a held-out split, sorted.
  let tested: [String]
  /// The keys of other lists that are unknown, sorted.
  let unknown: [String]

  init(_ run: RunRecord) {
    var (tested, unknown): (Set<String>, Set<String>) = ([], [])
    for (key, isTest) in Self.lists(in: run.history?.json ?? [:]) {
      if isTest { tested.insert(key) } else if !RunHistory.keys.contains(key) { unknown.insert(key) }
    }
    for (key, isTest) in Self.lists(in: run.results) where isTest { tested.insert(key) }
    (self.tested, self.unknown) = (tested.sorted(), unknown.sorted())
  }

  /// The lists of two or more numbers anywhere in an object, with their keys, and whether one of the keys on the way to
  /// them names a test split. Of what results.json says once about test (`corpora[0].test`), only the list's own counts.
  private static func lists(
    in json: JSONValue, at place: String = "", isTest: Bool = false
  ) -> [(key: String, isTest: Bool)] {
    (json.members ?? [:]).flatMap { key, value -> [(key: String, isTest: Bool)] in
      let (inner, isNamed) = (place.isEmpty ? key : "\(place).\(key)", isTest || namesTest(key))
      guard let elements = value.elements else {
        // An object per split holds the curves of the split; `test` with single figures holds none.
        return lists(in: value, at: inner, isTest: isNamed)
      }
      let numbers = elements.filter { $0.doubleValue != nil }
      return numbers.count > 1 && key != "confusion_matrix" ? [(inner, isNamed)] : []
    }
  }

  /// Whether a key names a split that is held out from training and choice: `test_loss`, `valTest`, `holdout-corr`,
  /// `eval_test`.
  static func namesTest(_ key: String) -> Bool {
    let words = words(of: key)
    let joined = words.joined()
    if heldOut.contains(where: joined.contains) { return true }
    return words.contains { word in
      if word == "tst" || word.hasPrefix("tst") && figures.contains(String(word.dropFirst(3))) { return true }
      if word.hasPrefix("test") { return !otherWords.contains(where: word.hasPrefix) }
      return word.hasSuffix("test") && figures.contains(String(word.dropLast(4)))
    }
  }

  private static let heldOut = ["holdout", "heldout", "unseen"]
  private static let otherWords = ["testimon", "testament"]
  /// What a name may run together with `test`.
  private static let figures: Set<String> = [
    "loss", "mae", "mse", "rmse", "acc", "accuracy", "corr", "correlation", "pearson", "r", "f", "ccc", "uar", "war",
    "error", "score", "metric", "metrics", "eval", "evaluation", "val", "valid", "dev", "train", "on",
  ]

  /// The words of a key in small letters: parted by anything but letters, and where a capital follows a small letter.
  private static func words(of key: String) -> [String] {
    var words: [String] = []
    var word = ""
    let letters = Array(key)
    for (place, letter) in letters.enumerated() {
      let isStart =
        letter.isUppercase && place > 0
        && (letters[place - 1].isLowercase || place + 1 < letters.count && letters[place + 1].isLowercase)
      if !letter.isLetter || isStart {
        if !word.isEmpty { words.append(word) }
        word = ""
      }
      if letter.isLetter { word += letter.lowercased() }
    }
    return word.isEmpty ? words : words + [word]
  }
}
