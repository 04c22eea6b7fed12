import Leaks
import Samples
import Text
import Workers

/// `voice`: no unnamed speaker is heard or seen in two splits, and no recording stands under two names (`VoiceTest`).
///
/// Rooms and microphones tell recordings apart as voices do, and moods make one voice two: what is found is a warning, with
/// how often the data themselves say that it errs.
struct Voice: AuditCheck {
  let id = "voice"
  let severity = Severity.warning
  let leakage: LeakageType? = .dependentSamples
  let meaning = "No unnamed speaker is heard or seen in two splits."
  let modalities = Set<Modality>([.audio, .visual])

  /// A search that misses more than half of what it looks for does not pass.
  private static let leastRecall = 0.5
  /// A search that finds less than this has no scores to go by: its columns do not tell recordings apart.
  private static let leastRecallOfMatch = 0.25
  /// So few pairs of different recordings may be called in the whole data, in all views together.
  private static let falseLimit = 0.01

  /// A view of a data set's recordings, as far as it tells them apart.
  private struct Seen {
    let view: VoiceView
    let test: VoiceTest

    var recall: String { "\((100 * test.recall).fixed(0)) %" }

    func text(_ match: VoiceTest.Match) -> String {
      let (one, two) = (test.recordings[match.first], test.recordings[match.second])
      return "\(one.name) (\(one.split)) and \(two.name) (\(two.split))"
    }
  }

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, of: subject)) })
  }

  private func finding(for dataset: AuditedDataset, of subject: AuditSubject) throws -> Finding {
    let views = VoiceView.allCases.filter { $0.modalities.allSatisfy(dataset.modalities.contains) }
    if views.isEmpty {
      return .undecidable(
        "There are no acoustic or visual features to tell speakers by.", advice: "Give the acoustic features.")
    }
    if Set(dataset.samples.map(\.split)).count < 2 {
      return .undecidable(
        "Fewer than two splits hold samples, so there is nothing to compare.", advice: "Give the data of all splits.")
    }
    if dataset.samples.allSatisfy({ $0.speaker != nil }) {
      return .pass("All speakers are named, and id-overlap compares their names.")
    }
    let features = try subject.pooledFeatures(of: dataset)
    // Side by side, as most of the time goes into what each view does alone.
    let found = try OrderedWorkers(threadCount: subject.threads).map(count: views.count) { number in
      let recordings = VoiceSamples(of: dataset, features, views[number].modalities).all()
      let test = try VoiceTest(
        recordings, falseLimit: Self.falseLimit / Double(views.count), threads: subject.threads)
      return (test, recordings.count { !$0.halves.isEmpty })
    }
    let seen = zip(views, found).compactMap { view, found in found.0.map { Seen(view: view, test: $0) } }
    let count = found.map(\.1).max() ?? 0
    if seen.isEmpty {
      return .undecidable(
        "\(Phrase.count(count, "recording")) of two samples or more in one split are too few to tell voices apart.",
        advice: "Name the speakers, or give more recordings.")
    }
    return judge(seen, dataset)
  }

  private func judge(_ seen: [Seen], _ dataset: AuditedDataset) -> Finding {
    let methods = seen.map(Self.method)
    // What two views show is said once, as the one that shows both.
    let found = seen.filter { $0.test.recall >= Self.leastRecallOfMatch && !$0.test.matches.isEmpty }
      .sorted { $0.view == .both && $1.view != .both }
    let told = found.map { one in
      "\(Phrase.count(one.test.matches.count, "pair")) of recordings in different splits "
        + "\(one.view.claim(one.test.matches.count)): \(one.text(one.test.matches[0])); such a search finds \(one.recall) of what "
        + "it looks for"
    }
    if let first = told.first {
      return .warn(
        first + ".", evidence: found.map(Self.evidence) + methods,
        advice:
          "Listen to them; where it is one speaker or one recording, keep both in one split and name the speakers."
      ).naming(.joining(found.map { Self.rows($0, dataset) }))
    }
    // Where few voices are known again, the tail of other pairs is not known well either.
    let able = seen.filter { $0.test.recall >= Self.leastRecall }
    guard let best = able.max(by: { $0.test.recall < $1.test.recall }) else {
      let recalls = seen.map { "\($0.recall) by \($0.view.rawValue)" }
      return .undecidable(
        "The features do not tell recordings apart: halves of one are known to belong together in "
          + "\(recalls.joined(separator: ", ")) only.", evidence: methods, advice: "Name the speakers.")
    }
    return .pass(
      "None of \(Phrase.count(best.test.comparedCount, "pair")) of recordings in different splits "
        + "\(able.map { $0.view.claim(1) }.joined(separator: " or ")); such a search finds \(best.recall) of what it looks for.",
      evidence: methods)
  }

  private static func method(_ seen: Seen) -> Evidence {
    let test = seen.test
    return Evidence(
      text:
        "Compared: \(Phrase.count(test.comparedCount, "pair")) of recordings by the means of \(seen.view.rawValue). Halves of one "
        + "recording are told to belong together in \(seen.recall) of \(test.recordings.count.grouped); of pairs of different "
        + "recordings \(test.falseCount.fixed(3)) would be called.",
      facts: [
        "kind": "method", "view": .string(seen.view.rawValue), "recordings": .integer(test.recordings.count),
        "pairs": .integer(test.comparedCount), "recall": .number(test.recall),
        "expected_false": .number(test.falseCount),
      ])
  }

  private static func evidence(_ seen: Seen) -> Evidence {
    let test = seen.test
    let items = test.matches.prefix(Phrase.keptCount).map { match -> JSONValue in
      let sides = [match.first, match.second].map { number -> JSONValue in
        let recording = test.recordings[number]
        return ["recording": .string(recording.name), "split": .string(recording.split.rawValue)]
      }
      return ["recordings": .array(sides), "score": .number(match.score)]
    }
    let texts = test.matches.prefix(5).map { seen.text($0) }
    let more = test.matches.count > 5 ? " and \((test.matches.count - 5).grouped) more" : ""
    return Evidence(
      text: "Alike in \(seen.view.rawValue): \(texts.joined(separator: "; "))\(more).",
      facts: [
        "kind": "voices", "view": .string(seen.view.rawValue), "count": .integer(test.matches.count),
        "items": .array(items),
      ])
  }

  private static func rows(_ seen: Seen, _ dataset: AuditedDataset) -> LeakRows {
    LeakRows { body in
      for match in seen.test.matches {
        let sides = [match.first, match.second].map {
          LeakRow.Side(dataset.samples[seen.test.recordings[$0].sample], of: dataset)
        }
        try body(LeakRow(sides[0], sides[1], reason: "recordings alike in \(seen.view.rawValue): \(seen.text(match))"))
      }
    }
  }
}
