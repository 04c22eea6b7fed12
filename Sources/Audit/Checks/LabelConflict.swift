import Leaks
import Samples
import Text

/// `label-conflict`: what is the same has the same label.
///
/// People say the same words in different moods, so that words alone are a warning; where sound or picture is the same as
/// well, one of the two labels is wrong, and across splits a test sample is marked by it.
struct LabelConflict: AuditCheck {
  let id = "label-conflict"
  let severity = Severity.error
  let leakage: LeakageType? = .duplicates
  let meaning = "Samples with identical content have the same label."
  let modalities = Set(Modality.allCases)
  let readsContents = true

  func run(on subject: AuditSubject) throws -> Finding {
    let datasets = subject.datasets
    if datasets.allSatisfy(\.labelNames.isEmpty) {
      return .undecidable("The samples have no labels that could differ.", advice: "Give the labels too.")
    }
    let conflicts = try LabelConflicts(datasets, subject.wholeContents())
    let comparedCount = conflicts.compared.values.reduce(0, +)
    if comparedCount < 2 {
      return .undecidable(
        "No two samples with a label have content that could be compared.",
        advice: "Give the features or the words of the samples.")
    }
    let across = conflicts.certain.filter(conflicts.isAcross)
    let rest = conflicts.certain.filter { !conflicts.isAcross($0) } + conflicts.partial
    let evidence =
      Self.evidence("Identical in two splits, with different labels", across, conflicts, datasets)
      + Self.evidence("Identical in part or in one split, with different labels", rest, conflicts, datasets)
      + Self.left(conflicts)
    if let first = across.first {
      return .fail(
        "\(Phrase.count(across.count, "pair")) of samples in different splits \(across.count == 1 ? "is" : "are") identical and "
          + "labelled differently: \(Self.text(first, conflicts, datasets)).", evidence: evidence,
        advice: "Remove one of the two; look how its label came about, since one of them is wrong."
      ).naming(Self.rows(across + rest.filter(conflicts.isAcross), conflicts, datasets))
    }
    if let first = rest.first {
      return .warn(
        "\(Phrase.count(rest.count, "pair")) of samples \(rest.count == 1 ? "has" : "have") the same content and different labels: "
          + "\(Self.text(first, conflicts, datasets)).",
        doubt: conflicts.crowdedCount > 0 ? .incompleteSearch : nil, evidence: evidence,
        advice: "Expected where the same words are said in different moods; otherwise look how the labels came about."
      ).naming(Self.rows(rest.filter(conflicts.isAcross), conflicts, datasets))
    }
    let scripted =
      conflicts.scriptedCount == 0
      ? "" : "; \(Phrase.count(conflicts.scriptedCount, "line")) of scripts are said in several moods"
    if conflicts.crowdedCount > 0 {
      return .undecidable(
        "No two of \(Phrase.count(comparedCount, "sample")) with the same content differ in their labels\(scripted), but "
          + "\(conflicts.crowdedCount.grouped) share content with more than \(ContentIndex.mostRecordings) recordings.",
        doubt: .incompleteSearch, evidence: evidence,
        advice: "Look what they share: often it is what the extractor gives for nothing.")
    }
    if conflicts.compared.count < 2 {
      return .undecidable(
        "Fewer than two splits have content that could be compared; within one, no labels conflict.",
        evidence: evidence,
        advice: "Give the data of all splits.")
    }
    return .pass(
      "No two of \(Phrase.count(comparedCount, "sample")) with the same content differ in their labels\(scripted).",
      evidence: evidence)
  }

  /// What was counted and raised no alarm.
  private static func left(_ conflicts: LabelConflicts) -> [Evidence] {
    var evidence: [Evidence] = []
    if conflicts.scriptedCount > 0 {
      evidence.append(
        Evidence(
          text:
            "\(Phrase.count(conflicts.scriptedCount, "pair")) of lines of a script with different labels: actors say "
            + "them in several moods.", facts: ["kind": "scripted", "count": .integer(conflicts.scriptedCount)]))
    }
    if conflicts.crowdedCount > 0 {
      evidence.append(
        Evidence(
          text: "\(Phrase.count(conflicts.crowdedCount, "sample")) with sound or picture that more than "
            + "\(ContentIndex.mostRecordings) recordings have were not judged by it.",
          facts: ["kind": "crowded", "count": .integer(conflicts.crowdedCount)]))
    }
    return evidence
  }

  /// `a (train): sentiment 2, b (test): sentiment -1; the same text, audio`
  private static func text(
    _ conflict: LabelConflicts.Conflict, _ conflicts: LabelConflicts, _ datasets: [AuditedDataset]
  ) -> String {
    let names = differing(conflict, conflicts, datasets)
    let sides = [conflict.first, conflict.second].map { place -> String in
      let sample = conflicts.sample(place)
      let labels = names.map { "\($0.name) \(Double(sample.label[$0.place]).fixed(2))" }
      return "\(sample.id) (\(sample.split), \(Phrase.list(labels)))"
    }
    let same = conflict.modalities.map(\.rawValue).joined(separator: " and ")
    return "\(sides.joined(separator: " and ")) with the same \(same)"
  }

  private static func differing(
    _ conflict: LabelConflicts.Conflict, _ conflicts: LabelConflicts, _ datasets: [AuditedDataset]
  ) -> [(name: String, place: Int)] {
    let (one, two) = (conflicts.sample(conflict.first).label, conflicts.sample(conflict.second).label)
    return datasets[conflict.first.dataset].labelNames.enumerated().filter { place, _ in
      one[place].isFinite && two[place].isFinite && one[place] != two[place]
    }.map { ($0.element, $0.offset) }
  }

  private static func evidence(
    _ title: String, _ found: [LabelConflicts.Conflict], _ conflicts: LabelConflicts, _ datasets: [AuditedDataset]
  ) -> [Evidence] {
    if found.isEmpty { return [] }
    let items = found.prefix(Phrase.keptCount).map { conflict -> JSONValue in
      let names = differing(conflict, conflicts, datasets)
      let samples = [conflict.first, conflict.second].map { place -> JSONValue in
        let sample = conflicts.sample(place)
        let labels = names.map { ($0.name, JSONValue.number(Double(sample.label[$0.place]))) }
        return [
          "id": .string(sample.id), "split": .string(sample.split.rawValue),
          "dataset": .string(datasets[place.dataset].name), "words": sample.words.map { .string($0) } ?? .null,
          "labels": .object(Dictionary(labels) { first, _ in first }),
        ]
      }
      return [
        "samples": .array(samples), "identical": .array(conflict.modalities.map { .string($0.rawValue) }),
      ]
    }
    return [
      Evidence(
        text:
          "\(title): \(Phrase.list(found.prefix(5).map { text($0, conflicts, datasets) }, limit: 5, separator: "; ")).",
        facts: ["kind": .string(title), "count": .integer(found.count), "items": .array(items)])
    ]
  }

  private static func rows(
    _ found: [LabelConflicts.Conflict], _ conflicts: LabelConflicts, _ datasets: [AuditedDataset]
  ) -> LeakRows {
    LeakRows { body in
      for conflict in found {
        let names = differing(conflict, conflicts, datasets).map(\.name)
        let same = conflict.modalities.map(\.rawValue).joined(separator: " and ")
        try body(
          LeakRow(
            LeakRow.Side(conflicts.sample(conflict.first), of: datasets[conflict.first.dataset]),
            LeakRow.Side(conflicts.sample(conflict.second), of: datasets[conflict.second.dataset]),
            reason: "the same \(same), another \(Phrase.list(names))"))
      }
    }
  }
}
