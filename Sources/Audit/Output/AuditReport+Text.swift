import Leaks
import Samples
import Shards
import Text

extension AuditReport {
  /// The summary for a terminal: one line per check, advice below those that did not pass, and the verdict last.
  public var text: String {
    var lines = subject.datasets.flatMap { dataset in
      [Self.heading(dataset)] + (dataset.reading?.lines ?? []).map { "  " + $0 }
    }
    if let declared = subject.promises.text { lines.append("Declared: \(declared)") }
    if !subject.extractors.isEmpty {
      let extractors = subject.extractors.map { "\($0.modality) by \($0.title)" }
      lines.append("Extractors, as declared: \(extractors.joined(separator: ", "))")
    }
    lines.append("")
    let width = results.map(\.check.id.count).max() ?? 0
    for result in results {
      let id = result.check.id + String(repeating: " ", count: width - result.check.id.count)
      let prefix = "\(Self.word(result))  \(id)  "
      guard result.isError || result.isWarning || result.isDoubtful else {
        lines.append(prefix + Self.cut(result.finding.summary, to: max(40, Self.columns - prefix.count)))
        continue
      }
      let indent = String(repeating: " ", count: prefix.count)
      let summary = Self.wrap(result.finding.summary, indent: indent, lines: 3)
      lines += [prefix + summary[0].dropFirst(prefix.count)] + summary.dropFirst()
      if let first = result.finding.evidence.first?.text, first != result.finding.summary {
        lines += Self.wrap(first, indent: indent, lines: 2)
      }
      for effect in result.effects { lines += Self.wrap(effect.text, indent: indent, lines: 4) }
      lines += Self.wrap("→ " + result.finding.advice, indent: indent, lines: 2)
    }
    return PrintableText.joined(lines + ["", verdict]) + "\n"
  }

  /// The usual width of a terminal; a slightly different one does no harm.
  private static let columns = 120

  private static func heading(_ dataset: AuditedDataset) -> String {
    let parts = Split.allCases.map { "\($0) \(dataset.indices(of: $0).count.grouped)" }
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

  private static func cut(_ text: String, to width: Int) -> String {
    text.count <= width ? text : text.prefix(width - 1) + "…"
  }

  /// Wraps text to at most `limit` lines, truncating the last one.
  private static func wrap(_ text: String, indent: String, lines limit: Int) -> [String] {
    let width = max(40, columns - indent.count)
    var lines: [String] = [""]
    for word in PrintableText.line(text).split(separator: " ") {
      if let last = lines.last, !last.isEmpty, last.count + 1 + word.count > width {
        if lines.count == limit {
          lines[limit - 1] = cut(last + " " + word, to: width)
          break
        }
        lines.append(String(word))
      } else {
        lines[lines.count - 1] += (lines[lines.count - 1].isEmpty ? "" : " ") + word
      }
    }
    return lines.map { indent + $0 }
  }
}
