import Files
import Samples
import Text

extension RecordingsCorpus {
  /// MELD: dialogs of a television series.
  public static let meld = RecordingsCorpus(
    RecordingsPreset(
      name: "MELD", command: "meld", homepage: "https://affective-meld.github.io/",
      citation:
        "Poria et al.: MELD: A Multimodal Multi-Party Dataset for Emotion Recognition in Conversations. ACL 2019.",
      license: "GPL-3.0", layout: .meld, published: [.train: 9989, .valid: 1109, .test: 2610]))
}

/// MELD's three tables as one: `train_sent_emo.csv`, `dev_sent_emo.csv` and `test_sent_emo.csv`, whose clips are
/// `dia<D>_utt<U>.mp4` in a folder for each.
///
/// Dialogs are numbered anew in each split, so the split is part of a clip's id. Episodes, which have several dialogs, are
/// what must not be divided. The cast is in every episode, so no division could keep the speakers apart: they are not named.
enum MELDTables {
  private static let parts = [
    (split: "train", file: "train_sent_emo.csv", folder: "train_splits"),
    (split: "dev", file: "dev_sent_emo.csv", folder: "dev_splits_complete"),
    (split: "test", file: "test_sent_emo.csv", folder: "output_repeated_splits_test"),
  ]

  /// The columns of the table that `read` makes.
  private static let columns = [
    "file_name", "id", "text", "group", "dialog", "split", "annotation", "sentiment", "emotion",
  ]
  private static let needed = [
    "Utterance", "Emotion", "Sentiment", "Dialogue_ID", "Utterance_ID", "Season", "Episode",
  ]

  /// The labels among the columns.
  static let labels = ["sentiment", "emotion"]

  /// Reads the tables, wherever they are below the root; clips that are not there keep their usual path.
  ///
  /// - Returns: one table, and the paths of the three.
  /// - Throws: `DataError` 66 when a table is missing, 65 when one lacks a column or is malformed.
  static func read(_ folder: MediaFolder) throws -> (CellTable, [String]) {
    // Archives put the folders of clips at different depths; many people keep the sound alone.
    let clips = Dictionary(
      folder.paths.compactMap { path in
        FileStem(path).flatMap { file in
          file.isMedium ? (file.stem.split(separator: "/").suffix(2).joined(separator: "/"), path) : nil
        }
      }
    ) { first, _ in first }
    var (rows, files): ([CellTable.Row], [String]) = ([], [])
    for part in parts {
      guard let path = folder.paths.first(where: { Folder.name(of: $0) == part.file }) else {
        throw DataError(
          .inputMissing, file: folder.root, "holds no \(part.file)",
          expected: parts.map(\.file).joined(separator: ", "), advice: "Give the folder of MELD.Raw with --root.")
      }
      let table = try CellTable(folder, path, allowsWindows1252: true)
      let places = try places(of: table, path)
      for row in table.rows {
        rows.append(CellTable.Row(file: path, line: row.line, cells: cells(row.cells, places, part, clips)))
      }
      files.append(path)
    }
    return (CellTable(columns: columns, rows: rows), files)
  }

  private static func places(of table: CellTable, _ path: String) throws -> [String: Int] {
    let places = Dictionary(table.columns.enumerated().map { ($1, $0) }) { first, _ in first }
    if let missing = needed.first(where: { places[$0] == nil }) {
      throw DataError(
        .badData, file: path, "has no column \(missing)", expected: needed.joined(separator: ", "),
        advice: "Take the table from MELD.Raw again.")
    }
    return places
  }

  private static func cells(
    _ row: [String], _ places: [String: Int], _ part: (split: String, file: String, folder: String),
    _ clips: [String: String]
  ) -> [String] {
    func cell(_ name: String) -> String { places[name].map { row[$0] } ?? "" }
    let name = "dia\(cell("Dialogue_ID"))_utt\(cell("Utterance_ID"))"
    let clip = part.folder + "/" + name
    return [
      clips[clip] ?? clip + ".mp4", part.split + "_" + name, cell("Utterance"),
      "season \(cell("Season")) episode \(cell("Episode"))", "\(part.split)_dia\(cell("Dialogue_ID"))", part.split,
      cell("Emotion"), ["negative": "-1", "neutral": "0", "positive": "1"][cell("Sentiment")] ?? cell("Sentiment"),
      cell("Emotion"),
    ]
  }
}
