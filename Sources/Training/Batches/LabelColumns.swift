import Samples
import Shards
import Text

/// What the label columns of a prepared folder are: numbers, classes, or strengths of emotions.
struct LabelColumns {
  /// In the order of the shards.
  let names: [String]
  /// Columns that are 1 for a sample's class and 0 else, none of them the absence of a class; empty where there are none.
  let classes: [String]
  /// Columns that say how strong an emotion is, 0 where it is not there; empty where they are something else.
  let emotions: [String]
  /// All columns that can be classes or emotions by their names.
  let choices: [String]
  /// The names of the numbers in the column `emotion`, where the manifest tells them.
  let numberNames: [String]?

  /// The name of the column that holds the sentiment.
  static let sentiment = "sentiment"
  /// The name of the column that holds the number of a class.
  static let number = "emotion"
  /// Names of rated dimensions: a point on such a scale is not a class, nor the absence of one.
  static let scales: Set<String> = ["valence", "activation", "arousal", "dominance"]

  init(_ folder: MappedFolder) {
    names = folder.manifest.labelNames
    let others = names.filter { $0 != Self.sentiment && $0 != Self.number && !Self.isScale($0) }
    choices = others
    let declared = folder.manifest.config["classes"]?.elements?.compactMap(\.text) ?? []
    let figures = TrainFigures(folder, columns: others.compactMap { folder.manifest.labelNames.firstIndex(of: $0) })
    let hasSentiment = names.contains(Self.sentiment)
    if others.count > 1, Set(others) == Set(declared) || !hasSentiment && figures.isOneEach {
      (classes, emotions) = (others, [])
    } else {
      let areEmotions = figures.areStrengths || others.contains { Self.emotionNames.contains($0.lowercased()) }
      (classes, emotions) = ([], areEmotions ? others : [])
    }
    numberNames = names.contains(Self.number) && !declared.isEmpty ? declared : nil
  }

  /// What corpora call emotions: where a column is one, the others beside it are taken for emotions too, whatever their
  /// figures look like.
  private static let emotionNames: Set<String> = [
    "happy", "happiness", "joy", "sad", "sadness", "anger", "angry", "surprise", "disgust", "fear", "neutral",
    "frustration", "excitement", "contempt", "ang", "hap", "neu", "exc", "fru", "sur", "dis", "fea",
  ]

  /// Whether a column is a rated dimension.
  static func isScale(_ name: String) -> Bool { scales.contains(name.lowercased()) }

  /// The task that the labels ask for: sentiment is a number; a column a class, or numbered classes, are classes; several
  /// emotions are labels of which any number are there.
  func task(label: String?) -> TrainingTask {
    if let label { return label == Self.number || classes.contains(label) ? .classification : .regression }
    if names.contains(Self.sentiment) { return .regression }
    if !classes.isEmpty || names == [Self.number] { return .classification }
    return emotions.count > 1 ? .multilabel : .regression
  }

  /// What the train split's rows show of some columns.
  private struct TrainFigures {
    /// Whether each row is 1 in one column and 0 in the others.
    private(set) var isOneEach = true
    private var hasNegative = false
    private var isAlwaysThere: [Bool]
    private var rowCount = 0

    init(_ folder: MappedFolder, columns: [Int]) {
      isAlwaysThere = columns.map { _ in true }
      for shard in folder.shards[.train] ?? [] {
        for sample in shard.ids.indices {
          let labels = shard.labels(of: sample)
          add(columns.map { labels[labels.index(labels.startIndex, offsetBy: $0)] })
        }
      }
      isOneEach = isOneEach && rowCount > 0
    }

    private mutating func add(_ row: [Float]) {
      rowCount += 1
      isOneEach = isOneEach && row.count { $0 == 1 } == 1 && row.count { $0 == 0 } == row.count - 1
      for (column, value) in row.enumerated() {
        hasNegative = hasNegative || value < 0
        isAlwaysThere[column] = isAlwaysThere[column] && value > 0
      }
    }

    /// Whether the columns can be strengths of emotions: a scale with points below 0, or several of which none is ever 0,
    /// is something else.
    var areStrengths: Bool {
      !hasNegative && !(isAlwaysThere.count > 1 && rowCount > 1 && isAlwaysThere.allSatisfy(\.self))
    }
  }
}
