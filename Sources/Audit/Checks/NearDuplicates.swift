import Corpora
import Leaks
import Reports
import Samples
import Text

/// `near-duplicates`: no two splits hold nearly identical content (`NearDuplicateSearch`).
///
/// Text alone is never an error: people read scripts, and all the actors of a corpus may read the same ones.
struct NearDuplicates: AuditCheck {
  let id = "near-duplicates"
  let severity = Severity.error
  let leakage: LeakageType? = .duplicates
  let meaning = "No content is nearly identical in two splits."
  let modalities = Set(Modality.allCases)
  let readsContents = true

  func run(on subject: AuditSubject) throws -> Finding {
    var findings = try subject.datasets.map { dataset in
      let search = try NearDuplicateSearch(within: dataset, of: subject)
      return (dataset.name, try Self.finding(of: search, dataset, subject))
    }
    if subject.datasets.count > 1 {
      let search = try NearDuplicateSearch(between: subject)
      if !search.compared.isEmpty { findings.append(("between them", try Self.finding(of: search, nil, subject))) }
    }
    return .merging(findings)
  }

  /// - Parameter dataset: the source of the pictures; nil if the samples come from several data sets.
  private static func finding(
    of search: NearDuplicateSearch, _ dataset: AuditedDataset?, _ subject: AuditSubject
  ) throws -> Finding {
    let compared = search.compared
    let uncompared = search.uncompared
    if compared.isEmpty {
      if !uncompared.isEmpty {
        return UncomparedSplit.undecidable(uncompared, evidence: UncomparedSplit.evidence(uncompared))
      }
      return .undecidable(
        "No two splits have features or words that could be compared.",
        advice: "Give the features or the words of all splits.")
    }
    var outcome = try search.run()
    for view in [NearDuplicateSearch.View.withoutGain, .parts] {
      if let more = try NearDuplicateSearch(view, after: search, of: subject)?.run() { outcome.add(more) }
    }
    let samples = search.samples
    let leaks = Self.rows(outcome, search)
    var evidence: [Evidence] = []
    if !outcome.copies.isEmpty {
      evidence.append(try Self.evidence("Nearly identical", outcome.copies, samples, dataset))
    }
    if !outcome.neighbours.isEmpty {
      evidence.append(try Self.evidence("As alike as samples of one recording", outcome.neighbours, samples, dataset))
    }
    if !outcome.suspicions.isEmpty {
      evidence.append(try Self.evidence("Alike in some modalities", outcome.suspicions, samples, dataset))
    }
    if !outcome.texts.isEmpty { evidence.append(try Self.evidence("Alike in words", outcome.texts, samples, nil)) }
    evidence += outcome.crowded.map { kind, count in
      Evidence(
        text:
          "\(Phrase.count(count, "sample")) with \(kind) that more than \(PairRule.crowd) share, or nearly share: not all of "
          + "them could be told apart from each other.",
        facts: ["kind": "crowded", "modality": .string(kind), "crowded_samples": .integer(count)])
    }
    if outcome.common > 0 {
      evidence.append(
        Evidence(
          text:
            "\(Phrase.count(outcome.common, "sample")) with content that another one shares, nearly to the last digit, in "
            + "data with too many such samples to tell a copy from a tight cluster.",
          facts: ["kind": "common", "count": .integer(outcome.common)]))
    }
    if outcome.byChance > 0 {
      evidence.append(
        Evidence(
          text:
            "\(Phrase.count(outcome.byChance, "more pair")) with equally similar means: such pairs arise by chance in data "
            + "like these, or their rows differ.",
          facts: ["kind": "by-chance", "count": .integer(outcome.byChance)]))
    }
    evidence += UncomparedSplit.evidence(uncompared)
    evidence.append(Self.recall(compared))
    let isWhole = outcome.crowded.isEmpty && outcome.common == 0 && uncompared.isEmpty
    let doubt: Doubt? = isWhole ? nil : .incompleteSearch
    if let first = outcome.copies.first {
      return .fail(
        "\(Phrase.count(outcome.copies.count, "pair")) of samples in different splits "
          + "\(outcome.copies.count == 1 ? "is" : "are") nearly identical: \(Self.text(first, samples)).",
        evidence: evidence,
        advice: "Remove one of the two, or keep both in one split."
      ).naming(leaks)
    }
    if let first = outcome.neighbours.first {
      return .warn(
        "\(Phrase.count(outcome.neighbours.count, "pair")) of samples in different splits "
          + "\(outcome.neighbours.count == 1 ? "is" : "are") as alike as samples that follow one another in a recording: "
          + "\(Self.text(first, samples)).", doubt: doubt, evidence: evidence,
        advice: "Check whether their recordings are one under two names, or were cut from one."
      ).naming(leaks)
    }
    if let first = outcome.suspicions.first {
      return .warn(
        "\(Phrase.count(outcome.suspicions.count, "pair")) of samples in different splits "
          + "\(outcome.suspicions.count == 1 ? "is" : "are") nearly identical in some modalities, not in all: \(Self.text(first, samples)).",
        doubt: doubt, evidence: evidence,
        advice: "Check whether one clip was included twice."
      ).naming(leaks)
    }
    let unscripted = outcome.texts.filter { Self.corpus(scripting: $0, samples) == nil }
    if let first = unscripted.first {
      return .warn(
        "\(Phrase.count(unscripted.count, "pair")) of samples in different splits "
          + "\(unscripted.count == 1 ? "says" : "say") nearly the same: "
          + "\(Self.text(first, samples)).", doubt: doubt, evidence: evidence,
        advice: "Expected where people read a script; otherwise check whether one clip was included twice."
      ).naming(leaks)
    }
    let scripted = Self.scripted(outcome.texts, samples)
    let found = "The search found no nearly identical pair across splits among \(compared)"
    if outcome.common > 0 {
      return .undecidable(
        "\(found) that stands out, but \(Phrase.count(outcome.common, "sample")) \(outcome.common == 1 ? "has" : "have") nearly the same content as another "
          + "one.\(scripted)", doubt: .incompleteSearch, evidence: evidence,
        advice:
          "Look at what they share: often it is what the extractor outputs when it detects nothing, or one clip many times."
      )
    }
    if !outcome.crowded.isEmpty {
      let counts = outcome.crowded.map { kind, count in "\(count.grouped) in \(kind)" }
      return .undecidable(
        "\(found), but not all were compared with each other: \(counts.joined(separator: ", ")) are nearly the "
          + "same, too many to compare.\(scripted)", doubt: .incompleteSearch, evidence: evidence,
        advice:
          "Look at what they share: often it is what the extractor outputs when it detects nothing; leave that out.")
    }
    if !uncompared.isEmpty { return UncomparedSplit.undecidable(uncompared, evidence: evidence) }
    return .pass("\(found).\(scripted)", evidence: evidence)
  }

  /// Returns every pair, most certain kind first.
  private static func rows(_ outcome: NearDuplicateSearch.Outcome, _ search: NearDuplicateSearch) -> LeakRows {
    let kinds = [
      ("nearly identical", outcome.copies), ("as alike as samples of one recording", outcome.neighbours),
      ("alike in some modalities", outcome.suspicions),
      ("alike in words", outcome.texts),
    ]
    let rows = kinds.flatMap { reason, matches in
      matches.map { match in
        let cosines = match.cosines.map { "\($0.modality) \($0.cosine.fixed(3))" }
        let words = match.resemblance > 0 ? ["shared word shingles \((100 * match.resemblance).fixed(0)) %"] : []
        return LeakRow(
          search.side(of: match.pair.first), search.side(of: match.pair.second),
          reason: "\(reason)\(Self.way(match)): \((cosines + words).joined(separator: ", "))")
      }
    }
    return LeakRows { body in for row in rows { try body(row) } }
  }

  /// States how much the search can be expected to find.
  private static func recall(_ compared: String) -> Evidence {
    // Rounded down, so as not to promise too much.
    func percent(_ share: Double) -> String { "\(((1000 * share).rounded(.down) / 10).fixed(1)) %" }
    let cosines = [NearDuplicateSearch.agreement, NearDuplicateSearch.singleAgreement]
    let shares = cosines.map { "\(percent(NeighbourSearch.recall(cosine: $0))) at the cosine \($0.fixed(2))" }
    let words = percent(WordShingles.recall(resemblance: WordShingles.threshold))
    return Evidence(
      text: "Compared by the means of whole samples: \(compared). Of similar pairs the search finds "
        + "\(shares.joined(separator: " and ")), and \(words) of texts with \(percent(WordShingles.threshold)) common shingles.",
      facts: [
        "kind": "recall",
        "cosine": .array(
          cosines.map { ["cosine": .number($0), "recall": .number(NeighbourSearch.recall(cosine: $0))] }),
        "shared_shingles": .number(WordShingles.threshold),
        "words_recall": .number(WordShingles.recall(resemblance: WordShingles.threshold)),
      ])
  }

  /// Returns the corpus whose scripts contain the lines of both samples; nil if there is none.
  private static func corpus(scripting match: NearDuplicateSearch.Match, _ samples: [AuditedSample]) -> String? {
    let corpora = [match.pair.first, match.pair.second].map { number in
      samples[number].dialog.flatMap { CorpusRegistry.shipped.corpus(scripting: $0)?.name }
    }
    return corpora[0] == corpora[1] ? corpora[0] : nil
  }

  /// Returns the sentence about texts that are alike because people read the same script.
  private static func scripted(_ texts: [NearDuplicateSearch.Match], _ samples: [AuditedSample]) -> String {
    guard let corpus = texts.lazy.compactMap({ corpus(scripting: $0, samples) }).first else { return "" }
    return " Lines of \(corpus)'s scripts recur, spoken by different actors."
  }

  /// How two samples are alike, if not as they are.
  private static func way(_ match: NearDuplicateSearch.Match) -> String {
    match.view == .whole ? "" : ", \(match.view.rawValue)"
  }

  private static func text(_ match: NearDuplicateSearch.Match, _ samples: [AuditedSample]) -> String {
    let names = [match.pair.first, match.pair.second].map { "\(samples[$0].id) (\(samples[$0].split))" }
    var measures = match.cosines.map { "\($0.modality) \($0.cosine.fixed(3))" }
    if match.resemblance > 0 { measures.append("shared word shingles \((100 * match.resemblance).fixed(0)) %") }
    return "\(names[0]) and \(names[1]) (\(measures.joined(separator: ", "))\(way(match)))"
  }

  private static func evidence(
    _ title: String, _ matches: [NearDuplicateSearch.Match], _ samples: [AuditedSample], _ pictured: AuditedDataset?
  ) throws -> Evidence {
    let items = matches.prefix(Phrase.keptCount).map { match -> JSONValue in
      let cosines = match.cosines.map { ($0.modality.rawValue, JSONValue.number($0.cosine)) }
      return [
        "by_chance": match.expected.map { .number($0) } ?? .null,
        "first": .string(samples[match.pair.first].id),
        "first_split": .string(samples[match.pair.first].split.rawValue),
        "second": .string(samples[match.pair.second].id),
        "second_split": .string(samples[match.pair.second].split.rawValue),
        "cosine": .object(Dictionary(uniqueKeysWithValues: cosines)), "shared_shingles": .number(match.resemblance),
      ]
    }
    return Evidence(
      text: "\(title): \(Phrase.list(matches.map { text($0, samples) }, limit: 5)).",
      facts: ["kind": .string(title), "count": .integer(matches.count), "items": .array(items)],
      figure: try pictured.flatMap { try figure(of: matches[0], $0) })
  }

  /// Draws the first rows of the two samples side by side.
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
