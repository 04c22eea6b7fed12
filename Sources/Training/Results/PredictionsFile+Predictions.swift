public import Runs
import Samples
import Tables
public import Text

extension PredictionsFile {
  /// Predictions as the file has them. Classes go by name, several emotions with bars between (`none` where there is
  /// none), a missing label is empty; numbers have the fewest digits that give the float32 back.
  ///
  /// Ids are as the data have them, since people join on them. A name of a class or corpus that a spreadsheet would take for
  /// a formula gets an apostrophe in front.
  /// - Parameter isForTerminal: shows what would harm a terminal as escapes, in ids too.
  public static func csv(
    _ predictions: [Prediction], labelNames: [String], corpora: [CorpusRecord], isForTerminal: Bool = false
  ) -> String {
    let hasScores = predictions.contains { !$0.scores.isEmpty }
    let names = CorpusRecord.names(corpora)
    let lines = predictions.map { item in
      let (label, prediction) = answers(of: item, labelNames)
      return (
        answer: Answer(
          id: item.id, split: item.split, label: label.map(SpreadsheetText.cell) ?? digits(item.label),
          prediction: prediction.map(SpreadsheetText.cell) ?? digits(item.prediction),
          corpus: SpreadsheetText.cell(names[item.corpus])),
        scores: hasScores ? item.scores.map(digits) : []
      )
    }
    return csv(
      lines, scoreNames: hasScores ? labelNames : [], hasCorpus: corpora.count > 1, isForTerminal: isForTerminal)
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
        for (name, score) in zip(labelNames, item.scores) { members[scoreColumn(name)] = .number(Double(score)) }
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

  /// The name of a class; nil where the number is not one of the model's, as another corpus may have one.
  private static func className(_ value: Float, _ names: [String]) -> String? {
    Int(exactly: value).flatMap { names.indices.contains($0) ? names[$0] : nil }
  }

  private static func digits(_ value: Float) -> String { value.isNaN ? "" : value.description }
}
