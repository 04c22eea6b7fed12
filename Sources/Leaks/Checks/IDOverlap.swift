import Samples
import Text

/// `id-overlap`: what names the same thing must stay in one split: samples, groups, dialogs, sessions, speakers.
package struct IDOverlap: SealCheck {
  package let id = "id-overlap"
  package let severity = Severity.error
  package let leakage: LeakageType? = .dependentSamples
  package let meaning = "No sample, group, dialog, session or speaker is in two splits."

  /// Something that samples share.
  private enum Level: String, CaseIterable {
    case sample, group, dialog, session, speaker

    func name(of sample: AuditedSample) -> String? {
      switch self {
      // An id that was made up names nothing.
      case .sample: sample.group == nil ? nil : sample.id
      case .group: sample.group
      case .dialog: sample.dialog
      case .session: sample.session
      case .speaker: sample.speaker
      }
    }

    /// Whether a name means the same in every corpus: recordings are called as the site calls them that they are from.
    var isGlobal: Bool { self == .sample || self == .group }
  }

  /// The check has no settings.
  package init() {}

  package func run(on datasets: [AuditedDataset]) throws -> Finding {
    let shared = Level.allCases.map { level in (level: level, names: Self.shared(level, datasets)) }
    let within = shared.filter { $0.names.contains(where: \.isWithinCorpus) }
    if !within.isEmpty {
      let counts = within.map { Phrase.count($0.names.count(where: \.isWithinCorpus), $0.level.rawValue) }
      let rules = Self.rules(datasets)
      let spelled = rules.isEmpty ? "" : "; the ids are clips, \(rules.joined(separator: ", "))"
      return .fail(
        "\(counts.joined(separator: ", ")) in more than one split\(spelled).",
        evidence: within.map { Self.evidence($0.level, $0.names.filter(\.isWithinCorpus)) }
          + Self.spellings(datasets),
        advice: "Divide by the largest thing that samples share (speaker or session, else recording), never by sample.")
    }
    let suspected = SuspectedRecordings(datasets)
    if !suspected.torn.isEmpty { return Self.undecidable(suspected) }
    let across = shared.filter { !$0.names.isEmpty }
    if !across.isEmpty {
      return .warn(
        "\(across.map { Phrase.count($0.names.count, $0.level.rawValue) }.joined(separator: ", ")) of the same name in "
          + "different splits of two corpora.", evidence: across.map { Self.evidence($0.level, $0.names) },
        advice: "Two corpora from one site can hold the same video: compare the two, and keep it in one split.")
    }
    return Self.clean(datasets)
  }

  /// A name that occurs in several splits, and where.
  private struct Shared {
    let name: String
    /// Samples by split, over all data sets.
    var counts: [Split: Int] = [:]
    /// The splits of each corpus.
    var splitsOfCorpus: [String: Set<Split>] = [:]

    var isWithinCorpus: Bool { splitsOfCorpus.values.contains { $0.count > 1 } }
  }

  /// What makes two names the same.
  private struct Key: Hashable {
    let name: String
    /// Empty where the name means the same in every corpus.
    let corpus: String
  }

  /// The names in several splits, sorted; the same corpus prepared twice is one corpus.
  private static func shared(_ level: Level, _ datasets: [AuditedDataset]) -> [Shared] {
    var found: [Key: Shared] = [:]
    for dataset in datasets {
      let corpus = dataset.corpus
      for sample in dataset.samples {
        guard let name = level.name(of: sample) else { continue }
        let key = Key(name: name, corpus: level.isGlobal ? "" : corpus)
        found[key, default: Shared(name: name)].counts[sample.split, default: 0] += 1
        found[key]?.splitsOfCorpus[corpus, default: []].insert(sample.split)
      }
    }
    return found.filter { $0.value.counts.count > 1 }.sorted {
      ($0.key.name, $0.key.corpus) < ($1.key.name, $1.key.corpus)
    }.map(\.value)
  }

  private static func evidence(_ level: Level, _ names: [Shared]) -> Evidence {
    let shown = names.map { shared in
      let places = Split.allCases.compactMap { split in shared.counts[split].map { "\(split) \($0.grouped)" } }
      return "\(shared.name) (\(places.joined(separator: ", ")))"
    }
    let items = names.prefix(Phrase.keptCount).map { shared -> JSONValue in
      let counts = shared.counts.map { ($0.key.rawValue, JSONValue.integer($0.value)) }
      return ["name": .string(shared.name), "samples": .object(Dictionary(uniqueKeysWithValues: counts))]
    }
    return Evidence(
      text: "\(Phrase.count(names.count, level.rawValue)) in more than one split, with the samples in each: "
        + Phrase.list(shown, limit: 10, separator: "; ") + ".",
      facts: ["level": .string(level.rawValue), "count": .integer(names.count), "items": .array(items)])
  }

  /// Names that look like clips of one recording, in different splits.
  private static func undecidable(_ suspected: SuspectedRecordings) -> Finding {
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
      ],
      advice:
        "If they are clips of one recording, keep them in one split; ids written as video[3] or video$_$3 settle it.")
  }

  private static func rules(_ datasets: [AuditedDataset]) -> [String] {
    Set(datasets.filter { $0.clips.standing == .certain }.compactMap(\.clips.rule)).sorted()
  }

  /// The spellings by which clips were put together.
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

  /// Nothing is shared; what the samples do not name stays open.
  private static func clean(_ datasets: [AuditedDataset]) -> Finding {
    let samples = datasets.flatMap(\.samples)
    if Set(samples.map(\.split)).count < 2 {
      return .undecidable(
        "Fewer than two splits hold samples, so there is nothing to compare.", advice: "Give the data of all splits.")
    }
    if samples.contains(where: { $0.group == nil }) {
      return .undecidable(
        "The samples have no names that could be compared.", advice: "Give the ids of the samples, e.g. as the key id.")
    }
    let known = Level.allCases.filter { level in samples.contains { level.name(of: $0) != nil } }
    let counts = known.map { level -> String in
      let names = datasets.flatMap { dataset in
        dataset.samples.compactMap { sample in level.name(of: sample).map { [dataset.corpus, $0] } }
      }
      return Phrase.count(Set(names).count, level.rawValue)
    }
    let evidence =
      [
        Evidence(
          text: "Compared: \(counts.joined(separator: ", ")).",
          facts: ["levels": .array(known.map { .string($0.rawValue) })])
      ] + spellings(datasets)
    let nameless = datasets.filter { $0.samples.contains { $0.speaker == nil } }.map(\.corpus)
    if nameless.isEmpty {
      return .pass("None of \(counts.joined(separator: ", ")) is in two splits.", evidence: evidence)
    }
    return .undecidable(
      "No \(known.map(\.rawValue).joined(separator: " or ")) is in two splits, but who speaks cannot be told: "
        + "\(Phrase.list(Set(nameless).sorted())) does not name its speakers.", evidence: evidence,
      advice: "Give a fold list that was made with the speakers in view, or accept that one may be in two splits.")
  }
}
