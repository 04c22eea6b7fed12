import Corpora
import Leaks
import Samples
import Text

/// `copied-media`: no sound stands in two splits, not even louder, re-encoded, cut or shifted (`LandmarkSearch`).
struct CopiedMedia: AuditCheck {
  let id = "copied-media"
  let severity = Severity.error
  let leakage: LeakageType? = .duplicates
  let meaning = "No sound is in two splits, as it is or re-encoded, louder, cut or shifted."

  func run(on subject: AuditSubject) throws -> Finding {
    .merging(try subject.datasets.map { ($0.name, try finding(for: $0, of: subject)) })
  }

  private func finding(for dataset: AuditedDataset, of subject: AuditSubject) throws -> Finding {
    guard let media = try sounds(of: dataset, subject) else {
      return .undecidable(
        "It takes the sounds of the samples.",
        advice: "Give the folder of their WAV files with --media, named after the ids.")
    }
    let left = Self.left(media, dataset)
    let splits = media.sounds.map { sound in Set(sound.samples.map { dataset.samples[$0].split }) }
    guard splits.reduce(into: Set<Split>(), { $0.formUnion($1) }).count > 1 else {
      return .undecidable(
        "No two splits have sounds that could be compared\(left.isEmpty ? "" : ": \(left.joined(separator: ", "))").",
        advice: "Give WAV files that are named after the ids of the samples, of all splits.")
    }
    // Sounds of the same splits are not compared; of a recording that is cut into samples there may be several.
    let kinds = splits.map { own in
      Split.allCases.enumerated().reduce(0) { $0 + (own.contains($1.element) ? 1 << $1.offset : 0) }
    }
    let matches = try LandmarkSearch(media.sounds.map(\.landmarks), PairRule(splits: kinds))
      .run(threads: subject.threads)
    let compared = "\(Phrase.count(media.sounds.count, "sound")) of \(Self.length(media))"
    let evidence = Self.evidence(matches, media, dataset) + [Self.method(media, left)]
    if let first = matches.first {
      return .fail(
        "\(Phrase.count(matches.count, "pair")) of sounds in different splits \(matches.count == 1 ? "is" : "are") the same: "
          + "\(Self.text(first, media, dataset)).", evidence: evidence,
        advice: "Remove one of the two, or keep both in one split."
      ).naming(Self.rows(matches, media, dataset))
    }
    if !left.isEmpty {
      return .undecidable(
        "None of \(compared) is in two splits, but not all could be compared: \(left.joined(separator: ", ")).",
        doubt: .incompleteSearch, evidence: evidence, advice: "Give the sounds of all samples as WAV files.")
    }
    return .pass("None of \(compared) is in two splits.", evidence: evidence)
  }

  /// The sounds that were given; nil where none were.
  private func sounds(of dataset: AuditedDataset, _ subject: AuditSubject) throws -> MediaSounds? {
    if let folder = subject.media {
      return try MediaSounds(
        in: folder, of: dataset, takesRecordings: true, threads: subject.threads, progress: subject.progress)
    }
    // A release whose ids tell who speaks has a file for each turn.
    guard let sources = subject.sources, let corpus = subject.corpora.corpus(named: dataset.corpus),
      corpus.sampleNaming != nil
    else { return nil }
    return try MediaSounds(
      in: sources, of: dataset, takesRecordings: false, threads: subject.threads, progress: subject.progress)
  }

  private static func length(_ media: MediaSounds) -> String {
    "\((media.sounds.reduce(0) { $0 + $1.duration } / 60).fixed(1)) minutes"
  }

  /// What could not be compared, in words.
  private static func left(_ media: MediaSounds, _ dataset: AuditedDataset) -> [String] {
    var left: [String] = []
    if media.silentCount > 0 { left.append("\(Phrase.count(media.silentCount, dataset.nouns.sample)) without a sound") }
    if media.unreadable.count > 0 {
      left.append(
        "\(Phrase.count(media.unreadable.count, "file")) that cannot be read (\(media.unreadable.first ?? ""))")
    }
    let bare = media.sounds.count { $0.landmarks.count < LandmarkSearch.fewestAligned }
    if bare > 0 { left.append("\(Phrase.count(bare, "sound")) too short or too quiet") }
    return left
  }

  /// How the sounds were compared.
  private static func method(_ media: MediaSounds, _ left: [String]) -> Evidence {
    let count = media.sounds.reduce(0) { $0 + $1.landmarks.count }
    let omitted = left.isEmpty ? "" : " Not compared: \(left.joined(separator: "; "))."
    return Evidence(
      text:
        "Compared by \(Phrase.count(count, "landmark")), pairs of peaks of the spectrum up to 4 kHz: two sounds are the same "
        + "where \(LandmarkSearch.fewestAligned) or more, and \((100 * LandmarkSearch.fewestShare).fixed(0)) % of those of one, agree at one distance in time and at no other.\(omitted)",
      facts: [
        "kind": "method", "sounds": .integer(media.sounds.count), "landmarks": .integer(count),
        "without_sound": .integer(media.silentCount), "unreadable": .integer(media.unreadable.count),
      ])
  }

  /// `a (train) and b (test), 0.48 s later (210 of 260 landmarks)`
  private static func text(_ match: LandmarkSearch.Match, _ media: MediaSounds, _ dataset: AuditedDataset) -> String {
    let names = [match.pair.first, match.pair.second].map { number -> String in
      let sample = dataset.samples[media.sounds[number].samples[0]]
      return "\(sample.id) (\(sample.split))"
    }
    let seconds = Double(match.offset) / LandmarkFinder.frameRate
    let shift = match.offset == 0 ? "" : ", shifted by \(abs(seconds).fixed(2)) s"
    return "\(names[0]) and \(names[1])\(shift) (\(match.aligned.grouped) of \(match.fewer.grouped) landmarks)"
  }

  private static func evidence(
    _ matches: [LandmarkSearch.Match], _ media: MediaSounds, _ dataset: AuditedDataset
  ) -> [Evidence] {
    if matches.isEmpty { return [] }
    let items = matches.prefix(Phrase.keptCount).map { match -> JSONValue in
      let sides = [match.pair.first, match.pair.second].map { number -> JSONValue in
        let sample = dataset.samples[media.sounds[number].samples[0]]
        return [
          "id": .string(sample.id), "split": .string(sample.split.rawValue), "file": .string(media.sounds[number].path),
        ]
      }
      return [
        "sounds": .array(sides), "shift_seconds": .number(Double(match.offset) / LandmarkFinder.frameRate),
        "aligned": .integer(match.aligned), "landmarks": .integer(match.fewer),
      ]
    }
    let texts = matches.prefix(5).map { text($0, media, dataset) }
    let more = matches.count > 5 ? " and \((matches.count - 5).grouped) more" : ""
    return [
      Evidence(
        text: "The same sound: \(texts.joined(separator: "; "))\(more).",
        facts: ["kind": "sounds", "count": .integer(matches.count), "items": .array(items)])
    ]
  }

  /// Of each pair of sounds the samples of different splits, each with one of the other.
  private static func rows(
    _ matches: [LandmarkSearch.Match], _ media: MediaSounds, _ dataset: AuditedDataset
  ) -> LeakRows {
    LeakRows { body in
      for match in matches {
        let (own, others) = (media.sounds[match.pair.first].samples, media.sounds[match.pair.second].samples)
        for other in others {
          let split = dataset.samples[other].split
          guard let first = own.first(where: { dataset.samples[$0].split != split }) else { continue }
          try body(
            LeakRow(
              LeakRow.Side(dataset.samples[first], of: dataset), LeakRow.Side(dataset.samples[other], of: dataset),
              reason: "the same sound: \(match.aligned.grouped) of \(match.fewer.grouped) landmarks"))
        }
      }
    }
  }
}
