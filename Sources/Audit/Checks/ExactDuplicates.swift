import Digests
import Leaks
import Reports
import Samples
import Text

/// `exact-duplicates`: bit-identical content in two splits.
///
/// The check compares whole samples of each modality, single visual and audio rows, and the words of a sample. Word
/// vectors repeat by nature, as do short answers: text alone is a warning from six words on, and an error only together
/// with another modality. Values that were not observed (masked, imputed, silent) do not count as content. Content that
/// many recordings share is counted, but is an error only if two modalities are identical.
struct ExactDuplicates: AuditCheck {
  let id = "exact-duplicates"
  let severity = Severity.error
  let leakage: LeakageType? = .duplicates
  let meaning = "No content is identical in two splits."
  let modalities = Set(Modality.allCases)
  let readsContents = true

  /// Many people give shorter answers in the same words.
  static let fewestWords = 6

  func run(on subject: AuditSubject) throws -> Finding {
    let index = try ContentIndex(subject)
    subject.keep(index.wholes)
    let rescaled = try RescaledRows(subject: subject).search()
    var outcome = index.search(adding: rescaled.pairs)
    outcome.crowds += rescaled.crowds.map { modality, count in
      ("\(Phrase.count(count, "\(modality) row")) of folders that are scaled differently", count)
    }
    let pairs = outcome.pairs
    let sentences = Self.sentences(subject.datasets)
    let shared = sentences.filter { $0.samples.count > 1 }
    let spoken = Set(sentences.flatMap(\.samples.keys))
    let uncompared = index.uncompared(besides: spoken)
    let omitted = UncomparedSplit.evidence(uncompared)
    if !index.isComparable && spoken.count < 2 {
      if !uncompared.isEmpty { return UncomparedSplit.undecidable(uncompared, evidence: omitted) }
      return .undecidable(
        "No two splits have enough content to compare.", advice: "Give the features or the words of all splits.")
    }
    let copies = pairs.filter(\.hasObservedMatch)
    let sentenceCount = "\(Phrase.count(sentences.count, "sentence")) of \(Self.fewestWords) or more words"
    let undone = rescaled.compared.map { modality, count in
      "\(Phrase.count(count, "\(modality) row")) up to rounding after the scaling was undone"
    }
    let looked = (index.summary.isEmpty ? [] : [index.summary]) + (sentences.isEmpty ? [] : [sentenceCount]) + undone
    let compared = [Evidence(text: "Compared: \(looked.joined(separator: ", ")).", facts: index.facts)]
    let left = Self.evidence(ofCrowds: outcome.crowds)
    func isRead(_ places: [SamplePlace]) -> Bool {
      places.allSatisfy { subject.datasets[$0.dataset].samples[$0.sample].isScripted }
    }
    let said = shared.filter { !isRead($0.firstPlaces) }
    let wordPairs = pairs.filter { !$0.hasObservedMatch && !isRead([$0.first, $0.second]) }
    let texts = Self.evidence(said, textPairs: wordPairs, subject.datasets)
    let read = Self.evidence(ofLines: shared.count - said.count)
    let spokenAlike = said.map(\.firstPlaces) + wordPairs.map { [$0.first, $0.second] }
    let likeness = ContentLikeness(spokenAlike, index.wholes, subject.datasets)
    if !copies.isEmpty {
      return .fail(
        "\(Phrase.count(copies.count, "pair")) of samples in different splits \(copies.count == 1 ? "has" : "have") "
          + "identical visual or audio content.",
        evidence: [try Self.evidence(copies, subject.datasets)] + texts + left + read + omitted + compared,
        advice: "Remove one of the two, or keep both in one split."
      ).naming(Self.rows(pairs + outcome.further, subject.datasets))
    }
    if !texts.isEmpty {
      return .warn(
        "The same \(Self.fewestWords) or more words occur in different splits, \(likeness.words).",
        doubt: left.isEmpty && uncompared.isEmpty ? nil : .incompleteSearch,
        evidence: texts + left + read + omitted + compared,
        advice: "Check whether one clip was included twice, or whether people read the same text."
      ).naming(Self.rows(pairs + outcome.further, subject.datasets))
    }
    if let crowds = left.first {
      return .undecidable(
        "Nothing that \(ContentIndex.mostRecordings) or fewer recordings share is identical in two splits, but "
          + "\(Phrase.list(outcome.crowds.map(\.name))) shared by more recordings are.", doubt: .incompleteSearch,
        evidence: [crowds] + read + omitted + compared,
        advice:
          "Check whether they are what the extractor outputs when it detects nothing; leave them out, or keep them in one split."
      )
    }
    if !uncompared.isEmpty { return UncomparedSplit.undecidable(uncompared, evidence: read + omitted + compared) }
    let scripts =
      read.isEmpty ? "" : ", but for \(Phrase.count(shared.count - said.count, "line")) of scripts"
    return .pass(
      "None of \(looked.joined(separator: ", ")) is identical in two splits\(scripts).", evidence: read + compared)
  }

  /// Describes lines that actors learn by heart: all who play a scene say them.
  private static func evidence(ofLines count: Int) -> [Evidence] {
    if count == 0 { return [] }
    return [
      Evidence(
        text: "\(Phrase.count(count, "line")) of scripts in two splits: all who play a scene say the same words.",
        facts: ["kind": "scripted", "count": .integer(count)])
    ]
  }

  /// Describes content that too many recordings share.
  private static func evidence(ofCrowds crowds: [(name: String, count: Int)]) -> [Evidence] {
    if crowds.isEmpty { return [] }
    return [
      Evidence(
        text: "In two splits and in more than \(ContentIndex.mostRecordings) recordings: "
          + "\(crowds.map(\.name).joined(separator: ", ")). On their own they do not count as copies.",
        facts: [
          "kind": "crowded", "count": .integer(crowds.reduce(0) { $0 + $1.count }), "items": .names(crowds.map(\.name)),
        ])
    ]
  }

  /// Returns every pair, and every sample of a later split whose words repeat those of one in an earlier split.
  private static func rows(_ pairs: [DuplicatePair], _ datasets: [AuditedDataset]) -> LeakRows {
    LeakRows { body in
      for pair in pairs { try body(pair.row(datasets)) }
      var first: [ContentDigest: [Split: LeakRow.Side]] = [:]
      for split in Split.allCases {
        for dataset in datasets {
          for index in dataset.indices(of: split) {
            let sample = dataset.samples[index]
            guard let words = sentence(of: sample) else { continue }
            let digest = words.digest
            let side = LeakRow.Side(sample, of: dataset)
            for other in Split.allCases.prefix(while: { $0 != split }) {
              if let one = first[digest]?[other] {
                try body(LeakRow(one, side, reason: "the same words: \(sample.words ?? "")"))
              }
            }
            if first[digest]?[split] == nil { first[digest, default: [:]][split] = side }
          }
        }
      }
    }
  }

  // MARK: - Words

  /// Returns a sample's words, capitals and signs aside, if there are enough of them to compare.
  private static func sentence(of sample: AuditedSample) -> SentenceWords? {
    let words = SentenceWords(sample.words)
    return words.count < fewestWords ? nil : words
  }

  /// Six or more words that occur in samples of several splits.
  private struct Sentence {
    /// As the first sample has them.
    let words: String
    var samples: [Split: [String]] = [:]
    /// The first sample of each split.
    var firstPlaces: [SamplePlace] = []
  }

  private static func sentences(_ datasets: [AuditedDataset]) -> [Sentence] {
    var sentences: [ContentDigest: Sentence] = [:]
    for (number, dataset) in datasets.enumerated() {
      for (index, sample) in dataset.samples.enumerated() {
        guard let digest = sentence(of: sample)?.digest else { continue }
        var own = sentences[digest] ?? Sentence(words: sample.words ?? "")
        if own.samples[sample.split] == nil { own.firstPlaces.append(SamplePlace(dataset: number, sample: index)) }
        own.samples[sample.split, default: []].append(sample.id)
        sentences[digest] = own
      }
    }
    return sentences.values.sorted { ($0.words, $0.samples.count) < ($1.words, $1.samples.count) }
  }

  private static func evidence(
    _ sentences: [Sentence], textPairs: [DuplicatePair], _ datasets: [AuditedDataset]
  ) -> [Evidence] {
    var evidence: [Evidence] = []
    if !sentences.isEmpty {
      let shown = sentences.map { sentence in
        let places = Split.allCases.compactMap { split in sentence.samples[split]?.first.map { "\($0) in \(split)" } }
        return "“\(sentence.words)” (\(places.joined(separator: ", ")))"
      }
      let items = sentences.prefix(Phrase.keptCount).map { sentence -> JSONValue in
        let samples = sentence.samples.map { ($0.key.rawValue, JSONValue.names($0.value)) }
        return [
          "words": .string(sentence.words), "samples": .object(Dictionary(uniqueKeysWithValues: samples)),
        ]
      }
      evidence.append(
        Evidence(
          text:
            "\(Phrase.count(sentences.count, "sentence")) in two splits: \(Phrase.list(shown, limit: 5, separator: "; ")).",
          facts: ["kind": "words", "count": .integer(sentences.count), "items": .array(items)]))
    }
    if !textPairs.isEmpty {
      let shown = textPairs.map { $0.text(datasets) }
      evidence.append(
        Evidence(
          text: "\(Phrase.count(textPairs.count, "pair")) of samples with the same word vectors: "
            + Phrase.list(shown, limit: 5, separator: "; ") + ".",
          facts: [
            "kind": "text", "count": .integer(textPairs.count),
            "items": .array(textPairs.prefix(Phrase.keptCount).map { $0.json(datasets) }),
          ]))
    }
    return evidence
  }

  // MARK: - Copies

  private static func evidence(_ copies: [DuplicatePair], _ datasets: [AuditedDataset]) throws -> Evidence {
    Evidence(
      text: "Identical in two splits: \(Phrase.list(copies.map { $0.text(datasets) }, limit: 5, separator: "; ")).",
      facts: [
        "kind": "content", "count": .integer(copies.count),
        "items": .array(copies.prefix(Phrase.keptCount).map { $0.json(datasets) }),
      ], figure: try figure(of: copies[0], datasets))
  }

  /// Draws the two samples of a pair side by side.
  private static func figure(of pair: DuplicatePair, _ datasets: [AuditedDataset]) throws -> Markup? {
    guard let modality = pair.modalities.first else { return nil }
    let sides = try [pair.first, pair.second].map { place -> SideBySide.Side in
      let dataset = datasets[place.dataset]
      let width = dataset.widths[modality] ?? 0
      let rows = try dataset.withRows(of: place.sample, modality) { values, _ in
        (0..<min(SideBySide.rowLimit, values.count / max(1, width))).map { row in
          Array(values[row * width..<row * width + min(width, SideBySide.columnLimit)])
        }
      }
      let sample = dataset.samples[place.sample]
      return SideBySide.Side(title: "\(sample.id) (\(sample.split))", rows: rows)
    }
    return SideBySide(label: modality.rawValue, sides[0], sides[1]).svg
  }
}
