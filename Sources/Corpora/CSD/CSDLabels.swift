import Storage

/// The columns of a label file.
public struct CSDLabels: Hashable, Sendable {
  /// A name for each column, one of them `sentiment`.
  public let names: [String]
  /// The column that holds the sentiment.
  public let sentimentColumn: Int

  /// What CMU-MOSEI's label file holds.
  public static let mosei = ["sentiment", "happy", "sad", "anger", "surprise", "disgust", "fear"]

  /// Names the columns of a label file.
  ///
  /// The metadata's `dimension names` count where there are as many as columns (a name such as CMU-MOSI's
  /// `sentiment score` becomes `sentiment`). Without them seven columns are CMU-MOSEI's and a single one is the
  /// sentiment; the names of other numbers of columns cannot be known.
  /// - Throws: `DataError` 65 when the file holds words, or when no column is the sentiment.
  public init(of file: CSDFile) throws {
    try file.requireNumbers(for: "--labels")
    names = Self.names(inMetadataOf: file) ?? Self.standardNames(width: file.width)
    guard let column = names.firstIndex(of: Self.mosei[0]) else {
      throw DataError(
        .badData, file: file.path, place: file.rootName,
        "labels missing the sentiment column: \(names.count) columns (\(names.prefix(8).joined(separator: ", ")))",
        expected: "a column named sentiment, or 7 or 1 columns without names",
        advice: "Name the columns in the metadata key \"dimension names\", or give another file with --labels.")
    }
    sentimentColumn = column
  }

  private static func names(inMetadataOf file: CSDFile) -> [String]? {
    let elements = file.metadata["dimension names"]?.elements ?? []
    var names = elements.compactMap { $0.text?.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    if names.count != file.width || Set(names).count != names.count || names.contains("") { return nil }
    let column =
      names.firstIndex { $0.lowercased() == mosei[0] } ?? names.firstIndex { $0.lowercased().hasPrefix(mosei[0]) }
    if let column { names[column] = mosei[0] }
    return names
  }

  private static func standardNames(width: Int) -> [String] {
    switch width {
    case mosei.count: mosei
    case 1: [mosei[0]]
    default: (0..<width).map { "label_\($0)" }
    }
  }
}
