import ArrayFiles
import Digests
import Leaks
import Samples
import Shards
import Text
import Workers

/// Fingerprints of everything that may be a copy: whole samples of each modality, and visual and audio rows.
struct ContentIndex {
  /// A fingerprint and its sample.
  private struct Entry: Comparable {
    let digest: ContentDigest
    let place: SamplePlace
    /// Whether it is of several rows that differ, which is never what an extractor outputs when it detects nothing.
    let isVaried: Bool

    static func < (first: Entry, second: Entry) -> Bool {
      (first.digest, first.place) < (second.digest, second.place)
    }
  }

  /// A class of content that is compared only within itself.
  private struct Kind: Hashable, Comparable {
    let modality: Modality
    let isWhole: Bool

    static func < (first: Kind, second: Kind) -> Bool {
      first.modality == second.modality ? first.isWhole && !second.isWhole : first.modality < second.modality
    }
  }

  /// A single row shared by more recordings is usually what the feature extractor outputs when there is nothing to see
  /// or hear; by itself, it is no copy. Rows that differ are, however many recordings share them.
  static let mostRecordings = 8
  /// The number of such rows that two samples have in common, at least half of the shorter one's, if one is a copy of
  /// a part of the other.
  private static let fewestCommonRows = 4

  private let subject: AuditSubject
  private var entries: [Kind: [Entry]] = [:]
  /// The fingerprints of whole samples, by sample.
  private(set) var wholes: WholeContents
  /// The parts in which anything was observed, whether or not enough to compare.
  private var observed: [Modality: Set<Part>] = [:]

  /// The share of the train samples that hold nothing but the train medians from which these are taken for a content
  /// and not for fillings: one that fills most of train is its median.
  private static let medianShare = 1.0 / 3

  /// Reads every row once.
  init(_ subject: AuditSubject) throws {
    self.subject = subject
    wholes = WholeContents(subject.datasets)
    var still: [Modality: [Entry]] = [:]
    for (number, dataset) in subject.datasets.enumerated() {
      let contents = Dictionary(uniqueKeysWithValues: dataset.modalities.map { ($0, ObservedContent(dataset, $0)) })
      var medians: [Modality: [Entry]] = [:]
      subject.progress.begin("exact-duplicates", total: dataset.samples.count, unit: "sample")
      defer { subject.progress.end() }
      try OrderedWorkers(threadCount: subject.threads).forEach(count: dataset.samples.count) { index in
        try dataset.modalities.map { modality in
          try SampleContent(dataset, index, modality, contents[modality])
        }
      } consume: { index, found in
        let place = SamplePlace(dataset: number, sample: index)
        for (modality, content) in zip(dataset.modalities, found) {
          if content.isObserved {
            observed[modality, default: []].insert(Part(dataset: number, split: dataset.samples[index].split))
          }
          wholes[modality, place] = content.whole
          if let median = content.median {
            medians[modality, default: []].append(Entry(digest: median, place: place, isVaried: false))
          }
          if let whole = content.whole {
            let entry = Entry(digest: whole, place: place, isVaried: content.isVaried)
            if content.isStill {
              still[modality, default: []].append(entry)
            } else {
              entries[Kind(modality: modality, isWhole: true), default: []].append(entry)
            }
          }
          if content.rows.isEmpty { continue }
          entries[Kind(modality: modality, isWhole: false), default: []].append(
            contentsOf: content.rows.map { Entry(digest: $0, place: place, isVaried: false) })
        }
        subject.progress.advance(by: 1)
      }
      add(medians, of: dataset)
    }
    // What stays the same throughout a sample is content where most samples are like that. Otherwise it is silence, a black picture
    // or a face that was lost, which recordings share by nature.
    for (modality, states) in still {
      let kind = Kind(modality: modality, isWhole: true)
      if states.count > entries[kind]?.count ?? 0 { entries[kind, default: []] += states }
    }
    for kind in entries.keys { entries[kind]?.sort() }
  }

  /// Adds the samples that hold nothing but the train medians as contents, where they are too many to be fillings: in two
  /// modalities, or in the only one there is.
  private mutating func add(_ medians: [Modality: [Entry]], of dataset: AuditedDataset) {
    let train = dataset.indices(of: .train)
    let frequent = medians.filter { _, entries in
      let count = entries.count { train.contains($0.place.sample) }
      return count > 1 && Double(count) >= Self.medianShare * Double(train.count)
    }
    if frequent.count < min(2, dataset.modalities.count) { return }
    for (modality, own) in frequent {
      entries[Kind(modality: modality, isWhole: true), default: []] += own
      for entry in own { wholes[modality, entry.place] = entry.digest }
    }
  }

  /// `12 visual samples and 340 visual rows, …`
  var summary: String {
    entries.keys.sorted().map { kind in
      Phrase.count(entries[kind]?.count ?? 0, "\(kind.modality) \(kind.isWhole ? "sample" : "row")")
    }.joined(separator: ", ")
  }

  var facts: JSONValue {
    let counts = entries.keys.sorted().map { kind in
      ("\(kind.modality) \(kind.isWhole ? "samples" : "rows")", JSONValue.integer(entries[kind]?.count ?? 0))
    }
    return ["compared": .object(Dictionary(uniqueKeysWithValues: counts))]
  }

  /// Whether anything is comparable across splits.
  var isComparable: Bool {
    entries.values.contains { list in
      guard let first = list.first.map({ sample($0.place).split }) else { return false }
      return list.contains { sample($0.place).split != first }
    }
  }

  /// Returns the splits that have samples but nothing observed in a modality that is comparable in another split, or
  /// nothing to compare at all.
  ///
  /// - Parameter spoken: splits whose words can be compared.
  func uncompared(besides spoken: Set<Split>) -> [UncomparedSplit] {
    var known: [Modality: Set<Part>] = [:]
    for (kind, list) in entries {
      for entry in list {
        known[kind.modality, default: []].insert(
          Part(dataset: entry.place.dataset, split: sample(entry.place).split))
      }
    }
    let isAnythingKnown = !known.isEmpty || !spoken.isEmpty
    return subject.datasets.enumerated().flatMap { number, dataset in
      Split.allCases.compactMap { split -> UncomparedSplit? in
        if dataset.indices(of: split).isEmpty { return nil }
        let part = Part(dataset: number, split: split)
        let lacking = dataset.modalities.filter { modality in
          let isObserved = observed[modality]?.contains(part) ?? false
          let others = known[modality] ?? []
          return !isObserved && others.contains { $0.split != split }
        }
        let isBare = !known.values.contains { $0.contains(part) } && !spoken.contains(split) && isAnythingKnown
        if lacking.isEmpty && !isBare { return nil }
        return UncomparedSplit(
          split: split, modalities: isBare ? [] : lacking,
          dataset: subject.datasets.count > 1 ? dataset.name : nil)
      }
    }
  }

  /// A split of a data set.
  private struct Part: Hashable {
    let dataset: Int
    let split: Split
  }

  /// The result of a search: pairs of samples in different splits with identical content, those with most in common
  /// first. The first of several copies in a split represents them all.
  struct Outcome {
    var pairs: [DuplicatePair] = []
    /// The pairs of further copies in a later split with the first one in an earlier split.
    var further: [DuplicatePair] = []
    /// Content, in words such as `12 visual samples`, that lies in several splits but that too many recordings share
    /// for it to prove anything.
    var crowds: [(name: String, count: Int)] = []
  }

  /// - Parameter known: pairs found by other means, to be merged with these.
  func search(adding known: [[SamplePlace]: DuplicatePair] = [:]) -> Outcome {
    var pairs = known
    var further: [[SamplePlace]: DuplicatePair] = [:]
    var crowds: [Kind: Int] = [:]
    var crowdedContents: [SamplePlace: [(modality: Modality, digest: ContentDigest)]] = [:]
    var crowdedRows: [Modality: [[SamplePlace]: Int]] = [:]
    for (kind, list) in entries.sorted(by: { $0.key < $1.key }) {
      var start = 0
      while start < list.count {
        var end = start + 1
        while end < list.count, list[end].digest == list[start].digest { end += 1 }
        let group = list[start..<end]
        start = end
        let places = firstOfSplits(group.lazy.map(\.place))
        if places.count < 2 { continue }
        let isCrowded =
          !list[group.startIndex].isVaried
          && Set(group.map { sample($0.place).wholeRecording }).count > Self.mostRecordings
        if kind.isWhole && isCrowded {
          for entry in group { crowdedContents[entry.place, default: []].append((kind.modality, entry.digest)) }
        }
        // Words are treated separately, since many people may say the same thing.
        if isCrowded && kind.modality != .text {
          crowds[kind, default: 0] += group.count
          if !kind.isWhole {
            Self.forEachPair(of: places) { crowdedRows[kind.modality, default: [:]][$0, default: 0] += 1 }
          }
        } else {
          func note(_ pair: inout DuplicatePair) {
            if kind.isWhole { pair.whole.insert(kind.modality) } else { pair.rows[kind.modality, default: 0] += 1 }
          }
          Self.add(places, to: &pairs, note)
          addFurther(group.lazy.map(\.place), than: places, to: &further, note)
        }
      }
    }
    for (modality, counts) in crowdedRows {
      for (places, count) in counts where count >= Self.fewestCommonRows {
        let shortest = places.map { sample($0).rows[modality] ?? 0 }.min() ?? 0
        if 2 * count < shortest { continue }
        Self.add(places, to: &pairs) { $0.rows[modality, default: 0] += count }
      }
    }
    addCrowdedCopies(crowdedContents, to: &pairs, further: &further)
    var outcome = Outcome()
    outcome.crowds = crowds.sorted { $0.key < $1.key }.map { kind, count in
      (Phrase.count(count, "\(kind.modality) \(kind.isWhole ? "sample" : "row")"), count)
    }
    outcome.pairs = Self.sorted(pairs)
    outcome.further = Self.sorted(further)
    return outcome
  }

  private static func sorted(_ pairs: [[SamplePlace]: DuplicatePair]) -> [DuplicatePair] {
    pairs.values.sorted { first, second in
      (second.whole.count, second.rowCount, first.first, first.second)
        < (first.whole.count, first.rowCount, second.first, second.second)
    }
  }

  /// Adds the pairs of the first place in each split with the other places in later splits.
  private func addFurther(
    _ places: some Sequence<SamplePlace>, than firsts: [SamplePlace], to pairs: inout [[SamplePlace]: DuplicatePair],
    _ change: (inout DuplicatePair) -> Void
  ) {
    var seen = Set(firsts)
    for place in places where seen.insert(place).inserted {
      let split = sample(place).split
      for first in firsts.prefix(while: { sample($0).split != split }) {
        change(&pairs[[first, place], default: DuplicatePair(first: first, second: place)])
      }
    }
  }

  /// Adds samples that many recordings share but that are identical in two modalities, or in the only one there is: the
  /// output of an extractor that detects nothing is alike in a single modality only.
  private func addCrowdedCopies(
    _ contents: [SamplePlace: [(modality: Modality, digest: ContentDigest)]],
    to pairs: inout [[SamplePlace]: DuplicatePair], further: inout [[SamplePlace]: DuplicatePair]
  ) {
    var groups: [[ContentDigest]: (modalities: Set<Modality>, places: [SamplePlace])] = [:]
    for (place, own) in contents.sorted(by: { $0.key < $1.key }) {
      let isOnly = subject.datasets[place.dataset].modalities.count == 1
      for (number, first) in own.enumerated() {
        for second in isOnly ? own[number...] : own[(number + 1)...] {
          groups[[first.digest, second.digest], default: ([first.modality, second.modality], [])].places.append(place)
        }
      }
    }
    for group in groups.values {
      let places = firstOfSplits(group.places)
      Self.add(places, to: &pairs) { $0.whole.formUnion(group.modalities) }
      addFurther(group.places, than: places, to: &further) { $0.whole.formUnion(group.modalities) }
    }
  }

  /// Returns the first place in each split, in the order of splits.
  private func firstOfSplits(_ places: some Sequence<SamplePlace>) -> [SamplePlace] {
    var first: [Split: SamplePlace] = [:]
    for place in places where first[sample(place).split] == nil { first[sample(place).split] = place }
    return Split.allCases.compactMap { first[$0] }
  }

  private static func add(
    _ places: [SamplePlace], to pairs: inout [[SamplePlace]: DuplicatePair], _ change: (inout DuplicatePair) -> Void
  ) {
    forEachPair(of: places) { pair in
      change(&pairs[pair, default: DuplicatePair(first: pair[0], second: pair[1])])
    }
  }

  private static func forEachPair(of places: [SamplePlace], _ body: ([SamplePlace]) -> Void) {
    for (index, first) in places.enumerated() {
      for second in places[(index + 1)...] { body([first, second]) }
    }
  }

  private func sample(_ place: SamplePlace) -> AuditedSample {
    subject.datasets[place.dataset].samples[place.sample]
  }
}

/// The fingerprints of a sample in one modality.
private struct SampleContent: Sendable {
  /// The fingerprint of all rows; nil if too little of them was observed.
  var whole: ContentDigest?
  /// The fingerprints of the observed rows that occur once in the sample; empty for text, whose rows repeat by nature.
  var rows: [ContentDigest] = []
  /// The fingerprint of a sample whose rows with a frame hold nothing but the train medians.
  var median: ContentDigest?
  /// Whether any value was observed.
  var isObserved = false
  /// Whether it has observed rows that differ.
  var isVaried = false
  /// Whether all of several observed rows are the same.
  var isStill = false

  init(_ dataset: AuditedDataset, _ index: Int, _ modality: Modality, _ content: ObservedContent?) throws {
    guard let content else { return }
    let width = dataset.widths[modality] ?? 0
    try dataset.withRows(of: index, modality) { values, mask in
      var cells = 0
      var counts: [ContentDigest: Int] = [:]
      for row in mask.indices where mask[row] == 1 {
        let line = UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width])
        let count = content.cellCount(line)
        cells += count
        if modality != .text, count >= ObservedContent.fewestCells {
          let digest = ContentDigest(of: UnsafeRawBufferPointer(line))
          rows.append(digest)
          counts[digest, default: 0] += 1
        }
      }
      isVaried = counts.count > 1
      isStill = counts.count == 1 && rows.count > 1
      rows.removeAll { counts[$0] != 1 }
      isObserved = cells > 0
      if cells == 0, dataset.scalers != nil, mask.contains(1), width >= ObservedContent.fewestCells,
        values.allSatisfy({ $0 == 0 })
      {
        median = ContentDigest(of: UnsafeRawBufferPointer(values))
      }
      let isText = modality == .text
      if cells >= ObservedContent.fewestCells, !isText || mask.count >= ExactDuplicates.fewestWords {
        whole = ContentDigest(of: UnsafeRawBufferPointer(values))
      }
    }
  }
}

extension DuplicatePair {
  /// The number of identical rows over all modalities.
  fileprivate var rowCount: Int { rows.values.reduce(0, +) }
}
