import Samples
import Shards
import Storage

/// Looks for nearly identical samples in different splits, in every modality.
struct NearDuplicateSearch {
  /// Two samples and how alike they are.
  struct Match: Sendable {
    let pair: NeighbourSearch.Pair
    /// The cosine in each modality that both have something of their own in.
    let cosines: [(modality: Modality, cosine: Double)]
    /// The share of common three-word shingles; 0 where a text is short or unknown.
    let resemblance: Double
    /// Modalities that agree and count: word vectors of short answers do not.
    let agreeing: [Modality]
  }

  /// What was found.
  struct Outcome {
    /// Alike in two modalities, or in the only one there is.
    var copies: [Match] = []
    /// Alike in picture or sound alone.
    var suspicions: [Match] = []
    /// Alike in words alone.
    var texts: [Match] = []
    /// Samples left out because too many others have the same content, by modality.
    var crowded: [(modality: Modality, count: Int)] = []
  }

  /// The cosine from which a modality agrees. Noise of 10 % of each column leaves 0.95 and more; honest samples of
  /// different recordings stay below 0.9, and two modalities have to agree.
  static let agreement = 0.95
  /// Where only one modality agrees, it must be this alike to be worth a look.
  static let singleAgreement = 0.99

  private let dataset: AuditedDataset
  private let vectors: [DirectionVectors]
  private let shingles: WordShingles
  private let splits: [Int]
  private let threads: Int

  init(_ dataset: AuditedDataset, threads: Int) throws {
    self.dataset = dataset
    self.threads = threads
    let features = try PooledFeatures(of: dataset, threads: threads)
    vectors = try features.modalities.indices.map { place in
      let scaler = dataset.scalers?.columns[features.modalities[place].modality]
      return try DirectionVectors(features, place: place, scaler: scaler, threads: threads)
    }
    shingles = WordShingles(dataset.samples.map(\.words))
    splits = dataset.samples.map { sample in Split.allCases.firstIndex(of: sample.split) ?? 0 }
  }

  func run() throws -> Outcome {
    var outcome = Outcome()
    var pairs = Set(shingles.pairs(splits: splits))
    for vectors in vectors {
      let search = NeighbourSearch(vectors: vectors, splits: splits, threshold: Self.agreement)
      let found = try search.run(threads: threads)
      pairs.formUnion(found.pairs)
      if found.crowdedCount > 0 { outcome.crowded.append((vectors.modality, found.crowdedCount)) }
    }
    let matches = pairs.sorted { ($0.first, $0.second) < ($1.first, $1.second) }.map(match)
    for match in matches {
      let observed = match.agreeing.filter { $0 != .text }
      let strong = match.cosines.filter { observed.contains($0.modality) && $0.cosine >= Self.singleAgreement }
      if !observed.isEmpty, match.agreeing.count > 1 {
        outcome.copies.append(match)
      } else if !strong.isEmpty {
        // With one modality in the data there is no second one to ask.
        if vectors.count == 1 { outcome.copies.append(match) } else { outcome.suspicions.append(match) }
      } else if match.agreeing == [.text], isSameText(match) {
        outcome.texts.append(match)
      }
    }
    return outcome
  }

  private func match(_ pair: NeighbourSearch.Pair) -> Match {
    let cosines = vectors.compactMap { vectors in
      vectors.cosine(pair.first, pair.second).map { (modality: vectors.modality, cosine: $0) }
    }
    let resemblance = shingles.resemblance(pair.first, pair.second)
    var agreeing = cosines.filter { $0.cosine >= Self.agreement }.map(\.modality)
    if !hasLongText(pair.first) || !hasLongText(pair.second) { agreeing.removeAll { $0 == .text } }
    if resemblance >= WordShingles.threshold, !agreeing.contains(.text) { agreeing.append(.text) }
    return Match(pair: pair, cosines: cosines, resemblance: resemblance, agreeing: agreeing)
  }

  /// Whether words alone are alike enough to be worth a look: means of many word vectors resemble each other by nature.
  private func isSameText(_ match: Match) -> Bool {
    match.resemblance >= WordShingles.threshold
      || match.cosines.contains { $0.modality == .text && $0.cosine >= Self.singleAgreement }
  }

  /// Whether a sample has words enough to be its own: a mean of word vectors that does not say of how many is not.
  private func hasLongText(_ sample: Int) -> Bool {
    let sample = dataset.samples[sample]
    if let words = sample.words { return words.split(separator: " ").count >= WordShingles.fewestWords }
    return (sample.rows[.text] ?? 0) >= WordShingles.fewestWords
  }
}
