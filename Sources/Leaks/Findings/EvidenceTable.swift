package import Reports
import Text

/// Facts of a finding as a table: what each of them is about, and its numbers.
package struct EvidenceTable: Sendable {
  /// What stands above it, in a sentence.
  package private(set) var title: String
  private let columns: [Table.Column]
  private let rows: [[Markup]]
  /// How many facts there are, of which `rows` may be the first.
  private let count: Int

  /// The rows that are shown without a click.
  private static let shownCount = 10

  /// Creates a table.
  ///
  /// - Parameters:
  ///   - columns: the first one names the facts.
  ///   - rows: the facts, worst first; at most `Phrase.keptCount` of them are kept.
  package init(title: String, columns: [Table.Column], rows: [[String]]) {
    self.title = title
    self.columns = columns
    self.rows = rows.prefix(Phrase.keptCount).map { $0.map { Markup($0) } }
    count = rows.count
  }

  /// The same table below another sentence.
  func titled(_ title: String) -> EvidenceTable {
    var table = self
    table.title = title
    return table
  }

  /// The first rows, and the others behind a click.
  package var markup: Markup {
    let (shown, more) = (rows.prefix(Self.shownCount), rows.dropFirst(Self.shownCount))
    var markup = Table(columns, rows: Array(shown)).markup
    if !more.isEmpty {
      let left = count - rows.count
      let note = left == 0 ? "" : " (of \((count - shown.count).grouped))"
      markup += .fold(Markup("\(more.count.grouped) more\(note)"), Table(columns, rows: Array(more)).markup)
    }
    return markup
  }
}
