import Leaks
import Samples
import Shards
import SplitArrays
import Text

extension AuditReport {
  /// The summary in words: a paragraph for each check, advice below those that did not pass, and the verdict last.
  ///
  /// - Parameter columns: the width of the terminal, where long evidence is cut to keep the whole on a screen; nil for a
  ///   file, where nothing is cut.
  public func text(columns: Int?) -> String {
    var lines = subject.datasets.flatMap { dataset in
      Self.wrapped(Self.heading(dataset), columns) + (dataset.reading?.lines ?? []).map { "  " + $0 }
    }
    if let declared = subject.promises.text { lines.append("Declared: \(declared)") }
    if !subject.allExtractors.isEmpty {
      let extractors = subject.allExtractors.map { "\($0.modality) by \($0.title)" }
      lines.append("Extractors, as declared: \(extractors.joined(separator: ", "))")
    }
    lines.append("")
    let width = results.map(\.check.id.count).max() ?? 0
    for result in results {
      let id = result.check.id + String(repeating: " ", count: width - result.check.id.count)
      var paragraph = Paragraph(prefix: "\(Self.word(result))  \(id)  ", columns: columns)
      let needsWords = result.isError || result.isWarning || result.isDoubtful
      paragraph.add(result.finding.summary, lines: needsWords ? 3 : 1)
      if needsWords {
        if let first = result.finding.evidence.first?.text, first != result.finding.summary {
          paragraph.add(first, lines: 2)
        }
        for effect in result.effects { paragraph.add(effect.text, lines: 4) }
        paragraph.add("→ " + result.finding.advice, lines: 2)
      }
      lines += paragraph.lines
    }
    return PrintableText.joined(lines + [""] + Self.wrapped(summary.sentence, columns)) + "\n"
  }

  /// A line in as many as it takes on a terminal.
  private static func wrapped(_ text: String, _ columns: Int?) -> [String] {
    if columns == nil { return [text] }
    var paragraph = Paragraph(prefix: "", columns: columns)
    paragraph.add(text, lines: .max)
    return paragraph.lines
  }

  private static func heading(_ dataset: AuditedDataset) -> String {
    let parts = dataset.ownSplits.map { "\($0) \(dataset.indices(of: $0).count.grouped)" }
    let leaks = (dataset.manifest?.allowedLeaks ?? []).map(\.check).joined(separator: ",")
    let note = leaks.isEmpty ? "" : ", sealed with --allow-leaks \(leaks)"
    let granularity = dataset.granularity.isEmpty ? "" : ", one row per \(dataset.granularity)"
    let layout = dataset.list?.layout.map { ", \($0)" } ?? ""
    return PrintableText.bounded(
      "\(dataset.name)\(granularity)\(layout): \(Phrase.count(dataset.samples.count, "sample")) (\(parts.joined(separator: ", ")))\(note)"
    )
  }

  /// Returns the verdict in words of equal width that need no colour.
  private static func word(_ result: Result) -> String {
    if result.isError { return "FAIL     " }
    if result.isWarning { return "warning  " }
    return result.finding.verdict == .pass ? "pass     " : "undecided"
  }
}

/// Sentences beside a prefix, wrapped to the width of a terminal.
private struct Paragraph {
  private(set) var lines: [String] = []
  private let prefix: String
  private let columns: Int
  private let isCut: Bool

  /// The width of a text in a file.
  private static let usualColumns = 120
  /// Narrower columns of words would be hard to read: then lines are longer than the terminal is wide.
  private static let fewestColumns = 40

  init(prefix: String, columns: Int?) {
    self.prefix = prefix
    self.columns = max(Self.fewestColumns, (columns ?? Self.usualColumns) - prefix.count)
    isCut = columns != nil
  }

  /// Adds a text.
  ///
  /// - Parameter limit: the most lines on a terminal; the last one is cut.
  mutating func add(_ text: String, lines limit: Int) {
    var wrapped: [String] = [""]
    for word in PrintableText.line(text).split(separator: " ") {
      let last = wrapped[wrapped.count - 1]
      if last.isEmpty {
        wrapped[wrapped.count - 1] = String(word)
      } else if last.count + 1 + word.count <= columns {
        wrapped[wrapped.count - 1] = last + " " + word
      } else if isCut, wrapped.count == limit {
        wrapped[wrapped.count - 1] = (last + " " + word).prefix(columns - 1) + "…"
        break
      } else {
        wrapped.append(String(word))
      }
    }
    let indent = String(repeating: " ", count: prefix.count)
    for line in wrapped { lines.append((lines.isEmpty ? prefix : indent) + line) }
  }
}
