import Samples
public import Storage

/// Predictions as CSV (RFC 4180, lines end with a line feed) and as JSON.
public enum PredictionsFile {
  /// The file's name inside a run folder.
  public static let name = "predictions.csv"

  /// `id,split,label,prediction`, then a column a class with its probability, then the corpus where there are several.
  /// Classes go by name, several emotions with bars between (`none` where there is none), a missing label is empty; numbers have the fewest digits that give the float32 back.
  ///
  /// Ids are as the data have them, since people join on them. A name of a class or corpus that a spreadsheet would take for
  /// a formula gets an apostrophe in front (see `SpreadsheetText`).
  /// - Parameter isForTerminal: shows what would harm a terminal as escapes, in ids too.
  public static func csv(
    _ predictions: [Prediction], labelNames: [String], corpora: [CorpusRecord], isForTerminal: Bool = false
  ) -> String {
    func line(_ cells: [String]) -> String {
      Self.line(isForTerminal ? cells.map { PrintableText.line($0) } : cells)
    }
    let hasScores = predictions.contains { !$0.scores.isEmpty }
    var heading = ["id", "split", "label", "prediction"]
    if hasScores { heading += labelNames.map { "score_" + $0 } }
    if corpora.count > 1 { heading.append("corpus") }
    let names = CorpusRecord.names(corpora)
    var text = line(heading)
    for item in predictions {
      let (label, prediction) = answers(of: item, labelNames)
      var cells = [
        item.id, item.split.rawValue, label.map(SpreadsheetText.cell) ?? digits(item.label),
        prediction.map(SpreadsheetText.cell) ?? digits(item.prediction),
      ]
      if hasScores { cells += item.scores.map(digits) }
      if corpora.count > 1 { cells.append(SpreadsheetText.cell(names[item.corpus])) }
      text += line(cells)
    }
    return text
  }

  /// One object a prediction, with the keys of the CSV's columns.
  public static func json(_ predictions: [Prediction], labelNames: [String], corpora: [CorpusRecord]) -> JSONValue {
    let names = CorpusRecord.names(corpora)
    return .array(
      predictions.map { item in
        let (label, prediction) = answers(of: item, labelNames)
        var members: [String: JSONValue] = [
          "id": .string(item.id), "split": .string(item.split.rawValue),
          "label": label.map { .string($0) } ?? .number(Double(item.label)),
          "prediction": prediction.map { .string($0) } ?? .number(Double(item.prediction)),
        ]
        for (name, score) in zip(labelNames, item.scores) { members["score_" + name] = .number(Double(score)) }
        if corpora.count > 1 { members["corpus"] = .string(names[item.corpus]) }
        return .object(members)
      })
  }

  /// Label and prediction in words; nil where they are numbers or missing.
  private static func answers(of item: Prediction, _ names: [String]) -> (label: String?, prediction: String?) {
    if item.scores.isEmpty { return (nil, nil) }
    if item.labels.isEmpty { return (className(item.label, names), className(item.prediction, names)) }
    func list(_ values: [Float], from least: Float) -> String {
      let present = zip(names, values).filter { $0.1 >= least }.map(\.0)
      return present.isEmpty ? "none" : present.joined(separator: "|")
    }
    return (item.label.isNaN ? nil : list(item.labels, from: 1), list(item.scores, from: Prediction.threshold))
  }

  /// The name of a class; nil where the number is none of the model's, as another corpus may have one.
  private static func className(_ value: Float, _ names: [String]) -> String? {
    Int(exactly: value).flatMap { names.indices.contains($0) ? names[$0] : nil }
  }

  private static func digits(_ value: Float) -> String { value.isNaN ? "" : value.description }

  private static func line(_ cells: [String]) -> String {
    cells.map { cell in
      let isPlain = !cell.utf8.contains { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }
      return isPlain ? cell : "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }.joined(separator: ",") + "\n"
  }
}
