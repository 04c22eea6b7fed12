import Leaks
import Samples
import Text

/// `voice`: no unnamed speaker is heard in two splits (`VoiceTest`).
///
/// Rooms and microphones tell recordings apart as voices do, and moods make one voice two: what is found is a warning, with
/// how often the data themselves say that it errs.
struct Voice: AuditCheck {
  let id = "voice"
  let severity = Severity.warning
  let leakage: LeakageType? = .dependentSamples
  let meaning = "No unnamed speaker is heard in two splits."
  let modalities = Set<Modality>([.audio])

  /// A search that misses more than half of what it looks for decides nothing.
  private static let leastRecall = 0.5

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, of: subject)) })
  }

  private func finding(for dataset: AuditedDataset, of subject: AuditSubject) throws -> Finding {
    if !dataset.modalities.contains(.audio) {
      return .undecidable("There are no acoustic features to tell voices by.", advice: "Give the acoustic features.")
    }
    if Set(dataset.samples.map(\.split)).count < 2 {
      return .undecidable(
        "Fewer than two splits hold samples, so there is nothing to compare.", advice: "Give the data of all splits.")
    }
    if dataset.samples.allSatisfy({ $0.speaker != nil }) {
      return .pass("All speakers are named, and id-overlap compares their names.")
    }
    let recordings = VoiceRecording.all(of: dataset, try subject.pooledFeatures(of: dataset))
    guard let test = try VoiceTest(recordings, threads: subject.threads) else {
      return .undecidable(
        "\(Phrase.count(recordings.count, "recording")) of two samples or more in one split are too few to tell voices apart.",
        advice: "Name the speakers, or give more recordings.")
    }
    let recall = "\((100 * test.recall).fixed(0)) %"
    let method = Evidence(
      text:
        "Compared: \(Phrase.count(test.comparedCount, "pair")) of recordings by the means of acoustic columns. Halves of one "
        + "recording are told to be of one voice in \(recall) of \(recordings.count.grouped); of pairs of different voices "
        + "\(test.falseCount.fixed(2)) would be called.",
      facts: [
        "kind": "method", "recordings": .integer(recordings.count), "pairs": .integer(test.comparedCount),
        "recall": .number(test.recall), "expected_false": .number(test.falseCount),
      ])
    // Where few voices are known again, the tail of other pairs is not known well either.
    if test.recall < Self.leastRecall {
      return .undecidable(
        "The acoustic columns do not tell voices apart: halves of one recording are known to be of one voice in \(recall) only.",
        evidence: [method], advice: "Name the speakers.")
    }
    if let first = test.matches.first {
      return .warn(
        "\(Phrase.count(test.matches.count, "pair")) of recordings in different splits \(test.matches.count == 1 ? "sounds" : "sound") "
          + "like one voice: \(Self.text(first, test)); such a search finds \(recall) of what it looks for.",
        evidence: [Self.evidence(test, dataset), method],
        advice: "Listen to them; where it is one speaker, keep both in one split and name the speakers."
      ).naming(Self.rows(test, dataset))
    }
    return .pass(
      "None of \(Phrase.count(test.comparedCount, "pair")) of recordings in different splits sounds like one voice; such a search "
        + "finds \(recall) of what it looks for.", evidence: [method])
  }

  private static func text(_ match: VoiceTest.Match, _ test: VoiceTest) -> String {
    let (one, two) = (test.recordings[match.first], test.recordings[match.second])
    return "\(one.name) (\(one.split)) and \(two.name) (\(two.split))"
  }

  private static func evidence(_ test: VoiceTest, _ dataset: AuditedDataset) -> Evidence {
    let items = test.matches.prefix(Phrase.keptCount).map { match -> JSONValue in
      let sides = [match.first, match.second].map { number -> JSONValue in
        let recording = test.recordings[number]
        return ["recording": .string(recording.name), "split": .string(recording.split.rawValue)]
      }
      return ["recordings": .array(sides), "score": .number(match.score)]
    }
    let texts = test.matches.prefix(5).map { text($0, test) }
    let more = test.matches.count > 5 ? " and \((test.matches.count - 5).grouped) more" : ""
    return Evidence(
      text: "Like one voice: \(texts.joined(separator: "; "))\(more).",
      facts: ["kind": "voices", "count": .integer(test.matches.count), "items": .array(items)])
  }

  private static func rows(_ test: VoiceTest, _ dataset: AuditedDataset) -> LeakRows {
    LeakRows { body in
      for match in test.matches {
        let sides = [match.first, match.second].map {
          LeakRow.Side(dataset.samples[test.recordings[$0].sample], of: dataset)
        }
        try body(LeakRow(sides[0], sides[1], reason: "recordings like one voice: \(text(match, test))"))
      }
    }
  }
}
