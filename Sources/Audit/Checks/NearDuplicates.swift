import Reports
import Samples
import Storage

/// `near-duplicates`: no content is nearly identical in two splits (`NearDuplicateSearch`).
///
/// Text alone is never an error: people read scripts, and IEMOCAP's actors all read the same ones.
struct NearDuplicates: AuditCheck {
  let id = "near-duplicates"
  let severity = Severity.error
  let leakage: LeakageType? = .duplicates
  let meaning = "No content is nearly identical in two splits."

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, threads: subject.threads)) })
  }

  private func finding(for dataset: AuditedDataset, threads: Int) throws -> Finding {
    let outcome = try NearDuplicateSearch(dataset, threads: threads).run()
    var evidence: [Evidence] = []
    if !outcome.copies.isEmpty {
      evidence.append(try Self.evidence("Nearly identical", outcome.copies, dataset, withFigure: true))
    }
    if !outcome.suspicions.isEmpty {
      evidence.append(try Self.evidence("Alike in one modality", outcome.suspicions, dataset, withFigure: true))
    }
    if !outcome.texts.isEmpty { evidence.append(try Self.evidence("Alike in words", outcome.texts, dataset)) }
    for (modality, count) in outcome.crowded {
      evidence.append(
        Evidence(
          text: "\(Phrase.count(count, "sample")) with \(modality) that many samples share were not compared in it.",
          facts: ["modality": .string(modality.rawValue), "crowded_samples": .integer(count)]))
    }
    if let first = outcome.copies.first {
      return .fail(
        "\(Phrase.count(outcome.copies.count, "pair")) of samples in different splits are nearly identical: "
          + "\(Self.text(first, dataset)).", evidence: evidence,
        advice: "Remove one of the two, or keep both in one split.")
    }
    if let first = outcome.suspicions.first {
      return .warn(
        "\(Phrase.count(outcome.suspicions.count, "pair")) of samples in different splits are nearly identical in one "
          + "modality: \(Self.text(first, dataset)).", evidence: evidence,
        advice: "Look whether one clip was taken in twice.")
    }
    let unscripted = outcome.texts.filter { !Self.isScripted($0, dataset) }
    if let first = unscripted.first {
      return .warn(
        "\(Phrase.count(unscripted.count, "pair")) of samples in different splits say nearly the same: "
          + "\(Self.text(first, dataset)).", evidence: evidence,
        advice: "Expected where people read a script; otherwise look whether one clip was taken in twice.")
    }
    let scripted = outcome.texts.isEmpty ? "" : " Lines of IEMOCAP's scripts recur, spoken by different actors."
    return .pass("No samples of different splits are nearly identical.\(scripted)", evidence: evidence)
  }

  /// Whether both samples are lines of IEMOCAP's scripted conversations.
  private static func isScripted(_ match: NearDuplicateSearch.Match, _ dataset: AuditedDataset) -> Bool {
    [match.pair.first, match.pair.second].allSatisfy { dataset.samples[$0].dialog?.contains("_script") ?? false }
  }

  private static func text(_ match: NearDuplicateSearch.Match, _ dataset: AuditedDataset) -> String {
    let names = [match.pair.first, match.pair.second].map { "\(dataset.samples[$0].id) (\(dataset.samples[$0].split))" }
    var measures = match.cosines.map { "\($0.modality) \($0.cosine.fixed(3))" }
    if match.resemblance > 0 { measures.append("shared word shingles \((100 * match.resemblance).fixed(0)) %") }
    return "\(names[0]) and \(names[1]) (\(measures.joined(separator: ", ")))"
  }

  private static func evidence(
    _ title: String, _ matches: [NearDuplicateSearch.Match], _ dataset: AuditedDataset, withFigure: Bool = false
  ) throws -> Evidence {
    let items = matches.prefix(Phrase.keptCount).map { match -> JSONValue in
      let cosines = match.cosines.map { ($0.modality.rawValue, JSONValue.number($0.cosine)) }
      return [
        "first": .string(dataset.samples[match.pair.first].id),
        "first_split": .string(dataset.samples[match.pair.first].split.rawValue),
        "second": .string(dataset.samples[match.pair.second].id),
        "second_split": .string(dataset.samples[match.pair.second].split.rawValue),
        "cosine": .object(Dictionary(uniqueKeysWithValues: cosines)), "shared_shingles": .number(match.resemblance),
      ]
    }
    return Evidence(
      text: "\(title): \(Phrase.list(matches.map { text($0, dataset) }, limit: 5)).",
      facts: ["kind": .string(title), "count": .integer(matches.count), "items": .array(items)],
      figure: withFigure ? try figure(of: matches[0], dataset) : nil)
  }

  /// The first rows of the two samples side by side.
  private static func figure(of match: NearDuplicateSearch.Match, _ dataset: AuditedDataset) throws -> Markup? {
    guard let modality = match.agreeing.first else { return nil }
    let width = dataset.widths[modality] ?? 0
    let sides = try [match.pair.first, match.pair.second].map { sample -> SideBySide.Side in
      let rows = try dataset.withRows(of: sample, modality) { values, _ in
        (0..<min(SideBySide.rowLimit, values.count / max(1, width))).map { row in
          Array(values[row * width..<row * width + min(width, SideBySide.columnLimit)])
        }
      }
      return SideBySide.Side(title: "\(dataset.samples[sample].id) (\(dataset.samples[sample].split))", rows: rows)
    }
    return SideBySide(label: modality.rawValue, sides[0], sides[1]).svg
  }
}
