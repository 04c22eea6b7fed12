import Leaks
import Samples
import Shards
import Signals

/// Searches every modality for nearly identical samples in different splits, within one data set or between several
/// after undoing their scaling.
///
/// Similar samples are reported as a pair only if, judging by the data's own distances, chance would hardly bring even
/// one pair as close in all of these modalities (`ChanceDistances`), and if their rows do not contradict it
/// (`RowAgreement`).
struct NearDuplicateSearch {
  /// What of the samples is compared.
  enum View: String, Sendable {
    /// The means of whole samples, and their words.
    case whole
    /// The same but for a factor and an offset in each modality: a copy that is louder, or a brighter picture.
    case withoutGain = "louder or brighter"
    /// Halves of samples with each other and with whole samples.
    case parts = "in part"
  }

  /// Two samples and their similarity.
  struct Match: Sendable {
    var pair: SamplePair
    /// The cosine in each modality in which both samples are informative.
    let cosines: [(modality: Modality, cosine: Double)]
    /// The resemblance of the two sets of three-word shingles; 0 if a text is short or unknown.
    let resemblance: Double
    /// The modalities that agree and count; word vectors of short answers do not count.
    let agreeing: [Modality]
    /// The indices of the spaces that `cosines` belong to.
    let spaces: [Int]
    /// The number of such pairs expected by chance; nil if it was not decisive.
    var expected: Double?
    /// How they were compared.
    var view = View.whole

    /// Whether a modality is nothing alike.
    var isContradicted: Bool { cosines.contains { $0.cosine < 0 } }
  }

  /// The result of a search.
  struct Outcome {
    /// Pairs that are alike in two modalities, or in the only one there is.
    var copies: [Match] = []
    /// Pairs that would be copies, were they nearer than samples of one recording are.
    var neighbours: [Match] = []
    /// Pairs that are alike in video or audio alone, or in two modalities where the third is nothing like the other's.
    var suspicions: [Match] = []
    /// Pairs that are alike in words alone.
    var texts: [Match] = []
    /// The number of pairs whose sample means are just as similar, but only by chance or with different rows.
    var byChance = 0
    /// The number of samples not compared with all others because too many are nearly the same, by what was compared.
    var crowded: [(kind: String, count: Int)] = []
    /// The number of samples that equal another, but of a kind so frequent in the data that chance cannot be ruled out.
    var common = 0

    /// Adds the copies of another search that are not yet known.
    mutating func add(_ other: Outcome) {
      // What the words or another modality contradict stays in doubt.
      let doubted = Set(suspicions.filter(\.isContradicted).map(\.pair))
      var known = doubted.union((copies + neighbours).map(\.pair))
      for copy in other.copies where known.insert(copy.pair).inserted { copies.append(copy) }
      for pair in other.neighbours where known.insert(pair.pair).inserted { neighbours.append(pair) }
      suspicions.removeAll { known.contains($0.pair) && !doubted.contains($0.pair) }
    }
  }

  /// The cosine from which sound or picture agrees. With noise of 20 % of each column the cosine stays at 0.93 or more;
  /// honest samples of different recordings stay below 0.92, and two modalities have to agree.
  static let agreement = 0.92
  /// That without gain: what a factor and an offset make of a sample has the same direction but for rounding, and honest
  /// samples of few directions come nearer to each other than before.
  private static let agreementWithoutGain = 0.98
  /// The cosine from which words agree: means of many word vectors resemble each other by nature.
  private static let textAgreement = 0.95
  /// The cosine needed for a look if only one modality agrees.
  static let singleAgreement = 0.99
  /// The number of pairs as close as a reported one that chance may be expected to produce in all the data.
  static let chanceLimit = 1e-3

  /// The samples of all data sets, in order.
  let samples: [AuditedSample]
  private let view: View
  private let vectors: [DirectionVectors]
  private let factors: [(modality: Modality, factors: [Double])]
  private let shingles: WordShingles
  /// The number of entries in `vectors` for each sample.
  private let partCount: Int
  private let rule: PairRule
  private let threads: Int
  private let datasets: [AuditedDataset]
  /// Randomly drawn pairs, and their squared distances in each of `vectors`.
  private let drawn: PairSample
  private let drawnSquares: [[Float]]

  /// Searches within one data set of a subject.
  init(within dataset: AuditedDataset, of subject: AuditSubject) throws {
    let spaces = Self.spaces(of: try subject.pooledFeatures(of: dataset), dataset)
    let vectors = try spaces.map { try DirectionVectors($0, threads: subject.threads) }
    try self.init(
      [dataset], view: .whole, vectors, factors: vectors.map { ($0.modality, $0.factors) }, folders: nil,
      threads: subject.threads)
  }

  /// Searches within the data set of another search for what that does not see; nil if there is nothing to look at.
  ///
  /// Words are left to the other search.
  init?(_ view: View, after other: NearDuplicateSearch, of subject: AuditSubject) throws {
    guard other.datasets.count == 1, let dataset = other.datasets.first else { return nil }
    let features = try subject.pooledFeatures(of: dataset)
    let spaces = Self.spaces(of: features, dataset)
    let chosen = spaces.indices.filter {
      spaces[$0].modality != .text && other.vectors[$0].columnCount >= Self.fewestColumns
    }
    var vectors: [DirectionVectors] = []
    var factors: [(modality: Modality, factors: [Double])] = []
    for index in chosen {
      let modality = spaces[index].modality
      switch view {
      case .whole: return nil
      case .withoutGain:
        vectors.append(
          try DirectionVectors(
            spaces[index], without: Self.gains(dataset.scalers?.columns[modality], width: spaces[index].width),
            threads: subject.threads))
      case .parts:
        if !dataset.samples.contains(where: { ($0.rows[modality] ?? 0) > 1 }) { continue }
        let columns = other.vectors[index].factors.indices.filter { other.vectors[index].factors[$0] > 0 }
        vectors.append(
          try DirectionVectors(
            PartMeans.space(of: dataset, modality, columns: columns, threads: subject.threads),
            threads: subject.threads))
      }
      factors.append((modality, other.vectors[index].factors))
    }
    if vectors.isEmpty { return nil }
    try self.init([dataset], view: view, vectors, factors: factors, folders: nil, threads: subject.threads)
  }

  /// In fewer columns, what is left without gain is nearly the same by nature.
  private static let fewestColumns = 12

  /// What a factor or an offset adds to a sample as it is stored: a multiple of itself, which the means of the columns
  /// stand for, or a constant; and the same before values were scaled.
  private static func gains(_ scaler: ScalersFile.Columns?, width: Int) -> [[Double]] {
    let constant = [Double](repeating: 1, count: width)
    guard let scaler, scaler.center.count == width else { return [constant] }
    return [constant, scaler.scale.map { 1 / $0 }, zip(scaler.center, scaler.scale).map { $0 / $1 }]
  }

  /// Searches between the data sets of a subject, for pairs with one sample from each.
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
    let vectors = try joined.map { try DirectionVectors($0, threads: subject.threads) }
    try self.init(
      datasets, view: .whole, vectors, factors: vectors.map { ($0.modality, $0.factors) }, folders: folders,
      threads: subject.threads)
  }

  /// - Parameter factors: for each of the vectors, what brings the deviations of the whole samples' means to 1.
  private init(
    _ datasets: [AuditedDataset], view: View, _ vectors: [DirectionVectors],
    factors: [(modality: Modality, factors: [Double])], folders: [Int]?, threads: Int
  ) throws {
    let samples = datasets.flatMap(\.samples)
    let parts = view == .parts ? SamplePart.allCases : [.whole]
    self.samples = samples
    self.view = view
    self.vectors = vectors
    self.factors = factors
    shingles = WordShingles(view == .whole ? samples.map { SentenceWords($0.words) } : [])
    let rule = PairRule(
      splits: samples.flatMap { sample in
        Array(repeating: Split.allCases.firstIndex(of: sample.split) ?? 0, count: parts.count)
      }, folders: folders, isWhole: view == .parts ? samples.flatMap { _ in parts.map { $0 == .whole } } : nil)
    self.rule = rule
    partCount = parts.count
    self.threads = threads
    self.datasets = datasets
    let width = vectors.reduce(1) { $0 + $1.width }
    // If there are only words, no distances are needed.
    let cells = view == .whole ? Self.drawnCells : Self.drawnCells / 4
    let limit = vectors.isEmpty ? 0 : min(Self.mostDrawn, max(Self.fewestDrawn, cells / width))
    let drawn = PairSample(rule, limit: limit)
    self.drawn = drawn
    drawnSquares = try vectors.map { try drawn.squaredDistances($0, threads: threads) }
  }

  private static let mostDrawn = 1 << 22
  private static let fewestDrawn = 1 << 18
  /// Four hundred million cells take a second or two.
  private static let drawnCells = 400_000_000

  /// Returns a sample of `samples` as leaks.csv names it.
  func side(of sample: Int) -> LeakRow.Side {
    var number = sample
    for dataset in datasets {
      if number < dataset.samples.count { return LeakRow.Side(dataset.samples[number], of: dataset) }
      number -= dataset.samples.count
    }
    preconditionFailure("a sample of no data set")
  }

  /// A kind of features that are comparable with each other.
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

  /// What there is to compare, in words: `240 text samples, 120 transcripts`; empty if no two samples are comparable.
  var compared: String {
    var parts = vectors.compactMap { vectors in
      part(vectors.isInformative.indices.filter { vectors.isInformative[$0] }, "\(vectors.modality) sample")
    }
    if let words = part(shingles.members, "transcript") { parts.append(words) }
    return parts.joined(separator: ", ")
  }

  /// The splits that have samples but nothing to compare in a modality in which another split has something, or nothing
  /// at all; empty for a search between data sets, since each of them is also searched on its own.
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
      vectors: vectors, squares: drawnSquares, drawn: drawn, sampleCount: rule.splits.count,
      rows: RowAgreement(
        datasets, factors, partCount: partCount, undoesScaling: rule.folders != nil, drawn: drawn))
    let recordings = RecordingDistances(samples, vectors, partCount: partCount)
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
      try sort(match(pair), by: judge, recordings, into: &outcome)
    }
    outcome.common = judge.common.count
    return outcome
  }

  /// Finds samples that are near in one modality; pairs that arise by chance are limited to as many as can be examined.
  private func neighbours(
    of vectors: DirectionVectors, within chance: ChanceDistances
  ) throws -> NeighbourSearch.Outcome {
    if vectors.columnCount <= DistanceSweep.largestWidth, vectors.width <= 2 * DistanceSweep.largestWidth {
      let reach = chance.reach(expecting: max(Self.fewestLookedAt, Self.lookedAtPerSample * Double(samples.count)))
      return try DistanceSweep(vectors: vectors, rule: rule, threshold: agreement, reach: reach)
        .run(threads: threads)
    }
    let reach = chance.reach(expecting: 10 * max(Self.fewestLookedAt, Self.lookedAtPerSample * Double(samples.count)))
    return try NeighbourSearch(vectors: vectors, rule: rule, threshold: agreement, reach: reach)
      .run(threads: threads)
  }

  private static let fewestLookedAt = 200_000.0
  private static let lookedAtPerSample = 2.0

  /// Assigns a pair to the category it belongs to, if any.
  private func sort(
    _ match: Match, by judge: PairJudge, _ recordings: RecordingDistances, into outcome: inout Outcome
  ) throws {
    // With a single modality in the data, there is no second one to confirm it.
    let isAll = isOnlyModality || view != .whole && match.cosines.count == 1
    let isCopy = match.agreeing.count > 1 || isAll
    let alike = match.spaces.filter {
      vectors[$0].modality != .text && match.agreeing.contains(vectors[$0].modality)
    }
    // Silence and black pictures say nothing beside what moves, which then has to agree row by row.
    let observed = isOnlyModality ? alike : try alike.filter { try !judge.areStill(match.pair, in: $0) }
    let strong = observed.filter { space in
      match.cosines.contains { $0.modality == vectors[space].modality && $0.cosine >= Self.singleAgreement }
    }
    let isBroad = match.agreeing.count > 1 || isOnlyModality
    if !observed.isEmpty, isBroad || !strong.isEmpty {
      let together = isBroad ? observed : strong
      for spaces in [together] + strong.map({ [$0] }) {
        guard let call = try judge.calls(match.pair, in: spaces, takesStills: isCopy) else { continue }
        if observed.count < alike.count, !call.isByRows { continue }
        let isNeighbour = isCopy && !call.isByRows && recordings.reach(match.pair, in: spaces)
        var match = match
        match.expected = call.expected
        // Parts stand for their samples.
        match.pair = SamplePair(match.pair.first / partCount, match.pair.second / partCount)
        if isNeighbour {
          outcome.neighbours.append(match)
        } else if isCopy, !match.isContradicted {
          outcome.copies.append(match)
        } else {
          outcome.suspicions.append(match)
        }
        return
      }
      outcome.byChance += 1
    }
    guard match.agreeing == [.text], isSameText(match) else { return }
    let text = match.spaces.filter { vectors[$0].modality == .text }
    // Words carry more information than the means of their vectors.
    if try match.resemblance >= WordShingles.threshold || judge.calls(match.pair, in: text, takesStills: true) != nil {
      outcome.texts.append(match)
    } else {
      outcome.byChance += 1
    }
  }

  private var agreement: Double { view == .withoutGain ? Self.agreementWithoutGain : Self.agreement }

  /// Whether only one modality is available for comparison.
  private var isOnlyModality: Bool { vectors.count == 1 }

  private func match(_ pair: SamplePair) -> Match {
    var spaces: [Int] = []
    var cosines: [(modality: Modality, cosine: Double)] = []
    for (space, vectors) in vectors.enumerated() {
      guard let cosine = vectors.cosine(pair.first, pair.second) else { continue }
      spaces.append(space)
      cosines.append((vectors.modality, cosine))
    }
    let resemblance = view == .whole ? shingles.resemblance(pair.first, pair.second) : 0
    var agreeing = cosines.filter { $0.cosine >= ($0.modality == .text ? Self.textAgreement : agreement) }
      .map(\.modality)
    if !hasLongText(pair.first) || !hasLongText(pair.second) { agreeing.removeAll { $0 == .text } }
    if resemblance >= WordShingles.threshold, !agreeing.contains(.text) { agreeing.append(.text) }
    return Match(
      pair: pair, cosines: cosines, resemblance: resemblance, agreeing: agreeing, spaces: spaces, view: view)
  }

  /// Returns whether the words are similar enough to merit a look: means of many word vectors resemble each other by
  /// nature.
  private func isSameText(_ match: Match) -> Bool {
    match.resemblance >= WordShingles.threshold
      || match.cosines.contains { $0.modality == .text && $0.cosine >= Self.singleAgreement }
  }

  /// Returns whether a sample has enough words to be distinctive; a mean of an unknown number of word vectors is not.
  private func hasLongText(_ sample: Int) -> Bool {
    let sample = samples[sample / partCount]
    if let words = sample.words { return words.split(separator: " ").count >= WordShingles.fewestWords }
    return (sample.rows[.text] ?? 0) >= WordShingles.fewestWords
  }
}
