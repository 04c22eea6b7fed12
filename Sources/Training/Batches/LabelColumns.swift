import Samples
import Shards
import Text

/// The meaning of a prepared folder's label columns: numbers, classes, or strengths of emotions.
struct LabelColumns {
  /// The column names, in the order of the shards.
  let names: [String]
  /// Class columns: 1 for a sample's class and 0 otherwise, or the classes' shares; empty if the folder has none.
  let classes: [String]
  /// Whether the class columns hold shares that add up to 1, as the manifest says.
  let areShares: Bool
  /// Columns that give the strength of an emotion, 0 if it is absent; empty if the columns mean something else.
  let emotions: [String]
  /// All columns whose names allow them to be classes or emotions.
  let choices: [String]
  /// The names of the classes numbered in the column `emotion`, if the manifest lists them.
  let numberNames: [String]?

  /// The name of the sentiment column.
  static let sentiment = "sentiment"
  /// The name of the column of class numbers.
  static let number = "emotion"
  /// The names of rated dimensions: a point on such a scale is neither a class nor the absence of one.
  static let scales: Set<String> = ["valence", "activation", "arousal", "dominance"]

  init(_ folder: MappedFolder) {
    names = folder.manifest.labelNames
    let others = names.filter { $0 != Self.sentiment && $0 != Self.number && !Self.isScale($0) }
    choices = others
    let declared =
      folder.manifest.classNames ?? folder.manifest.config["classes"]?.elements?.compactMap(\.text) ?? []
    let figures = TrainFigures(folder, columns: others.compactMap { folder.manifest.labelNames.firstIndex(of: $0) })
    let hasSentiment = names.contains(Self.sentiment)
    if others.count > 1, Set(others) == Set(declared) || !hasSentiment && figures.isOneEach {
      (classes, emotions) = (others, [])
    } else {
      let areEmotions = figures.areStrengths || others.contains { Self.emotionNames.contains($0.lowercased()) }
      (classes, emotions) = ([], areEmotions ? others : [])
    }
    areShares = !classes.isEmpty && Set(classes) == Set(declared) && folder.manifest.config["class-shares"] == true
    numberNames = names.contains(Self.number) && !declared.isEmpty ? declared : nil
  }

  /// Names that corpora give to emotions. If one column has such a name, the columns beside it are taken for emotions
  /// too, whatever their values look like.
  private static let emotionNames: Set<String> = [
    "happy", "happiness", "joy", "sad", "sadness", "anger", "angry", "surprise", "disgust", "fear", "neutral",
    "frustration", "excitement", "contempt", "ang", "hap", "neu", "exc", "fru", "sur", "dis", "fea",
  ]

  /// Returns whether a column is a rated dimension.
  static func isScale(_ name: String) -> Bool { scales.contains(name.lowercased()) }

  /// Returns the task that the labels call for: regression for sentiment, classification for one-hot or numbered
  /// classes, multilabel for several emotions.
  func task(label: String?) -> TrainingTask {
    if let label { return label == Self.number || classes.contains(label) ? .classification : .regression }
    if names.contains(Self.sentiment) { return .regression }
    if !classes.isEmpty || names == [Self.number] { return .classification }
    return emotions.count > 1 ? .multilabel : .regression
  }

  /// What the rows of the train split reveal about some of the columns.
  private struct TrainFigures {
    /// Whether every row is 1 in exactly one column and 0 in the others.
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

    /// Whether the columns can be strengths of emotions. A column with negative values cannot be, nor can several
    /// columns that are never 0.
    var areStrengths: Bool {
      !hasNegative && !(isAlwaysThere.count > 1 && rowCount > 1 && isAlwaysThere.allSatisfy(\.self))
    }
  }
}
