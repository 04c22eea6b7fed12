import Leaks
import Samples
import Text

/// `text-overlap`: how much of what is said in a held-out split is said in an earlier one, by the length of the sentences.
///
/// `exact-duplicates` and `near-duplicates` name pairs, one of which may be chance. This check says which share of a split
/// they are, capitals and signs aside, counts short sentences, keeps apart what is read from a script, and leaves copies of
/// whole samples to them.
struct TextOverlap: AuditCheck {
  let id = "text-overlap"
  let severity = Severity.warning
  let leakage: LeakageType? = .duplicates
  let meaning = "Few sentences of valid and test are said in an earlier split, word for word or nearly."
  let readsContents = true

  /// The share of a split's long sentences from which their repetition may move a score.
  static let suspiciousShare = 0.01

  func run(on subject: AuditSubject) throws -> Finding {
    let contents = try subject.wholeContents()
    return .merging(
      subject.datasets.enumerated().map { number, dataset in
        let overlap = SentenceOverlap(dataset.samples) { held, earlier in
          dataset.modalities.contains { modality in
            guard modality != .text, let own = contents[modality, SamplePlace(dataset: number, sample: held)] else {
              return false
            }
            return own == contents[modality, SamplePlace(dataset: number, sample: earlier)]
          }
        }
        return (dataset.name, finding(of: overlap, in: dataset))
      })
  }

  private func finding(of overlap: SentenceOverlap, in dataset: AuditedDataset) -> Finding {
    guard overlap.spokenAtLength.count > 1 else {
      let what = overlap.spoken.count > 1 ? "sentences of \(WordShingles.fewestWords) words or more" : "words"
      return .undecidable(
        "No two splits have \(what) that could be compared.", evidence: Self.table(overlap),
        advice: "Give what is said in the samples of all splits.")
    }
    let held = [Split.valid, .test].map { ($0, overlap.longCount(of: $0, isScripted: false)) }
    let scripted = [Split.valid, .test].map { ($0, overlap.longCount(of: $0, isScripted: true)) }
    let evidence = Self.table(overlap) + Self.examples(overlap, dataset) + Self.crowd(overlap)
    let text = (Self.figures(held, "") + Self.figures(scripted, "scripted ")).joined(separator: "; ")
    let worst = held.contains { _, count in
      count.repeated > 0 && Double(count.repeated) >= Self.suspiciousShare * Double(count.sentences)
    }
    if worst {
      return .warn(
        "\(text). exact-duplicates and near-duplicates name such pairs; this is how much of a split they are.",
        doubt: overlap.crowdedCount > 0 ? .incompleteSearch : nil, evidence: evidence,
        advice: "Report the score without these sentences too; where it falls, keep each sentence in one split."
      ).naming(Self.rows(overlap, dataset))
    }
    if overlap.crowdedCount > 0 {
      return .undecidable(
        "\(text); \(Phrase.count(overlap.crowdedCount, "sentence")) are nearly those of more than \(PairRule.crowd) samples, "
          + "and not all of them were compared.", doubt: .incompleteSearch, evidence: evidence,
        advice: "Look at what so many samples say.")
    }
    return .pass("\(text).", evidence: evidence)
  }

  /// `12 of 340 test sentences of 6 words or more (3.5 %) stand in an earlier split, 10 of them word for word`
  private static func figures(_ counts: [(split: Split, count: SentenceOverlap.Count)], _ kind: String) -> [String] {
    counts.filter { $0.count.sentences > 0 }.map { split, count in
      let share = 100 * Double(count.repeated) / Double(count.sentences)
      return "\(count.repeated.grouped) of \(count.sentences.grouped) \(kind)\(split) sentences of "
        + "\(WordShingles.fewestWords) words or more (\(share.fixed(1)) %) "
        + "\(count.repeated == 1 ? "stands" : "stand") in an earlier split"
        + (count.repeated == 0 ? "" : ", \(count.verbatim.grouped) word for word")
        + (count.copies == 0 ? "" : ", besides \(count.copies.grouped) of copies that exact-duplicates names")
    }
  }

  /// By split and length, scripted sentences apart.
  private static func table(_ overlap: SentenceOverlap) -> [Evidence] {
    var parts: [String] = []
    var items: [JSONValue] = []
    for split in Split.allCases {
      for isScripted in [false, true] {
        for length in SentenceOverlap.Length.allCases {
          let key = SentenceOverlap.Class(split: split, isScripted: isScripted, length: length)
          guard let count = overlap.counts[key] else { continue }
          let near = length.isLong ? ", \(count.near.grouped) nearly" : ""
          parts.append(
            "\(split)\(isScripted ? ", scripted" : "") of \(length.rawValue) words: \(count.verbatim.grouped) of "
              + "\(count.sentences.grouped) word for word\(near)")
          items.append([
            "split": .string(split.rawValue), "scripted": .bool(isScripted), "words": .string(length.rawValue),
            "sentences": .integer(count.sentences), "verbatim": .integer(count.verbatim), "near": .integer(count.near),
            "copies": .integer(count.copies),
          ])
        }
      }
    }
    if parts.isEmpty { return [] }
    return [
      Evidence(
        text: "In an earlier split, capitals and signs aside: \(parts.joined(separator: "; ")).",
        facts: ["kind": "lengths", "items": .array(items)])
    ]
  }

  private static func examples(_ overlap: SentenceOverlap, _ dataset: AuditedDataset) -> [Evidence] {
    let repetitions = overlap.repetitions.filter { $0.length.isLong && !$0.isScripted }
    if repetitions.isEmpty { return [] }
    let texts = repetitions.map { repetition in
      let (one, two) = (dataset.samples[repetition.earlier], dataset.samples[repetition.held])
      let again = repetition.isVerbatim ? "" : ", nearly “\(two.words ?? "")”"
      return "“\(one.words ?? "")” (\(one.id) in \(one.split)\(again), \(two.id) in \(two.split))"
    }
    let items = repetitions.prefix(Phrase.keptCount).map { repetition -> JSONValue in
      let (one, two) = (dataset.samples[repetition.earlier], dataset.samples[repetition.held])
      return [
        "first": .string(one.id), "first_split": .string(one.split.rawValue), "first_words": .string(one.words ?? ""),
        "second": .string(two.id), "second_split": .string(two.split.rawValue),
        "second_words": .string(two.words ?? ""), "verbatim": .bool(repetition.isVerbatim),
      ]
    }
    return [
      Evidence(
        text: "For example: \(Phrase.list(texts, limit: 5, separator: "; ")).",
        facts: ["kind": "sentences", "count": .integer(repetitions.count), "items": .array(items)])
    ]
  }

  private static func crowd(_ overlap: SentenceOverlap) -> [Evidence] {
    if overlap.crowdedCount == 0 { return [] }
    return [
      Evidence(
        text:
          "\(Phrase.count(overlap.crowdedCount, "sentence")) are nearly those of more than \(PairRule.crowd) samples.",
        facts: ["kind": "crowded", "count": .integer(overlap.crowdedCount)])
    ]
  }

  /// Each long sentence of a held-out split that is not scripted, with the first that says it before.
  private static func rows(_ overlap: SentenceOverlap, _ dataset: AuditedDataset) -> LeakRows {
    let repetitions = overlap.repetitions.filter { $0.length.isLong && !$0.isScripted }
    return LeakRows { body in
      for repetition in repetitions {
        let (one, two) = (dataset.samples[repetition.earlier], dataset.samples[repetition.held])
        try body(
          LeakRow(
            LeakRow.Side(one, of: dataset), LeakRow.Side(two, of: dataset),
            reason: "\(repetition.isVerbatim ? "the same words" : "nearly the same words"): \(two.words ?? "")"))
      }
    }
  }
}
