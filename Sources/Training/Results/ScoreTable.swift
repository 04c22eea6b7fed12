import Foundation
import Storage

/// Scores side by side, a line a model or baseline.
struct ScoreTable {
  /// The heading of the first column.
  let subject: String
  private(set) var rows: [(name: String, scores: [(name: String, value: String)])] = []

  init(_ subject: String) { self.subject = subject }

  mutating func add(_ name: String, _ scores: RunScores) {
    rows.append((name, scores.named.map { ($0.name, Self.text($0.value)) }))
  }

  /// Adds a line whose cells are made already, e.g. mean ± deviation.
  mutating func add(_ name: String, cells: [(name: String, value: String)]) { rows.append((name, cells)) }

  /// The headings of the score columns.
  var headings: [String] { rows.first?.scores.map { Self.heading($0.name) } ?? [] }

  /// The table in aligned columns.
  var text: String {
    let lines = ([[subject] + headings] + rows.map { [$0.name] + $0.scores.map(\.value) })
      .map { $0.map { PrintableText.line($0) } }
    let widths = (0..<(lines[0].count)).map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      zip(line, widths).enumerated().map { index, cell in
        let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + blanks : blanks + cell.0
      }.joined(separator: "  ").trimmingSuffix { $0 == " " } + "\n"
    }.joined()
  }

  /// Four decimals, as scores are published; a dash where there is none.
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

extension String {
  fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
    var copy = self
    while let last = copy.last, predicate(last) { copy.removeLast() }
    return copy
  }
}
