import Files
public import Samples
import Tables
import Text

/// predictions.csv: what a model predicted, one line per sample.
///
/// `id,split,label,prediction`, then a probability column per class, then the corpus if there are several.
public enum PredictionsFile {
  /// A line of the file: label and prediction are numbers or names of classes, an unknown label is empty.
  public struct Answer: Hashable, Sendable {
    /// The sample's id.
    public var id: String
    /// The split it is in.
    public var split: Split
    /// What the data say.
    public var label: String
    /// What the model says.
    public var prediction: String
    /// The corpus, where there are several.
    public var corpus: String?

    /// Creates a line.
    public init(id: String, split: Split, label: String, prediction: String, corpus: String? = nil) {
      self.id = id
      self.split = split
      self.label = label
      self.prediction = prediction
      self.corpus = corpus
    }
  }

  private static let columns = ["id", "split", "label", "prediction"]
  private static let scorePrefix = "score_"
  private static let corpusColumn = "corpus"

  /// The name of a class's or emotion's column.
  public static func scoreColumn(_ name: String) -> String { scorePrefix + name }

  /// The file's text.
  ///
  /// - Parameters:
  ///   - answers: the lines, each with a probability for each of `scoreNames`; cells of free text are already safe for
  ///     spreadsheets (see `SpreadsheetText`).
  ///   - isForTerminal: shows what would harm a terminal as escapes, in ids too.
  public static func csv(
    _ answers: [(answer: Answer, scores: [String])], scoreNames: [String], hasCorpus: Bool, isForTerminal: Bool = false
  ) -> String {
    func line(_ cells: [String]) -> String {
      CSVTable.line(isForTerminal ? cells.map { PrintableText.line($0) } : cells)
    }
    var text = line(columns + scoreNames.map(scoreColumn) + (hasCorpus ? [corpusColumn] : []))
    for (answer, scores) in answers {
      let corpus = hasCorpus ? [answer.corpus ?? ""] : []
      text += line([answer.id, answer.split.rawValue, answer.label, answer.prediction] + scores + corpus)
    }
    return text
  }

  /// Reads a file.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is malformed.
  public static func read(_ path: String, limit: Int) throws -> [Answer] {
    let table = try CSVTable(InputFile.contents(of: path, limit: limit), path: path)
    let places = try columns.map { name in
      guard let place = table.heading.firstIndex(of: name) else {
        throw DataError(
          .badData, file: path, place: "line 1", "has no column \(name)", expected: columns.joined(separator: ","))
      }
      return place
    }
    let corpus = table.heading.firstIndex(of: corpusColumn)
    return try table.rows.enumerated().map { index, cells in
      guard let split = Split(rawValue: cells[places[1]]) else {
        throw DataError(
          .badData, file: path, place: "line \(index + 2)", "split is \"\(cells[places[1]])\"",
          expected: "train, valid, test or predict")
      }
      return Answer(
        id: cells[places[0]], split: split, label: cells[places[2]], prediction: cells[places[3]],
        corpus: corpus.map { cells[$0] })
    }
  }
}
