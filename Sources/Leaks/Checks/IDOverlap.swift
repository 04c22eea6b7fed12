import Reports
import Samples
import Text

/// `id-overlap`: samples, groups, dialogs, sessions and speakers that share a name must stay in one split.
package struct IDOverlap: SealCheck {
  package let id = "id-overlap"
  package let severity = Severity.error
  package let leakage: LeakageType? = .dependentSamples
  package let meaning = "No sample, group, dialog, session or speaker is in two splits."

  private let promises: Promises

  /// - Parameter promises: what the protocol allows splits to share.
  package init(_ promises: Promises = Promises()) { self.promises = promises }

  package func run(on datasets: [AuditedDataset]) throws -> Finding {
    let nouns = datasets.count == 1 ? datasets[0].nouns : SampleNouns()
    let shared = SharingLevel.allCases.map { SharedNames($0, in: datasets) }
    let within = shared.filter { $0.names.contains(where: \.isWithinCorpus) }
    let forbidden = within.filter { !promises.allowsSharing($0.level) }
    let allowed = within.filter { promises.allowsSharing($0.level) }
    let said = Self.evidence(declared: allowed, nouns) + Self.notes(datasets)
    if !forbidden.isEmpty {
      return Self.failure(forbidden, datasets, nouns, said)
        .naming(Self.rows(forbidden.map(\.level), datasets, withinCorpus: true))
    }
    let alike = SharingLevel.allCases.filter { !promises.allowsSharing($0) }.map { AlikeNames($0, in: datasets) }
      .filter { !$0.names.isEmpty }
    if let first = alike.first(where: { $0.level != .sample }) ?? alike.first {
      return .fail(
        "\(Phrase.count(first.names.count, nouns.name(of: first.level))) in more than one split under names that differ only "
          + "in capitals, blanks or leading zeros: \(first.text).",
        evidence: alike.map { Evidence(text: "The same \($0.level) under two names: \($0.text).", facts: $0.json) }
          + said,
        advice: "Write each name in one way, and divide by what it names."
      )
      .naming(.joining(alike.map { $0.rows(datasets) }))
    }
    let suspected = SuspectedRecordings(datasets)
    if !suspected.torn.isEmpty, !promises.allowsSharing(.group) { return Self.undecidable(suspected, said) }
    let doubts = datasets.flatMap { $0.list?.doubts ?? [] }
    if let doubt = doubts.first {
      return .undecidable(
        doubt, doubt: .suspicion, evidence: doubts.map { Evidence(text: $0, facts: ["doubt": .string($0)]) } + said,
        advice: "Write the names so that each means one thing in the whole list, or declare what the protocol shares.")
    }
    let divided = promises.allowsSharing(.group) ? nil : DividedRecordings(datasets)
    if let divided, let first = divided.pairs.first {
      return .warn(
        "\(Phrase.count(divided.pairs.count, "recording")) \(divided.pairs.count == 1 ? "looks" : "look") divided under two names: "
          + "\(divided.text).",
        evidence: [
          Evidence(
            text: "Parts of one recording, by names, times and segment numbers: \(divided.text).", facts: divided.json)
        ]
          + said,
        advice:
          "Compare \(PrintableText.cut(first.whole.name.recording)) and \(PrintableText.cut(first.part.name.recording)): if they are one recording, keep it in one split."
      ).naming(divided.rows(datasets))
    }
    let across = shared.filter { !$0.names.isEmpty && !promises.allowsSharing($0.level) }
    if !across.isEmpty {
      return .warn(
        "\(across.map { Phrase.count($0.names.count, $0.level.rawValue) }.joined(separator: ", ")) of the same name in "
          + "different splits of two corpora.", evidence: across.map { Self.evidence($0, $0.names, nouns) } + said,
        advice: "Two corpora from one site can hold the same video: compare the two, and keep it in one split."
      ).naming(Self.rows(across.map(\.level), datasets, withinCorpus: false))
    }
    return clean(datasets, allowed, nouns, said)
  }

  private static func failure(
    _ forbidden: [SharedNames], _ datasets: [AuditedDataset], _ nouns: SampleNouns, _ said: [Evidence]
  ) -> Finding {
    let counts = forbidden.map {
      Phrase.count($0.names.count(where: \.isWithinCorpus), nouns.name(of: $0.level))
    }
    let rules = Self.rules(datasets)
    let spelled = rules.isEmpty ? "" : "; the ids are clips, \(rules.joined(separator: ", "))"
    let figures = forbidden.compactMap { names in names.shares.first.map { names.text(of: $0, nouns) } }
    let shares = figures.isEmpty ? "" : ": \(figures.joined(separator: "; "))"
    return .fail(
      "\(counts.joined(separator: ", ")) in more than one split\(spelled)\(shares).",
      evidence: forbidden.map { evidence($0, $0.names.filter(\.isWithinCorpus), nouns) } + repeated(datasets)
        + spellings(datasets) + said,
      advice: (["Divide by the largest thing that samples share (speaker or session, else recording), never by sample."]
        + datasets.compactMap { $0.list?.intention }).joined(separator: " "))
  }

  private static func evidence(
    _ shared: SharedNames, _ names: [SharedNames.Shared], _ nouns: SampleNouns
  ) -> Evidence {
    let shown = names.map { shared in
      let places = Split.allCases.compactMap { split in shared.counts[split].map { "\(split) \($0.grouped)" } }
      return "\(shared.name) (\(places.joined(separator: ", ")))"
    }
    let items = names.prefix(Phrase.keptCount).map { shared -> JSONValue in
      let counts = shared.counts.map { ($0.key.rawValue, JSONValue.integer($0.value)) }
      return ["name": .string(shared.name), "samples": .object(Dictionary(uniqueKeysWithValues: counts))]
    }
    let figures = shared.shares.map { shared.text(of: $0, nouns) }
    return Evidence(
      text:
        "\(Phrase.count(names.count, nouns.name(of: shared.level))) in more than one split, with the samples in each: "
        + Phrase.list(shown, limit: 10, separator: "; ") + "."
        + figures.map { " \($0.prefix(1).uppercased() + $0.dropFirst())." }.joined(),
      facts: [
        "level": .string(shared.level.rawValue), "count": .integer(names.count), "items": .array(items),
        "shares": .array(shared.shares.map(\.json)),
      ]
    ).listing(table(shared, names, figures, nouns))
  }

  /// The names with the samples in each split; those that most held-out samples belong to come first.
  private static func table(
    _ shared: SharedNames, _ names: [SharedNames.Shared], _ figures: [String], _ nouns: SampleNouns
  ) -> EvidenceTable {
    let splits = Split.allCases.filter { split in names.contains { $0.counts[split] != nil } }
    func heldOut(_ name: SharedNames.Shared) -> Int { (name.counts[.test] ?? 0) + (name.counts[.valid] ?? 0) }
    // The names are in order, and the sort keeps the order of equal ones.
    let rows = names.enumerated().sorted { one, two in
      (heldOut(two.element), one.offset) < (heldOut(one.element), two.offset)
    }.map { _, name in
      [name.name] + splits.map { split in name.counts[split].map(\.grouped) ?? "–" }
    }
    let noun = nouns.name(of: shared.level)
    return EvidenceTable(
      title: "\(Phrase.count(names.count, noun)) in more than one split"
        + (figures.isEmpty ? "." : ": \(figures.joined(separator: "; "))."),
      columns: [.text(shared.level == .sample ? noun : "\(noun), with its \(nouns.sample)s in")]
        + splits.map { .number($0.rawValue) }, rows: rows)
  }

  /// Describes what is shared with the protocol's permission.
  private static func evidence(declared allowed: [SharedNames], _ nouns: SampleNouns) -> [Evidence] {
    allowed.map { shared in
      let figures = shared.shares.map { shared.text(of: $0, nouns) }
      return Evidence(
        text: "Declared as shared, so no alarm: \(figures.joined(separator: "; ")).",
        facts: [
          "level": .string(shared.level.rawValue), "declared": .string(Promises.Promise.shared.rawValue),
          "shares": .array(shared.shares.map(\.json)),
        ])
    }
  }

  /// Returns what lists say about themselves and what their authors intended.
  private static func notes(_ datasets: [AuditedDataset]) -> [Evidence] {
    datasets.flatMap { dataset -> [Evidence] in
      guard let list = dataset.list else { return [] }
      let layout = list.layout.map { "Read as \($0)." }
      return ([layout] + list.notes.map { $0 } + [list.intention]).compactMap(\.self).map {
        Evidence(text: $0, facts: ["note": .string($0)])
      }
    }
  }

  /// Describes held-out samples that repeat a speaker and a sentence of train, where names tell which sentence is read.
  private static func repeated(_ datasets: [AuditedDataset]) -> [Evidence] {
    datasets.flatMap { dataset -> [Evidence] in
      func line(_ sample: AuditedSample) -> [String]? {
        guard let speaker = sample.speaker, let script = sample.script else { return nil }
        return [speaker, script]
      }
      let known = Set(dataset.samples[dataset.indices(of: .train)].compactMap(line))
      return [Split.valid, .test].compactMap { split in
        let lines = dataset.samples[dataset.indices(of: split)].compactMap(line)
        let count = lines.count(where: known.contains)
        if count == 0 { return nil }
        return Evidence(
          text: "\(count.grouped) of \(lines.count.grouped) \(split) \(dataset.nouns.sample)s repeat the "
            + "\(dataset.nouns.speaker) and the sentence of a train \(dataset.nouns.sample).",
          facts: ["kind": "script", "split": .string(split.rawValue), "count": .integer(count)])
      }
    }
  }

  /// Every sample of a later split with the first one of an earlier split that it shares a name of one of the levels with,
  /// within a corpus.
  package static func rows(of levels: [SharingLevel], in datasets: [AuditedDataset]) -> LeakRows {
    rows(levels, datasets, withinCorpus: true)
  }

  /// Pairs every sample of a later split with the first sample of an earlier split that shares a name with it.
  private static func rows(
    _ levels: [SharingLevel], _ datasets: [AuditedDataset], withinCorpus: Bool
  ) -> LeakRows {
    LeakRows { body in
      for level in levels {
        var found: [SharedNames.Key: [Split: (first: LeakRow.Side, count: Int)]] = [:]
        func key(_ sample: AuditedSample, _ dataset: AuditedDataset) -> SharedNames.Key? {
          level.name(of: sample).map { SharedNames.Key(name: $0, corpus: withinCorpus ? dataset.corpus : "") }
        }
        for dataset in datasets {
          for sample in dataset.samples {
            guard let key = key(sample, dataset) else { continue }
            let old = found[key]?[sample.split]
            found[key, default: [:]][sample.split] = (
              old?.first ?? LeakRow.Side(sample, of: dataset), (old?.count ?? 0) + 1
            )
          }
        }
        found = found.filter { $0.value.count > 1 }
        for dataset in datasets {
          for sample in dataset.samples {
            guard let key = key(sample, dataset), let splits = found[key] else { continue }
            for other in Split.allCases.prefix(while: { $0 != sample.split }) {
              guard let (first, count) = splits[other] else { continue }
              let more = count == 1 ? "" : ", as \(count.grouped) samples of \(other)"
              try body(
                LeakRow(
                  first, LeakRow.Side(sample, of: dataset), reason: "the same \(level.rawValue) \(key.name)\(more)"))
            }
          }
        }
      }
    }
  }

  /// Reports names that look like clips of one recording but lie in different splits.
  private static func undecidable(_ suspected: SuspectedRecordings, _ said: [Evidence]) -> Finding {
    let items = suspected.torn.prefix(Phrase.keptCount).map { item -> JSONValue in
      let clips = item.clips.map { ($0.split.rawValue, JSONValue.string($0.id)) }
      return ["recording": .string(item.name), "clips": .object(Dictionary(uniqueKeysWithValues: clips))]
    }
    return .undecidable(
      "\(Phrase.count(suspected.torn.count, "suspected recording")) in more than one split: the ids look like clips of one, "
        + "\(Phrase.list(suspected.rules)): \(suspected.text).", doubt: .suspicion,
      evidence: [
        Evidence(
          text: "Suspected: \(suspected.text).",
          facts: ["rules": .names(suspected.rules), "count": .integer(suspected.torn.count), "items": .array(items)])
      ] + said,
      advice:
        "If they are clips of one recording, keep them in one split; ids written as video[3] or video$_$3 settle it, or a "
        + "column of groups in a list, or --declare group=shared where they may be shared.")
  }

  /// Returns words once: a list of whole videos calls its samples and its groups the same.
  private static func distinct(_ words: [String]) -> [String] {
    words.enumerated().filter { words.firstIndex(of: $0.element) == $0.offset }.map(\.element)
  }

  private static func rules(_ datasets: [AuditedDataset]) -> [String] {
    Set(datasets.filter { $0.clips.standing == .certain }.compactMap(\.clips.rule)).sorted()
  }

  /// Describes the spellings by which clips were grouped.
  private static func spellings(_ datasets: [AuditedDataset]) -> [Evidence] {
    datasets.compactMap { dataset in
      guard dataset.clips.standing == .certain, let rule = dataset.clips.rule else { return nil }
      let (names, groups) = (dataset.clips.groups.reduce(0) { $0 + $1.members.count }, dataset.clips.groups.count)
      return Evidence(
        text:
          "All ids are spelled \(rule): \(Phrase.count(names, "name")) are clips of \(Phrase.count(groups, "recording")).",
        facts: ["rule": .string(rule), "clips": .integer(names), "recordings": .integer(groups)])
    }
  }

  /// Reports that nothing is shared beyond what is allowed; levels that the samples do not name stay open.
  private func clean(
    _ datasets: [AuditedDataset], _ allowed: [SharedNames], _ nouns: SampleNouns, _ said: [Evidence]
  ) -> Finding {
    let samples = datasets.flatMap(\.samples)
    if Set(samples.map(\.split)).count < 2 {
      return .undecidable(
        "Fewer than two splits have samples, so there is nothing to compare.", evidence: said,
        advice: "Give the data of all splits.")
    }
    if samples.contains(where: { $0.group == nil }) {
      return .undecidable(
        "The samples have no names to compare.", evidence: said,
        advice: "Give the ids of the samples, e.g. as the key id.")
    }
    let known = SharingLevel.allCases.filter { level in
      !promises.allowsSharing(level) && samples.contains { level.name(of: $0) != nil }
    }
    let counts = Self.distinct(
      known.map { level in
        let names = datasets.flatMap { dataset in
          dataset.samples.compactMap { sample in level.name(of: sample).map { [dataset.corpus, $0] } }
        }
        return Phrase.count(Set(names).count, nouns.name(of: level))
      })
    let evidence =
      [
        Evidence(
          text: "Compared: \(counts.joined(separator: ", ")).",
          facts: ["levels": .array(known.map { .string($0.rawValue) })])
      ] + Self.spellings(datasets) + said
    let figures = allowed.compactMap { names in names.shares.first.map { names.text(of: $0, nouns) } }
    let promised = figures.isEmpty ? "" : "; declared as shared: \(figures.joined(separator: "; "))"
    let nameless =
      promises.allowsSharing(.speaker)
      ? [] : datasets.filter { $0.samples.contains { $0.speaker == nil } }.map(\.corpus)
    if nameless.isEmpty {
      return .pass("None of \(counts.joined(separator: ", ")) is in two splits\(promised).", evidence: evidence)
    }
    return .undecidable(
      "No \(Self.distinct(known.map(nouns.name)).joined(separator: " or ")) is in two splits, but the speakers are unknown: "
        + "\(Phrase.list(Set(nameless).sorted())) does not name its speakers\(promised).", evidence: evidence,
      advice: "Give a fold list that was made with the speakers in view, or accept that one may be in two splits.")
  }
}

extension SharedNames.Share {
  /// The facts as JSON.
  var json: JSONValue {
    [
      "split": .string(held.rawValue), "in": .string(other.rawValue), "names": .integer(names),
      "of_names": .integer(nameCount), "samples": .integer(samples), "of_samples": .integer(sampleCount),
    ]
  }
}
