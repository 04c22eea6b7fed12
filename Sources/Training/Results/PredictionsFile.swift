import Samples
public import Storage

/// Predictions as CSV (RFC 4180, lines end with a line feed) and as JSON.
public enum PredictionsFile {
  /// The file's name inside a run folder.
  public static let name = "predictions.csv"

  /// `id,split,label,prediction`, then a column a class with its probability, then the corpus where there are several.
  /// A missing label is empty; numbers have the fewest digits that give the float32 back.
  public static func csv(_ predictions: [Prediction], labelNames: [String], corpora: [CorpusRecord]) -> String {
    let hasScores = predictions.contains { !$0.scores.isEmpty }
    var heading = ["id", "split", "label", "prediction"]
    if hasScores { heading += labelNames.map { "score_" + $0 } }
    if corpora.count > 1 { heading.append("corpus") }
    let names = CorpusRecord.names(corpora)
    var text = line(heading)
    for item in predictions {
      var cells = [item.id, item.split.rawValue, digits(item.label), digits(item.prediction)]
      if hasScores { cells += item.scores.map(digits) }
      if corpora.count > 1 { cells.append(names[item.corpus]) }
      text += line(cells)
    }
    return text
  }

  /// One object a prediction, with the keys of the CSV's columns.
  public static func json(_ predictions: [Prediction], labelNames: [String], corpora: [CorpusRecord]) -> JSONValue {
    let names = CorpusRecord.names(corpora)
    return .array(
      predictions.map { item in
        var members: [String: JSONValue] = [
          "id": .string(item.id), "split": .string(item.split.rawValue), "label": .number(Double(item.label)),
          "prediction": .number(Double(item.prediction)),
        ]
        for (name, score) in zip(labelNames, item.scores) { members["score_" + name] = .number(Double(score)) }
        if corpora.count > 1 { members["corpus"] = .string(names[item.corpus]) }
        return .object(members)
      })
  }

  private static func digits(_ value: Float) -> String { value.isNaN ? "" : value.description }

  private static func line(_ cells: [String]) -> String {
    cells.map { cell in
      let isPlain = !cell.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
      return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",") + "\n"
  }
}
