import Samples
import Text

/// The names of one level that occur in several splits.
struct SharedNames {
  let level: SharingLevel
  /// Sorted by name.
  let names: [Shared]
  /// The overlap of each pair of splits that share names; test and train first.
  let shares: [Share]

  /// A name that occurs in several splits, and where it occurs.
  struct Shared {
    let name: String
    /// The number of samples in each split, over all data sets.
    var counts: [Split: Int] = [:]
    /// The splits in which each corpus has the name.
    var splitsOfCorpus: [String: Set<Split>] = [:]

    var isWithinCorpus: Bool { splitsOfCorpus.values.contains { $0.count > 1 } }
  }

  /// How many of a split's names and samples are also in another split.
  struct Share {
    let held: Split
    let other: Split
    let names: Int
    let nameCount: Int
    let samples: Int
    let sampleCount: Int
  }

  /// The identity of a name.
  struct Key: Hashable {
    let name: String
    /// Empty if the name means the same in every corpus.
    let corpus: String
  }

  /// Collects the shared names of a level; a corpus prepared twice counts as one.
  init(_ level: SharingLevel, in datasets: [AuditedDataset]) {
    self.level = level
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
    names = found.filter { $0.value.counts.count > 1 }.sorted {
      ($0.key.name, $0.key.corpus) < ($1.key.name, $1.key.corpus)
    }.map(\.value)
    shares = Self.pairs.compactMap { held, other in Self.share(of: held, in: other, found.values, datasets) }
  }

  /// Pairs of splits: the one examined, and the one its names are looked up in.
  private static let pairs: [(Split, Split)] = [(.test, .train), (.valid, .train), (.test, .valid)]

  private static func share(
    of held: Split, in other: Split, _ names: Dictionary<Key, Shared>.Values, _ datasets: [AuditedDataset]
  ) -> Share? {
    var (common, all, samples) = (0, 0, 0)
    for name in names {
      guard let count = name.counts[held] else { continue }
      all += 1
      if name.splitsOfCorpus.values.contains(where: { $0.contains(held) && $0.contains(other) }) {
        common += 1
        samples += count
      }
    }
    if common == 0 { return nil }
    let sampleCount = datasets.reduce(0) { $0 + $1.indices(of: held).count }
    return Share(
      held: held, other: other, names: common, nameCount: all, samples: samples, sampleCount: sampleCount)
  }

  /// `142 of 143 test episodes, with 2,609 of 2,610 test utterances, are in train`.
  func text(of share: Share, _ nouns: SampleNouns) -> String {
    func part(_ number: Int, _ total: Int, _ noun: String) -> String {
      "\(number.grouped) of \(total.grouped) \(share.held) \(total == 1 ? noun : noun + "s")"
    }
    let verb = share.nameCount == 1 ? "is" : "are"
    if level == .sample {
      return "\(part(share.samples, share.sampleCount, nouns.sample)) \(verb) in \(share.other) too"
    }
    return "\(part(share.names, share.nameCount, nouns.name(of: level))), with "
      + "\(part(share.samples, share.sampleCount, nouns.sample)), \(verb) in \(share.other)"
  }
}

/// The nouns that sentences use for the samples of a data set and for what they share.
package struct SampleNouns: Hashable, Sendable {
  /// A sample: `utterance`, `clip`.
  package var sample: String
  /// A group: `episode`, `video`.
  package var group: String
  /// A speaker: `actor`.
  package var speaker: String

  /// Creates nouns; the defaults are generic.
  package init(sample: String = "sample", group: String = "group", speaker: String = "speaker") {
    (self.sample, self.group, self.speaker) = (sample, group, speaker)
  }

  /// What a thing of a level is called.
  package func name(of level: SharingLevel) -> String {
    switch level {
    case .sample: sample
    case .group: group
    case .speaker: speaker
    case .dialog, .session: level.rawValue
    }
  }
}
