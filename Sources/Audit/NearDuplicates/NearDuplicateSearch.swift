import Leaks
import Samples
import Shards
import Signals

/// Looks for nearly identical samples in different splits, in every modality: within one data set, or between several
/// after their scaling was undone.
///
/// Samples that are alike are called a pair only where chance, by the data's own distances, would hardly bring one pair as
/// near in all of them (`ChanceDistances`), and where their rows do not say otherwise (`RowAgreement`).
struct NearDuplicateSearch {
  /// Two samples and how alike they are.
  struct Match: Sendable {
    let pair: SamplePair
    /// The cosine in each modality that both have something of their own in.
    let cosines: [(modality: Modality, cosine: Double)]
    /// The share of common three-word shingles; 0 where a text is short or unknown.
    let resemblance: Double
    /// Modalities that agree and count: word vectors of short answers do not.
    let agreeing: [Modality]
    /// The places of `cosines` among the spaces that are compared.
    let spaces: [Int]
    /// How many such pairs chance would bring about; nil where that decides nothing.
    var expected: Double?
  }

  /// What was found.
  struct Outcome {
    /// Alike in two modalities, or in the only one there is.
    var copies: [Match] = []
    /// Alike in picture or sound alone.
    var suspicions: [Match] = []
    /// Alike in words alone.
    var texts: [Match] = []
    /// Pairs as alike as these in the means of whole samples that chance brings about, or whose rows differ.
    var byChance = 0
    /// Samples that were not compared with all others because too many have nearly the same, by what was compared.
    var crowded: [(kind: String, count: Int)] = []
    /// Samples that are the same as another one, and of which the data hold so many that chance cannot be ruled out.
    var common = 0
  }

  /// The cosine from which a modality agrees. Noise of 10 % of each column leaves 0.95 and more; honest samples of
  /// different recordings stay below 0.9, and two modalities have to agree.
  static let agreement = 0.95
  /// Where only one modality agrees, it must be this alike to be worth a look.
  static let singleAgreement = 0.99
  /// Of pairs as near as one that is called, chance would bring about so many in the whole data.
  static let chanceLimit = 1e-3

  /// All samples, those of one data set after those of another.
  let samples: [AuditedSample]
  private let vectors: [DirectionVectors]
  private let shingles: WordShingles
  private let rule: PairRule
  private let threads: Int
  private let datasets: [AuditedDataset]
  /// Pairs that were drawn blindly, and the squares of their distances in each of `vectors`.
  private let drawn: PairSample
  private let drawnSquares: [[Float]]

  /// Looks within one data set of a subject.
  init(within dataset: AuditedDataset, of subject: AuditSubject) throws {
    let spaces = Self.spaces(of: try subject.pooledFeatures(of: dataset), dataset)
    try self.init([dataset], spaces: spaces, folders: nil, threads: subject.threads)
  }

  /// Looks between the data sets of a subject, at pairs of which each has one.
  init(between subject: AuditSubject) throws {
    let datasets = subject.datasets
    let spaces = try datasets.map { Self.spaces(of: try subject.pooledFeatures(of: $0), $0) }
    let kinds = Dictionary(grouping: spaces.joined()) { SpaceKind(modality: $0.modality, width: $0.width) }
    let joined = kinds.filter { $0.value.count > 1 }.keys.sorted().map { kind in
      let parts = zip(datasets, spaces).map { dataset, spaces in
        (
          space: spaces.first { $0.modality == kind.modality && $0.width == kind.width },
          scaler: dataset.scalers?.columns[kind.modality], sampleCount: dataset.samples.count
        )
      }
      return PooledSpace(undoingScaling: parts, kind.modality, width: kind.width)
    }
    let folders = datasets.enumerated().flatMap { Array(repeating: $0, count: $1.samples.count) }
    try self.init(datasets, spaces: joined, folders: folders, threads: subject.threads)
  }

  private init(_ datasets: [AuditedDataset], spaces: [PooledSpace], folders: [Int]?, threads: Int) throws {
    samples = datasets.flatMap(\.samples)
    vectors = try spaces.map { try DirectionVectors($0, threads: threads) }
    shingles = WordShingles(samples.map(\.words))
    let rule = PairRule(splits: samples.map { Split.allCases.firstIndex(of: $0.split) ?? 0 }, folders: folders)
    self.rule = rule
    self.threads = threads
    self.datasets = datasets
    let width = vectors.reduce(1) { $0 + $1.width }
    // Where there are words alone, no distance is asked for.
    let limit = vectors.isEmpty ? 0 : min(Self.mostDrawn, max(Self.fewestDrawn, Self.drawnCells / width))
    let drawn = PairSample(rule, limit: limit)
    self.drawn = drawn
    drawnSquares = try vectors.map { try drawn.squaredDistances($0, threads: threads) }
  }

  private static let mostDrawn = 1 << 22
  private static let fewestDrawn = 1 << 18
  /// Four hundred million cells take a second or two.
  private static let drawnCells = 400_000_000

  /// A sample of `samples` as leaks.csv names it.
  func side(of sample: Int) -> LeakRow.Side {
    var number = sample
    for dataset in datasets {
      if number < dataset.samples.count { return LeakRow.Side(dataset.samples[number], of: dataset) }
      number -= dataset.samples.count
    }
    preconditionFailure("a sample of no data set")
  }

  /// Features that can be compared.
  private struct SpaceKind: Hashable, Comparable {
    let modality: Modality
    let width: Int

    static func < (first: SpaceKind, second: SpaceKind) -> Bool {
      (first.modality, first.width) < (second.modality, second.width)
    }
  }

  private static func spaces(of features: PooledFeatures, _ dataset: AuditedDataset) -> [PooledSpace] {
    features.modalities.indices.map { place in
      PooledSpace(features, place: place, scaler: dataset.scalers?.columns[features.modalities[place].modality])
    }
  }

  /// What there is to compare, in words: `240 text samples, 120 transcripts`; empty where no two samples can be compared.
  var compared: String {
    var parts = vectors.compactMap { vectors in
      part(vectors.isInformative.indices.filter { vectors.isInformative[$0] }, "\(vectors.modality) sample")
    }
    if let words = part(shingles.members, "transcript") { parts.append(words) }
    return parts.joined(separator: ", ")
  }

  /// Splits that have samples and nothing to compare in a modality of which another split has something, or nothing at all;
  /// none between data sets, since each is looked at for itself.
  var uncompared: [UncomparedSplit] {
    if rule.folders != nil { return [] }
    let known = vectors.map { vectors in
      Set(samples.indices.filter { vectors.isInformative[$0] }.map { samples[$0].split })
    }
    let spoken = Set(shingles.members.map { samples[$0].split })
    let all = Set(samples.map(\.split))
    return Split.allCases.filter(all.contains).compactMap { split in
      let lacking = vectors.indices.filter { !known[$0].isEmpty && !known[$0].contains(split) }
      let isBare = !known.contains { $0.contains(split) } && !spoken.contains(split)
      if lacking.isEmpty && (!isBare || spoken.isEmpty) { return nil }
      return UncomparedSplit(split: split, modalities: isBare ? [] : lacking.map { vectors[$0].modality })
    }
  }

  private func part(_ members: [Int], _ noun: String) -> String? {
    guard let first = members.first, members.contains(where: { rule.wants(first, $0) }) else { return nil }
    return Phrase.count(members.count, noun)
  }

  func run() throws -> Outcome {
    var outcome = Outcome()
    let words = shingles.search(rule)
    var pairs = words.pairs
    let judge = PairJudge(
      vectors: vectors, squares: drawnSquares, drawn: drawn, sampleCount: samples.count,
      rows: RowAgreement(datasets, vectors, undoesScaling: rule.folders != nil, drawn: drawn))
    for (space, vectors) in vectors.enumerated() {
      let found = try neighbours(of: vectors, within: judge.chance(in: [space]))
      pairs += found.pairs
      if !found.crowded.isEmpty { outcome.crowded.append((vectors.modality.rawValue, found.crowded.count)) }
    }
    if !words.crowded.isEmpty { outcome.crowded.append(("words", words.crowded.count)) }
    pairs.sort()
    var last: SamplePair?
    for pair in pairs where pair != last {
      last = pair
      try Interrupt.check()
      let match = match(pair)
      try sort(match, by: judge, into: &outcome)
    }
    outcome.common = judge.common.count
    return outcome
  }

  /// Samples that are near in one modality; of pairs that chance brings about no more than can be looked at.
  private func neighbours(
    of vectors: DirectionVectors, within chance: ChanceDistances
  ) throws -> NeighbourSearch.Outcome {
    if vectors.columnCount <= DistanceSweep.largestWidth, vectors.width <= 2 * DistanceSweep.largestWidth {
      let reach = chance.reach(expecting: max(Self.fewestLookedAt, Self.lookedAtPerSample * Double(samples.count)))
      return try DistanceSweep(vectors: vectors, rule: rule, threshold: Self.agreement, reach: reach)
        .run(threads: threads)
    }
    let reach = chance.reach(expecting: 10 * max(Self.fewestLookedAt, Self.lookedAtPerSample * Double(samples.count)))
    return try NeighbourSearch(vectors: vectors, rule: rule, threshold: Self.agreement, reach: reach)
      .run(threads: threads)
  }

  private static let fewestLookedAt = 200_000.0
  private static let lookedAtPerSample = 2.0

  /// Puts a pair where it belongs, if anywhere.
  private func sort(_ match: Match, by judge: PairJudge, into outcome: inout Outcome) throws {
    // With one modality in the data there is no second one to ask.
    let isCopy = match.agreeing.count > 1 || isOnlyModality
    let observed = match.spaces.filter {
      vectors[$0].modality != .text && match.agreeing.contains(vectors[$0].modality)
    }
    let strong = observed.filter { space in
      match.cosines.contains { $0.modality == vectors[space].modality && $0.cosine >= Self.singleAgreement }
    }
    if !observed.isEmpty, match.agreeing.count > 1 || !strong.isEmpty {
      let together = match.agreeing.count > 1 ? observed : strong
      for spaces in [together] + strong.map({ [$0] }) {
        guard let expected = try judge.calls(match.pair, in: spaces) else { continue }
        var match = match
        match.expected = expected
        if isCopy { outcome.copies.append(match) } else { outcome.suspicions.append(match) }
        return
      }
      outcome.byChance += 1
    }
    guard match.agreeing == [.text], isSameText(match) else { return }
    let text = match.spaces.filter { vectors[$0].modality == .text }
    // Words say more than the means of their vectors.
    if try match.resemblance >= WordShingles.threshold || judge.calls(match.pair, in: text) != nil {
      outcome.texts.append(match)
    } else {
      outcome.byChance += 1
    }
  }

  /// Whether one modality is all that can be compared.
  private var isOnlyModality: Bool { vectors.count == 1 }

  private func match(_ pair: SamplePair) -> Match {
    var spaces: [Int] = []
    var cosines: [(modality: Modality, cosine: Double)] = []
    for (space, vectors) in vectors.enumerated() {
      guard let cosine = vectors.cosine(pair.first, pair.second) else { continue }
      spaces.append(space)
      cosines.append((vectors.modality, cosine))
    }
    let resemblance = shingles.resemblance(pair.first, pair.second)
    var agreeing = cosines.filter { $0.cosine >= Self.agreement }.map(\.modality)
    if !hasLongText(pair.first) || !hasLongText(pair.second) { agreeing.removeAll { $0 == .text } }
    if resemblance >= WordShingles.threshold, !agreeing.contains(.text) { agreeing.append(.text) }
    return Match(pair: pair, cosines: cosines, resemblance: resemblance, agreeing: agreeing, spaces: spaces)
  }

  /// Whether words alone are alike enough to be worth a look: means of many word vectors resemble each other by nature.
  private func isSameText(_ match: Match) -> Bool {
    match.resemblance >= WordShingles.threshold
      || match.cosines.contains { $0.modality == .text && $0.cosine >= Self.singleAgreement }
  }

  /// Whether a sample has words enough to be its own: a mean of word vectors that does not say of how many is not.
  private func hasLongText(_ sample: Int) -> Bool {
    let sample = samples[sample]
    if let words = sample.words { return words.split(separator: " ").count >= WordShingles.fewestWords }
    return (sample.rows[.text] ?? 0) >= WordShingles.fewestWords
  }
}
