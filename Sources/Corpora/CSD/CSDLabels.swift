import Text

/// The columns of a label file.
public struct CSDLabels: Hashable, Sendable {
  /// A name for each column.
  public let names: [String]
  /// The column that holds the sentiment; nil if none does, as in a file of emotions.
  public let sentimentColumn: Int?
  /// What the user should know about how the columns got their names; nil if the file or the user named them.
  public let warning: String?

  /// What CMU-MOSEI's label file holds.
  public static let mosei = [sentiment, "happy", "sad", "anger", "surprise", "disgust", "fear"]
  /// The name of the sentiment column.
  public static let sentiment = "sentiment"

  /// Names the columns of a label file.
  ///
  /// - What the user says takes precedence, then the metadata's `dimension names` in any spelling, if there are as many
  ///   as columns. A name such as CMU-MOSI's `sentiment score` becomes `sentiment`.
  /// - Otherwise one column is the sentiment, seven are CMU-MOSEI's and six its emotions. Among seven, the values show
  ///   which is the sentiment: the emotions have none below 0. Unless the file is one that is known, `warning` says
  ///   what was taken as what.
  /// - Parameter given: names from `--label-names`.
  /// - Throws: `DataError` 65 when the file holds words, or its columns have no names and cannot be told apart; 64 when
  ///   `given` does not fit.
  public init(of file: CSDFile, names given: [String]? = nil) throws {
    try file.requireNumbers(for: "--labels")
    if let given {
      try Self.check(given, for: file)
      self.init(names: Self.withSentiment(given))
      return
    }
    let found = file.dimensionNames.map { DimensionNames(width: file.width).names(in: $0) } ?? []
    if found.count == file.width, Set(found).count == found.count, !found.contains(""),
      !found.allSatisfy({ Int($0) != nil })
    {
      self.init(names: Self.withSentiment(found))
      return
    }
    let guess = try LabelColumnGuess(file, found: found)
    self.init(names: guess.names, warning: guess.warning)
  }

  private init(names: [String], warning: String? = nil) {
    self.names = names
    sentimentColumn = names.firstIndex(of: Self.sentiment)
    self.warning = warning
  }

  /// The names with the sentiment under its usual one.
  private static func withSentiment(_ given: [String]) -> [String] {
    var names = given
    let column =
      names.firstIndex { $0.lowercased() == sentiment } ?? names.firstIndex { $0.lowercased().hasPrefix(sentiment) }
      ?? names.firstIndex { $0.lowercased().contains(sentiment) }
    if let column { names[column] = sentiment }
    return names
  }

  private static func check(_ given: [String], for file: CSDFile) throws {
    if given.count == file.width { return }
    throw DataError(
      .usage, file: file.path, place: file.rootName,
      "\(given.count) names in --label-names (\(given.prefix(8).joined(separator: ", ")))",
      expected: "\(file.width), one for each label column")
  }
}
