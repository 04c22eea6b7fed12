import Text

/// Rows of cells as lines with aligned columns, for results on a terminal.
public struct TextTable: Sendable {
  /// Which side the cells of a column are aligned to.
  public enum Alignment: Sendable {
    case left, right
  }

  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// A table with a column for each alignment.
  public init(_ alignments: [Alignment]) { self.alignments = alignments }

  /// Appends a row; missing cells are empty. Harmful characters are shown as escapes, and the end of a cell that is longer
  /// than a screen is wide is left out.
  public mutating func add(_ cells: [String]) {
    rows.append(cells.map { PrintableText.cut(PrintableText.line($0)) })
  }

  /// The lines, without trailing blanks.
  public var lines: [String] {
    let widths = alignments.indices.map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      let cells = zip(row, zip(alignments, widths)).map { cell, format in
        let blanks = String(repeating: " ", count: max(0, format.1 - cell.count))
        return format.0 == .left ? cell + blanks : blanks + cell
      }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}
