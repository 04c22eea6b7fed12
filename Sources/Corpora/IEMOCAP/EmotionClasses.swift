public import Options
import Text

/// Which of the raters' categories make which class: `hap+exc,ang,sad,neu`.
///
/// Several categories may be one class; a category in no class is left out.
public struct EmotionClasses: Hashable, Sendable {
  /// A class and its categories.
  public struct Class: Hashable, Sendable {
    /// The name of its label column.
    public let name: String
    /// Sorted by their bytes.
    public let categories: [String]

    /// As it is written: its name's category first, or `name=` before the others.
    var text: String {
      categories.contains(name)
        ? ([name] + categories.filter { $0 != name }).joined(separator: "+")
        : name + "=" + categories.joined(separator: "+")
    }
  }

  /// In the order of their columns.
  public let classes: [Class]

  /// Four classes, excitement counting as happiness: those of most papers on IEMOCAP.
  public static let four = EmotionClasses([["ang"], ["hap", "exc"], ["neu"], ["sad"]])
  /// Six classes, one for each of the frequent categories.
  public static let six = EmotionClasses([["ang"], ["exc"], ["fru"], ["hap"], ["neu"], ["sad"]])

  /// A class for each list, named after its first category.
  private init(_ lists: [[String]]) {
    classes = lists.map { Class(name: $0[0], categories: $0.sortedByBytes()) }
  }

  /// Reads classes separated by commas, each of categories joined by `+`. A class is named after its first category, or
  /// by a name and `=` in front of it: `happy=hap+exc`.
  ///
  /// - Throws: `OptionFault` that says what is wrong.
  public init(_ text: String) throws(OptionFault) {
    var classes: [Class] = []
    var used: Set<String> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let own = try Self.parse(part.filter { $0 != " " })
      if classes.contains(where: { $0.name == own.name }) {
        throw OptionFault("names two classes \(own.name)", expected: "a name of its own for each class")
      }
      for category in own.categories where !used.insert(category).inserted {
        throw OptionFault("names \(category) twice", expected: "each category in one class")
      }
      classes.append(own)
    }
    if classes.count < 2 { throw OptionFault("is the single class \(text)", expected: "two classes or more") }
    self.classes = classes
  }

  private static func parse(_ text: String) throws(OptionFault) -> Class {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let categories = (halves.last ?? "").split(separator: "+", omittingEmptySubsequences: false).map(String.init)
    for category in categories where !known.contains(category) {
      let finding =
        category.isEmpty
        ? "has an empty place"
        : category == EmoEvaluationFile.noMajority
          ? "names \(category), which stands for turns without a majority" : "names \(category), which is no category"
      throw OptionFault(finding, expected: expectation)
    }
    if let twice = categories.first(where: { category in categories.count { $0 == category } > 1 }) {
      throw OptionFault("names \(twice) twice", expected: "each category in one class")
    }
    let name = halves.count == 2 ? String(halves[0]) : categories[0]
    if name.wholeMatch(of: /[a-z][a-z0-9_-]{0,31}/) == nil || reserved.contains(name) {
      throw OptionFault(
        "calls a class \"\(name)\"",
        expected: "a name of lower-case letters, digits, _ and - that no other label column has")
    }
    return Class(name: name, categories: categories.sortedByBytes())
  }

  /// The categories that are emotions.
  static let known = EmoEvaluationFile.categories.filter { $0 != EmoEvaluationFile.noMajority }
  /// Names of columns that mean something else.
  private static let reserved: Set<String> = [
    "sentiment", "emotion", "valence", "activation", "arousal", "dominance", "none",
  ]
  /// What a text has to be.
  public static let expectation = "classes such as hap+exc,ang,sad,neu, of \(known.joined(separator: ", "))"

  /// The names of the columns.
  var names: [String] { classes.map(\.name) }

  /// The place of the class of a category; nil if it is in none.
  func place(of category: String) -> Int? { classes.firstIndex { $0.categories.contains(category) } }

  /// What the labels are called where they are one of the two usual sets.
  var usualName: EmotionLabels? { self == .four ? .emotion4 : self == .six ? .emotion6 : nil }

  /// Words of `--labels` that are names of classes.
  static let usual: Set<EmotionLabels> = [.emotion4, .emotion6]

  /// The classes as a configuration records them: a list of what `--classes` takes.
  var optionRecord: JSONValue { .array(classes.map { .string($0.text) }) }

  /// Nil unless the record is one of classes.
  init?(optionRecord record: JSONValue) {
    guard let texts = record.elements?.map(\.text), !texts.contains(nil) else { return nil }
    do throws(OptionFault) { try self.init(texts.compactMap(\.self).joined(separator: ",")) } catch { return nil }
  }
}
