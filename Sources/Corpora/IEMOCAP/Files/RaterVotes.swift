/// How often the raters of a turn chose each category, from the lines `C-E1:` … of an EmoEvaluation file.
///
/// Each category that a rater names in a line counts as one vote, the usual way to count them: a rater who names two
/// has two votes. What the speakers say of themselves (`C-F1:`, `C-M1:`) is no vote.
public struct RaterVotes: Hashable, Sendable {
  /// By category; words that name none are under `unknown`.
  public private(set) var counts: [String: Int]

  /// The key of words that are no category.
  public static let unknown = "unknown"

  /// Votes by category.
  public init(_ counts: [String: Int] = [:]) { self.counts = counts }

  /// All votes.
  public var total: Int { counts.values.reduce(0, +) }

  /// The votes for each class, in the order of the classes.
  func counts(of classes: EmotionClasses) -> [Int] {
    classes.classes.map { $0.categories.reduce(0) { $0 + (counts[$1] ?? 0) } }
  }

  /// The categories by the words that the raters' lines use for them.
  private static let categories = [
    "anger": "ang", "disgust": "dis", "excited": "exc", "excitement": "exc", "fear": "fea", "frustration": "fru",
    "happiness": "hap", "neutral": "neu", "neutral state": "neu", "other": "oth", "sadness": "sad", "surprise": "sur",
  ]

  /// Adds the votes of a line such as `C-E2:⇥Frustration; Sadness;⇥(free text)`; of any other line nothing.
  mutating func add(_ line: UnsafeBufferPointer<UInt8>) {
    guard line.starts(with: "C-E".utf8), let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return }
    // The free text may hold semicolons too.
    let words = line[(colon + 1)...].prefix { $0 != UInt8(ascii: "(") }
    let names = words.split(separator: UInt8(ascii: ";")).map { word in
      String(latin1: UnsafeBufferPointer(rebasing: Self.trimmed(word))).lowercased()
    }
    for category in Set(names.filter { !$0.isEmpty }.map { Self.categories[$0] ?? Self.unknown }) {
      counts[category, default: 0] += 1
    }
  }

  private static func trimmed(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var word = word.drop(while: LineScanner.isBlank)
    while let last = word.last, LineScanner.isBlank(last) { word.removeLast() }
    return word
  }
}
