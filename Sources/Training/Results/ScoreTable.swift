import Foundation
import Tables

/// Scores side by side, with one row per model or baseline.
struct ScoreTable {
  /// The heading of the first column.
  let subject: String
  private(set) var rows: [(name: String, scores: [(name: String, value: String)])] = []

  init(_ subject: String) { self.subject = subject }

  mutating func add(_ name: String, _ scores: RunScores) {
    rows.append((name, scores.named.map { ($0.name, Self.text($0.value)) }))
  }

  /// Adds a row whose cells are already formatted, e.g. mean ± deviation.
  mutating func add(_ name: String, cells: [(name: String, value: String)]) { rows.append((name, cells)) }

  /// The headings of the score columns.
  var headings: [String] { rows.first?.scores.map { Self.heading($0.name) } ?? [] }

  /// The table as text in aligned columns.
  var text: String {
    var table = TextTable([.left] + headings.map { _ in .right })
    table.add([subject] + headings)
    for row in rows { table.add([row.name] + row.scores.map(\.value)) }
    return table.lines.map { $0 + "\n" }.joined()
  }

  /// Formats a score with four decimals, as is usual in publications; NaN becomes a dash.
  static func text(_ value: Double) -> String {
    value.isNaN ? "–" : String(format: "%.4f", value).replacing("-", with: "−")
  }

  static func heading(_ name: String) -> String {
    switch name {
    case "mae": "MAE"
    case "mse": "MSE"
    case "correlation": "r"
    case "acc2_has0": "Acc-2 (≥0)"
    case "f1_has0": "F1 (≥0)"
    case "acc2_non0": "Acc-2 (≠0)"
    case "f1_non0": "F1 (≠0)"
    case "acc5": "Acc-5"
    case "acc7": "Acc-7"
    case "accuracy": "WA"
    case "unweighted_accuracy": "UA"
    case "f1": "F1"
    case "f1_macro": "F1 (macro)"
    case "ccc": "CCC"
    default: name
    }
  }
}
