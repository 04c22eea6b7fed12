import Leaks
import Runs
import Samples
import Text

/// What `--measure` does: for each leak that was found, how much it moves the score of a fixed model.
///
/// The model is ridge regression on the means of a sample's rows (`ModelInputs`), with as large a penalty as there are
/// columns: as if they were expected to explain half of the label. It is the same for all data, so that nothing is chosen,
/// and small, so that a leak that moves it will move larger models more.
///
/// - Samples that are shared or copied: each test sample that the leak helps is scored by models of which one has been trained
///   without the train samples that help it, and others without as many that help other test samples. Both have equally
///   many samples to learn from, so that only the leak is different.
/// - Columns: the model with them, and without.
/// - Scalers: columns scaled by statistics of all splits, and of train alone.
/// - With a run, its own predictions besides: the score on all test samples, and on those that the leak does not help.
struct EffectMeasurement {
  private let subject: AuditSubject
  private let samples: EffectSamples?
  private let runs: [RunRecord]

  /// One part alone does not tell an effect from chance.
  static let fewestParts = 2
  /// Fewer recordings do not tell what another train split would bring.
  private static let fewestBlocks = 5
  /// Fewer samples left to train on make no model.
  private static let fewestTrainSamples = 20
  private static let negligible = 0.005

  /// How effects are measured, for programs.
  static let json: JSONValue = [
    "model": .string(LeakEffect.ridge), "columns_at_most": .integer(ModelInputs.widest),
    "folds_at_most": .integer(OffendingSamples.mostFolds), "bootstrap_draws": .integer(EffectInterval.drawCount),
    "retrainings": .integer(EffectInterval.retrainingCount), "fewest_parts": .integer(fewestParts),
  ]

  /// - Throws: what reading rows or a run throws.
  init(_ subject: AuditSubject) throws {
    self.subject = subject
    samples = try EffectSamples(subject)
    runs = try subject.run.map { try RunRecord.read($0) } ?? []
  }

  /// The effects of what a check found; none where it found no leak.
  ///
  /// - Throws: what reading rows throws; `DataError` 130 when the user interrupts.
  func effects(of result: AuditReport.Result) throws -> [LeakEffect] {
    guard result.finding.verdict == .fail || result.finding.verdict == .warn else { return [] }
    guard let samples else {
      return [Self.obstacle(result.check.id, "the data sets have other columns, so no model reads all of them.")]
    }
    if samples.width == 0 { return [Self.obstacle(result.check.id, "there are no features to train a model on.")] }
    if result.check is ScalerTrainOnly { return [try scalers(samples)] }
    if !result.finding.columns.isEmpty { return [try columns(result.finding.columns, samples)] }
    if result.check is IDOverlap {
      return try SharingLevel.allCases.filter { !subject.promises.allowsSharing($0) }
        .flatMap { try shared($0, samples) }
    }
    let found = try pairs(result.finding, samples)
    if !found.isEmpty {
      return try shared(found, as: LeakEffect.pairs, samples) { samples.recordings[$0] }
    }
    return result.check.leakage == .illegitimateFeatures
      ? [Self.obstacle(result.check.id, "the fixed model reads the means of features alone.")] : []
  }

  private static func obstacle(_ kind: String, _ reason: String, model: String = LeakEffect.ridge) -> LeakEffect {
    LeakEffect(kind: kind, model: model, outcome: .failure(LeakEffect.Obstacle(reason: reason)))
  }

  // MARK: - Samples

  /// Two samples that a leak joins.
  private struct Pair {
    let train: Int
    let held: Int
  }

  /// The samples of train and of a held-out split that share a name.
  private func shared(_ level: SharingLevel, _ samples: EffectSamples) throws -> [LeakEffect] {
    var numbers: [[String]: Int] = [:]
    var first: [Int: Int] = [:]
    let names = samples.places.indices.map { index -> Int? in
      guard let name = level.name(of: samples.sample(index)) else { return nil }
      let key = [samples.dataset(of: index).corpus, name]
      let number = numbers[key] ?? numbers.count
      numbers[key] = number
      if samples.sample(index).split == .train, first[number] == nil { first[number] = index }
      return number
    }
    let pairs = samples.places.indices.compactMap { index -> Pair? in
      guard samples.sample(index).split != .train, let train = names[index].flatMap({ first[$0] }) else { return nil }
      return Pair(train: train, held: index)
    }
    if pairs.isEmpty { return [] }
    // A sample without a name hangs together with its recording.
    return try shared(pairs, as: "shared \(level.rawValue)", samples) { names[$0] ?? -1 - samples.recordings[$0] }
  }

  /// The pairs of train and held-out samples that a finding names.
  private func pairs(_ finding: Finding, _ samples: EffectSamples) throws -> [Pair] {
    // Of samples of one name and split the first stands for all: hostile ids must not multiply.
    var places: [LeakRow.Side: Int] = [:]
    for index in samples.places.indices {
      let side = LeakRow.Side(samples.sample(index), of: samples.dataset(of: index))
      if places[side] == nil { places[side] = index }
    }
    var pairs: [Pair] = []
    try finding.leaks.forEach { row in
      guard let first = places[row.first], let second = places[row.second] else { return }
      let (one, other) = samples.sample(first).split == .train ? (first, second) : (second, first)
      if samples.sample(one).split == .train, samples.sample(other).split != .train {
        pairs.append(Pair(train: one, held: other))
      }
    }
    return pairs
  }

  /// - Parameter key: what samples of one split hang together by.
  private func shared(
    _ pairs: [Pair], as kind: String, _ samples: EffectSamples, key: (Int) -> Int
  ) throws -> [LeakEffect] {
    guard let label = samples.label() else { return [Self.obstacle(kind, "the samples have no labels.")] }
    // A model that chooses nothing on valid is not moved by valid, unless that is the score that is looked at.
    let split: Split = pairs.contains { samples.sample($0.held).split == .test } ? .test : .valid
    let (train, test) = (
      samples.indices(of: .train, labelled: label), samples.indices(of: split, labelled: label)
    )
    let trainPlaces = Dictionary(uniqueKeysWithValues: train.enumerated().map { ($1, $0) })
    let testPlaces = Dictionary(uniqueKeysWithValues: test.enumerated().map { ($1, $0) })
    let joined = pairs.compactMap { pair -> (train: Int, test: Int)? in
      guard let first = trainPlaces[pair.train], let second = testPlaces[pair.held] else { return nil }
      return (first, second)
    }
    let offending = OffendingSamples(train: train, test: test, pairs: joined, keys: key)
    var effects = [try ridge(offending, label, as: kind, samples, split)]
    if !runs.isEmpty {
      effects.append(try RunEffect(runs, offending, samples, split).effect(as: kind, fewest: Self.fewestParts))
    }
    return effects
  }

  private func ridge(
    _ offending: OffendingSamples, _ label: EffectLabel, as kind: String, _ samples: EffectSamples, _ split: Split
  ) throws -> LeakEffect {
    if let reason = Self.obstacle(offending) { return Self.obstacle(kind, reason) }
    let inputs = ModelInputs(samples, fittedOn: offending.train)
    let losses = try retrainings(inputs, label, offending).losses()
    let folds = offending.foldOfTest
    func differences(_ losses: Retrainings.Losses) -> [Double] {
      folds.indices.map { place in
        guard let own = folds[place] else { return 0 }
        let all = losses.withoutFold.map { $0[place] }
        let others = (all.reduce(0, +) - all[own]) / Double(all.count - 1)
        return others - all[own]
      }
    }
    let interval = EffectInterval(
      differences(losses.whole), clusterings: offending.clusterings, isOffended: offending.isOffended,
      retrainings: losses.withoutBlock.enumerated().map { block, losses in
        EffectInterval.Retraining(differences: differences(losses), isValid: offending.isValid(leavingOut: block))
      })
    return LeakEffect(
      kind: kind, model: LeakEffect.ridge,
      outcome: .success(
        Self.measured(
          interval, losses.whole.whole, label, offending, split, offendingCount: offending.offendingCount)))
  }

  /// Why the samples do not tell; nil where they do.
  private static func obstacle(_ offending: OffendingSamples) -> String? {
    if offending.offendedCount < fewestParts {
      return "all samples that it helps hang together, so it cannot be told from chance."
    }
    let sizes = (0..<max(1, offending.foldCount)).map { fold in offending.memberships.count { $0.fold == fold } }
    if offending.train.count - (sizes.max() ?? 0) < fewestTrainSamples || offending.blockCount < fewestBlocks {
      return "too few train samples or recordings would be left without it."
    }
    return nil
  }

  private func retrainings(
    _ inputs: ModelInputs, _ label: EffectLabel, _ offending: OffendingSamples
  ) -> Retrainings {
    Retrainings(
      inputs: inputs, label: label, train: offending.train, test: offending.test, memberships: offending.memberships,
      blockCount: offending.blockCount, foldCount: offending.foldCount, threads: subject.threads)
  }

  private static func measured(
    _ interval: EffectInterval, _ losses: [Double], _ label: EffectLabel, _ offending: OffendingSamples, _ split: Split,
    offendingCount: Int
  ) -> LeakEffect.Measured {
    let loss = losses.reduce(0, +) / Double(max(1, losses.count))
    let areClasses = !label.classes.isEmpty
    let spread = EffectInterval.spread(offending.train.compactMap { label.values[$0] }).deviation
    return LeakEffect.Measured(
      score: label.score, label: label.name, growsBetter: areClasses, with: areClasses ? 1 - loss : loss,
      difference: areClasses ? -interval.difference : interval.difference,
      low: areClasses ? -interval.high : interval.low, high: areClasses ? -interval.low : interval.high,
      negligible: areClasses ? negligible : negligible * spread, split: split, samples: losses.count,
      offended: offending.isOffended.count { $0 }, parts: offending.offendedCount, offending: offendingCount)
  }

  // MARK: - Columns and scalers

  private func columns(_ columns: [LeakColumn], _ samples: EffectSamples) throws -> LeakEffect {
    guard let first = columns.first, let label = samples.label(first.label) else {
      return Self.obstacle(LeakEffect.columns, "the samples have no labels.")
    }
    let removable = columns.filter { $0.label == first.label }.compactMap { column in
      samples.features.first?.modalities.first { $0.modality == column.modality }
        .map { $0.columns.lowerBound + column.column }
    }
    let offending = everyTestSample(samples, label)
    if let reason = Self.obstacle(offending) { return Self.obstacle(LeakEffect.columns, reason) }
    let inputs = ModelInputs(samples, fittedOn: offending.train, removable: Set(removable))
    let models = retrainings(inputs, label, offending)
    return Self.compared(
      try models.losses(), try models.losses(leavingOut: true), label, offending, as: LeakEffect.columns,
      offendingCount: Set(removable).count)
  }

  private func scalers(_ samples: EffectSamples) throws -> LeakEffect {
    guard let label = samples.label() else {
      return Self.obstacle(LeakEffect.scalers, "the samples have no labels.")
    }
    let offending = everyTestSample(samples, label)
    if let reason = Self.obstacle(offending) { return Self.obstacle(LeakEffect.scalers, reason) }
    let all = Array(samples.places.indices)
    let train = all.filter { samples.sample($0).split == .train }
    return Self.compared(
      try retrainings(ModelInputs(samples, fittedOn: all), label, offending).losses(),
      try retrainings(ModelInputs(samples, fittedOn: train), label, offending).losses(), label, offending,
      as: LeakEffect.scalers, offendingCount: all.count - train.count)
  }

  private func everyTestSample(_ samples: EffectSamples, _ label: EffectLabel) -> OffendingSamples {
    OffendingSamples(
      train: samples.indices(of: .train, labelled: label), test: samples.indices(of: .test, labelled: label)
    ) { samples.recordings[$0] }
  }

  private typealias Losses = (whole: Retrainings.Losses, withoutBlock: [Retrainings.Losses])

  /// Two models of which one has what the other is without.
  private static func compared(
    _ with: Losses, _ without: Losses, _ label: EffectLabel, _ offending: OffendingSamples, as kind: String,
    offendingCount: Int
  ) -> LeakEffect {
    func differences(_ with: Retrainings.Losses, _ without: Retrainings.Losses) -> [Double] {
      zip(with.whole, without.whole).map { $0 - $1 }
    }
    let interval = EffectInterval(
      differences(with.whole, without.whole), clusterings: offending.clusterings, isOffended: offending.isOffended,
      retrainings: zip(with.withoutBlock, without.withoutBlock).map { with, without in
        EffectInterval.Retraining(differences: differences(with, without), isValid: offending.isOffended)
      })
    return LeakEffect(
      kind: kind, model: LeakEffect.ridge,
      outcome: .success(
        measured(interval, with.whole.whole, label, offending, .test, offendingCount: offendingCount)))
  }
}
