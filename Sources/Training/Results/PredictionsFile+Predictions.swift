public import Runs
import Samples
import Tables
public import Text

extension PredictionsFile {
  /// Returns predictions in the file's format. Classes are given by name, several emotions separated by bars (`none` if
  /// there are none), a missing label as an empty cell; numbers have the fewest digits that reproduce the float32.
  ///
  /// Ids are written exactly as in the data, since people join on them. The name of a class or corpus that a
  /// spreadsheet would take for a formula is prefixed with an apostrophe.
  /// - Parameter isForTerminal: whether to show anything that could harm a terminal as escapes, in ids too.
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

  /// Returns one object per prediction, with the columns of the CSV as keys.
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

  /// Returns the label and the prediction in words; nil if they are numbers or missing.
  private static func answers(of item: Prediction, _ names: [String]) -> (label: String?, prediction: String?) {
    if item.scores.isEmpty { return (nil, nil) }
    if item.labels.isEmpty { return (className(item.label, names), className(item.prediction, names)) }
    func list(_ values: [Float], from least: Float) -> String {
      let present = zip(names, values).filter { $0.1 >= least }.map(\.0)
      return present.isEmpty ? "none" : present.joined(separator: "|")
    }
    return (item.label.isNaN ? nil : list(item.labels, from: 1), list(item.scores, from: Prediction.threshold))
  }

  /// Returns the name of a class; nil if the number is not one of the model's classes, which can happen with another
  /// corpus.
  private static func className(_ value: Float, _ names: [String]) -> String? {
    Int(exactly: value).flatMap { names.indices.contains($0) ? names[$0] : nil }
  }

  private static func digits(_ value: Float) -> String { value.isNaN ? "" : value.description }
}
