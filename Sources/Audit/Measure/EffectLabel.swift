import Leaks
import Text

/// What the fixed model of `--measure` predicts: a number, or which of several classes.
///
/// The sentiment where there is one; else the classes, as columns of which one is 1 or as one column of class numbers; else
/// the first column, as a number.
struct EffectLabel: Sendable {
  /// What a finding calls it.
  let name: String
  /// The names of classes; empty for a number.
  let classes: [String]
  /// One value a sample: the number, or the place of its class; nil where it has none.
  let values: [Double?]

  /// Columns of numbers on a scale, which are no classes.
  private static let scales: Set<String> = ["sentiment", "valence", "activation", "arousal", "dominance"]
  /// Columns that hold the number of a class.
  private static let classNumbers: Set<String> = ["class", "emotion"]
  /// More classes than this are numbers of something else.
  private static let mostClasses = 64

  /// - Parameters:
  ///   - names: the label columns of all samples.
  ///   - labels: each sample's labels.
  ///   - wanted: the column that has to be predicted; nil for what is predicted by habit.
  init?(names: [String], labels: [[Float]], wanted: String? = nil) {
    guard let first = names.first else { return nil }
    let choices = names.indices.filter { !Self.scales.contains(names[$0].lowercased()) }
    let areClasses = (2...Self.mostClasses).contains(choices.count) && Self.isOneEach(labels, choices)
    let name = wanted ?? (names.contains("sentiment") ? "sentiment" : nil)
    if areClasses, name.map({ name in choices.contains { names[$0] == name } }) ?? true {
      self.name = "the class"
      classes = choices.map { names[$0] }
      values = labels.map { row in choices.firstIndex { row[$0] == 1 }.map { Double($0) } }
      return
    }
    guard let column = names.firstIndex(of: name ?? first) else { return nil }
    let numbers = labels.map { row -> Double? in row[column].isFinite ? Double(row[column]) : nil }
    let found = Set(numbers.compactMap(\.self)).sorted()
    if Self.classNumbers.contains(names[column].lowercased()), (2...Self.mostClasses).contains(found.count) {
      self.name = names[column]
      classes = found.map { $0.fixed(0) }
      let places = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, Double($0)) })
      values = numbers.map { $0.flatMap { places[$0] } }
      return
    }
    self.name = names[column]
    classes = []
    values = numbers
  }

  /// Whether every sample with labels is 1 in one of some columns and 0 in the others.
  private static func isOneEach(_ labels: [[Float]], _ columns: [Int]) -> Bool {
    let known = labels.filter { row in columns.allSatisfy { row[$0].isFinite } }
    return !known.isEmpty
      && known.allSatisfy { row in
        columns.count { row[$0] == 1 } == 1 && columns.count { row[$0] == 0 } == columns.count - 1
      }
  }

  /// The mean absolute error of a number, the share of right answers for classes.
  var score: String { classes.isEmpty ? "mean absolute error" : "accuracy" }
}
