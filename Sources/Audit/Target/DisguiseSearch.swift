import Foundation
import Leaks
import Samples
import TensorCore
import Text
import Workers

/// Searches for labels in every statistic of every column and in every form, for numbers computed from labels, and for
/// products of two columns.
///
/// Permutations of the recordings (`BlockPermutation`) show what the best of all columns, statistics and forms achieves
/// by chance.
struct DisguiseSearch: Sendable {
  /// Something that reveals a label.
  struct Trace: Sendable {
    let label: Int
    /// The number computed from labels (`TargetRelation`); empty for the label itself.
    var relation = ""
    let columns: [Int]
    var statistic = ColumnStatistic.mean
    var form = ColumnScan.Form.line
    /// The explained share of the variance.
    let explained: Double
    var area: Double?
    /// A bound on the probability that a clean data set has such a column, over all that were tried.
    var pValue: Double
    /// The correlations in train and in the held-out splits, if they differ too much.
    var correlations: (train: Double, held: Double)?
    /// The edge in the correlations of a modality's columns, if they look selected.
    var selection: SelectionEdge?
    /// Further words for a finding.
    var note = ""
    let isLeak: Bool
  }

  let dataset: AuditedDataset
  let features: PooledFeatures
  let labels: [Int]
  let threads: Int

  /// r = 0.96, which no published model reaches from all features together.
  static let leakingShare = 0.92
  /// The same below `TargetSearch.manySamples`, where the best of many honest columns comes nearer.
  static let leakingShareOfFew = 0.95
  /// r = 0.95, which merits a look in any column.
  static let suspiciousShare = 0.9
  /// r = 0.88, which merits a look if the column stands out: it leaves less than this part of what the next best one does.
  /// Honest features share what they reveal.
  static let outstandingShare = 0.78
  static let outstandingPart = 0.78
  /// Numbers computed from labels must be matched as exactly as this.
  static let exactShare = 0.98
  /// A column that explains this much of a label in train, and this much more than in held-out samples, was fitted to the
  /// train labels.
  static let largestGap = 0.25
  static let fittedShare = 0.36
  /// The probability that one kind of test finds anything in a clean data set.
  static let level = 0.002
  /// For the five kinds together: labels, numbers computed from labels, train against held out, selection, single frames.
  static let familyWiseRate = 5 * level
  static let largestArea = 0.999
  static let fewestOfClass = 25
  /// The number of samples over which effects are measured; effects that matter need no more.
  static let mostSamples = 2048
  /// The number of columns up to which products are searched.
  static let widestForProducts = 2048
  private static let productCandidates = 256
  private static let seed: UInt64 = 2029

  func run() throws -> [Trace] {
    let chosen = Self.spread(labels, of: dataset)
    if chosen.count < TargetSearch.fewestSamples { return [] }
    let statistics = try ColumnStatistics(of: dataset, features, samples: chosen, threads: threads)
    let positions = SamplePositions(of: dataset)
    let relations = labels.flatMap { TargetRelation.all(of: $0, in: dataset, positions) }
    let targets = relations.map { relation in
      let values = chosen.map { relation.values[$0] }
      return ColumnScan.Target(values: values, classes: relation.isLabel ? Self.classes(values) : nil)
    }
    let scan = Scan(
      statistics: statistics, relations: relations, targets: targets, isTrain: chosen.map(isTrain),
      groups: GroupLikeness(groups: chosen.map(group)))
    let found = try scan.found(threads: threads)
    var traces = try ownTraces(found, relations, targets, statistics)
    traces += relationTraces(found, relations)
    traces += gapTraces(found, relations, scan)
    traces += selectionTraces(found, relations, scan)
    traces += calibratedTraces(found, relations)
    if dataset.samples.contains(where: { $0.rows.values.contains { $0 > 1 } }), traces.allSatisfy({ !$0.isLeak }) {
      let frames = try FrameSearch(of: dataset, features, candidates: chosen)
      traces += try frames.hits(labels: labels, threads: threads).map { hit in
        Trace(
          label: hit.label, columns: [hit.column], explained: 1, pValue: FrameSearch.level,
          note: "one row of \(hit.foundCount) of \(hit.sampleCount) samples holds it", isLeak: true)
      }
    }
    if traces.allSatisfy({ !$0.isLeak }) { traces += try productTraces(chosen) }
    return traces.sorted { ($0.isLeak ? 1 : 0, $0.explained) > ($1.isLeak ? 1 : 0, $1.explained) }
  }

  private func isTrain(_ sample: Int) -> Bool { dataset.samples[sample].split == .train }

  /// Returns samples that have all of the labels, evenly spaced over the data set.
  private static func spread(_ labels: [Int], of dataset: AuditedDataset) -> [Int] {
    let known = dataset.samples.indices.filter { sample in
      labels.allSatisfy { dataset.samples[sample].label[$0].isFinite }
    }
    if known.count <= mostSamples { return known }
    return (0..<mostSamples).map { known[$0 * known.count / mostSamples] }
  }

  /// Returns 1 for a positive sample, −1 for a negative one and 0 for neither; if a label is never negative, 0 is its
  /// negative class.
  private static func classes(_ values: [Double]) -> [Int8]? {
    let hasNegatives = values.contains { $0 < 0 }
    let classes = values.map { $0 > 0 ? Int8(1) : hasNegatives ? ($0 < 0 ? -1 : 0) : -1 }
    return min(classes.count { $0 > 0 }, classes.count { $0 < 0 }) >= fewestOfClass ? classes : nil
  }

  // MARK: - The label itself

  private func ownTraces(
    _ found: [ColumnFinding], _ relations: [TargetRelation], _ targets: [ColumnScan.Target],
    _ statistics: ColumnStatistics
  ) throws -> [Trace] {
    var traces: [Trace] = []
    let isFew = statistics.samples.count < TargetSearch.manySamples
    let leakingShare = isFew ? Self.leakingShareOfFew : Self.leakingShare
    for (place, relation) in relations.enumerated() where relation.isLabel {
      let suspicious = found.filter { finding in
        finding.effects[place].explained >= Self.outstandingShare || finding.effects[place].area >= Self.largestArea
      }.sorted { $0.effects[place].explained > $1.effects[place].explained }
      guard let best = suspicious.first else { continue }
      let next = found.filter { $0.column != best.column }.map { $0.effects[place].explained }.max() ?? 0
      let isOutstanding = 1 - best.effects[place].explained <= Self.outstandingPart * (1 - next)
      let hasArea = suspicious.contains { $0.effects[place].area >= Self.largestArea }
      if best.effects[place].explained < Self.suspiciousShare, !isOutstanding, !hasArea { continue }
      let chance = try Chance(of: targets[place], groups: statistics.samples.map(group), seed: Self.seed)
        .pValue(of: best.effects[place], in: statistics, labelCount: labels.count, threads: threads)
      if chance > Self.level * (1 + 1e-9) { continue }
      var named: Set<Int> = []
      for finding in suspicious.prefix(20) where named.insert(finding.column).inserted {
        let effect = finding.effects[place]
        let isArea = effect.area >= Self.largestArea && effect.explained < leakingShare
        traces.append(
          Trace(
            label: relation.label, columns: [finding.column], statistic: statistics.kinds[finding.kind],
            form: effect.form,
            explained: effect.explained, area: isArea ? effect.area : nil, pValue: chance,
            isLeak: isArea || effect.explained >= leakingShare))
      }
    }
    return traces
  }

  private func group(_ sample: Int) -> String {
    "\(dataset.samples[sample].split) \(dataset.samples[sample].group ?? dataset.samples[sample].recording)"
  }

  // MARK: - Numbers computed from labels

  private func relationTraces(_ found: [ColumnFinding], _ relations: [TargetRelation]) -> [Trace] {
    relations.enumerated().flatMap { place, relation -> [Trace] in
      if relation.isLabel { return [] }
      return found.filter { $0.effects.indices.contains(place) && $0.effects[place].explained >= Self.exactShare }
        .prefix(5).map {
          Trace(
            label: relation.label, relation: relation.words, columns: [$0.column], form: $0.effects[place].form,
            explained: $0.effects[place].explained, pValue: Self.level, isLeak: true)
        }
    }
  }

  private func calibratedTraces(_ found: [ColumnFinding], _ relations: [TargetRelation]) -> [Trace] {
    let own = relations.filter(\.isLabel)
    let tests = Double(max(1, features.width * own.count))
    let places = Array(dataset.samples.indices)
    let train = places.filter(isTrain)
    var traces: [Trace] = []
    for finding in found where finding.kind == 0 && finding.hasTies {
      let column = places.map { features.mean(ofSample: $0, column: finding.column) }
      for relation in own {
        for (samples, noun) in [(places, "all samples"), (train, "the train samples")] {
          guard let groups = CalibratedGroups(column, relation.values, samples: samples),
            groups.pValue * tests <= Self.level, groups.explained >= Shortcut.suspiciousShare
          else { continue }
          traces.append(
            Trace(
              label: relation.label, relation: "the mean label of \(noun) that share a value",
              columns: [finding.column],
              explained: groups.explained, pValue: groups.pValue * tests,
              note:
                "\(groups.groupCount) values meet those means \(Int(1 / max(1e-4, groups.ratio).squareRoot())) times as "
                + "well as chance", isLeak: samples.count == places.count))
          break
        }
      }
    }
    return traces
  }

  /// Returns columns that explain more in train than elsewhere: their extractor has seen the train labels.
  private func gapTraces(_ found: [ColumnFinding], _ relations: [TargetRelation], _ scan: Scan) -> [Trace] {
    let tests = Double(max(1, features.width * relations.count(where: \.isLabel)))
    var traces: [Trace] = []
    for (place, relation) in relations.enumerated() where relation.isLabel {
      let own = likeness(of: relation, scan)
      var best: (finding: ColumnFinding, gap: Double, pValue: Double)?
      var count = 0
      for finding in found where finding.kind == 0 {
        let (train, held) = finding.bySplit[place]
        let gap = train.r * train.r - (train.r * held.r > 0 ? held.r * held.r : 0)
        let perUnit = scan.groups.samplesPerUnit(own, finding.likeness)
        let (trainUnits, heldUnits) = (Double(train.count) / perUnit, Double(held.count) / perUnit)
        guard train.r * train.r >= Self.fittedShare, gap >= Self.largestGap, trainUnits > 4, heldUnits > 4 else {
          continue
        }
        // Fisher's z, with the number of independent samples.
        let z =
          abs(atanh(min(0.999999, abs(train.r))) - atanh(min(0.999999, abs(held.r))) * (train.r * held.r > 0 ? 1 : -1))
          / (1 / (trainUnits - 3) + 1 / (heldUnits - 3)).squareRoot()
        let pValue = erfc(z / 2.0.squareRoot()) * tests
        if pValue > Self.level { continue }
        count += 1
        if best.map({ gap > $0.gap }) ?? true { best = (finding, gap, pValue) }
      }
      guard let best else { continue }
      let (train, held) = best.finding.bySplit[place]
      traces.append(
        Trace(
          label: relation.label, columns: [best.finding.column], explained: train.r * train.r, pValue: best.pValue,
          correlations: (train.r, held.r), note: count > 1 ? "\(count) columns are like that" : "", isLeak: false))
    }
    return traces
  }

  /// Returns modalities whose columns were selected by their correlation with a label over held-out samples too.
  private func selectionTraces(
    _ found: [ColumnFinding], _ relations: [TargetRelation], _ scan: Scan
  ) -> [Trace] {
    var traces: [Trace] = []
    for (place, relation) in relations.enumerated() where relation.isLabel {
      let likeness = likeness(of: relation, scan)
      for (_, columns) in features.modalities {
        let own = found.filter { $0.kind == 0 && columns.contains($0.column) }
        guard let first = own.first else { continue }
        let (train, held) = (first.bySplit[place].train, first.bySplit[place].held)
        let perUnit = scan.groups.samplesPerUnit(
          likeness, own.reduce(0) { $0 + $1.likeness } / Double(own.count))
        let edge = SelectionEdge(
          own.map { SelectionEdge.Column(overall: $0.overall[place], train: $0.bySplit[place].train.r) },
          overallCount: Double(train.count + held.count) / perUnit, trainCount: Double(train.count) / perUnit)
        guard let edge else { continue }
        traces.append(
          Trace(
            label: relation.label, columns: own.map(\.column), explained: 0, pValue: Self.level,
            selection: edge, isLeak: false))
      }
    }
    return traces
  }

  private func likeness(of relation: TargetRelation, _ scan: Scan) -> Double {
    scan.groups.likeness { relation.values[scan.statistics.samples[$0]] }
  }

  // MARK: - Products

  /// Returns pairs of columns whose product is the label, whatever their offsets: x, y and x·y explain it together.
  private func productTraces(_ chosen: [Int]) throws -> [Trace] {
    let width = features.width
    if width > Self.widestForProducts || width < 2 { return [] }
    let features = features
    let unit = try UnitColumns(samples: chosen, columnCount: width, threads: threads) { sample, column in
      features.mean(ofSample: sample, column: column)
    }
    let limit =
      chosen.count >= TargetSearch.manySamples ? TargetSearch.largestResidual : TargetSearch.largestResidualOfFew
    return try labels.flatMap { label -> [Trace] in
      let target = chosen.map { Double(dataset.samples[$0].label[label]) }
      let products = try unit.products(weightedBy: target, threads: threads)
      let candidates = try PairScan.largest(products, width: width, count: Self.productCandidates, threads: threads)
      return candidates.compactMap { first, second -> Trace? in
        let complete = chosen.indices.filter { place in
          !features.mean(ofSample: chosen[place], column: first).isNaN
            && !features.mean(ofSample: chosen[place], column: second).isNaN
        }
        guard complete.count >= TargetSearch.fewestSamples, 2 * complete.count >= chosen.count else { return nil }
        let x = complete.map { Double(features.mean(ofSample: chosen[$0], column: first)) }
        let y = complete.map { Double(features.mean(ofSample: chosen[$0], column: second)) }
        let basis = OrthonormalBasis([x, y, zip(x, y).map { $0 * $1 }])
        let explained = basis.explained(ShortcutTest.normalized(complete.map { target[$0] }))
        guard 1 - explained <= limit else { return nil }
        return Trace(
          label: label, columns: [first, second], explained: explained, pValue: Self.level, note: "by their product",
          isLeak: true)
      }.sorted { $0.explained > $1.explained }.prefix(5).map { $0 }
    }
  }
}

/// The effects of one statistic of one column.
struct ColumnFinding: Sendable {
  let kind: Int
  let column: Int
  /// The effect on each relation; for statistics other than the mean, on labels only.
  let effects: [ColumnScan.Effect]
  /// For means, the correlation with each label in train and in the held-out splits.
  let bySplit: [(train: Correlation, held: Correlation)]
  /// For means, the correlation with each label over all samples.
  let overall: [Double]
  /// How much its samples of one recording resemble each other, for means.
  let likeness: Double
  let hasTies: Bool

  struct Correlation: Sendable {
    let r: Double
    let count: Int
  }
}

/// A pass over all columns and statistics.
private struct Scan: Sendable {
  let statistics: ColumnStatistics
  let relations: [TargetRelation]
  let targets: [ColumnScan.Target]
  let isTrain: [Bool]
  let groups: GroupLikeness

  private static let columnsPerTask = 16

  /// Returns the effects of every column that is not constant.
  func found(threads: Int) throws -> [ColumnFinding] {
    let scan = self
    let tasks = (statistics.width + Self.columnsPerTask - 1) / Self.columnsPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks, state: { ColumnScan() }) { task, state in
      let start = task * Self.columnsPerTask
      var values = [Float](repeating: 0, count: scan.statistics.samples.count)
      return (start..<min(start + Self.columnsPerTask, scan.statistics.width)).flatMap { column in
        scan.statistics.kinds.indices.compactMap { kind in
          scan.statistics.copy(kind, column: column, into: &values)
          return scan.finding(kind, column, values, &state)
        }
      }
    }.flatMap(\.self)
  }

  private func finding(_ kind: Int, _ column: Int, _ values: [Float], _ state: inout ColumnScan) -> ColumnFinding? {
    guard state.take(values, fewest: TargetSearch.fewestSamples) else { return nil }
    var effects: [ColumnScan.Effect] = []
    var overall: [Double] = []
    var bySplit: [(train: ColumnFinding.Correlation, held: ColumnFinding.Correlation)] = []
    for (place, relation) in relations.enumerated() {
      // Numbers computed from labels are searched for among means only.
      effects.append(relation.isLabel || kind == 0 ? state.effect(on: targets[place]) : ColumnScan.Effect())
      if kind != 0 { continue }
      overall.append(relation.isLabel ? state.correlation(with: targets[place].values) { _ in true }.r : 0)
      if !relation.isLabel {
        bySplit.append((.init(r: 0, count: 0), .init(r: 0, count: 0)))
        continue
      }
      let (train, held) = (
        state.correlation(with: targets[place].values) { isTrain[$0] },
        state.correlation(with: targets[place].values) { !isTrain[$0] }
      )
      bySplit.append(
        (.init(r: train.r, count: train.count), .init(r: held.r, count: held.count)))
    }
    return ColumnFinding(
      kind: kind, column: column, effects: effects, bySplit: bySplit, overall: overall,
      likeness: kind == 0 ? groups.likeness { Double(values[$0]) } : 0, hasTies: state.hasTies)
  }
}

/// How often chance gives a column that explains as much.
private struct Chance: Sendable {
  private let target: ColumnScan.Target
  private let orders: BlockPermutation

  private static let columnsPerTask = 8
  /// The degrees of freedom that bins take, and that lines, ranks and parabolas take at most.
  private static let freeOfValues = 26.0
  private static let freeOfCurves = 4.0

  init(of target: ColumnScan.Target, groups: [String], seed: UInt64) {
    self.target = target
    orders = BlockPermutation(groups: groups, seed: seed)
  }

  /// Returns the share of orders, including the observed one, in which any column, statistic and form explains as much as
  /// the best one, or has as large an area, times the number of labels.
  func pValue(
    of best: ColumnScan.Effect, in statistics: ColumnStatistics, labelCount: Int, threads: Int
  ) throws -> Double {
    // With recordings as the only independent units, P(R² > ρ) is about (1 − ρ)^(free / 2).
    let free = Double(orders.blockCount) - (best.form == .values ? Self.freeOfValues : Self.freeOfCurves)
    let forms = 4 * Double(statistics.width * statistics.kinds.count * labelCount)
    let bound = free > 0 ? forms * pow(1 - best.explained, free / 2) : 1
    if bound <= DisguiseSearch.level { return bound }
    // The level holds for all labels together.
    let count = Int((Double(labelCount) / DisguiseSearch.level).rounded()) - 1
    let order = (0..<count).map(orders.order)
    let permuted = order.map { order in
      ColumnScan.Target(
        values: order.map { target.values[$0] }, classes: target.classes.map { classes in order.map { classes[$0] } })
    }
    let tasks = (statistics.width + Self.columnsPerTask - 1) / Self.columnsPerTask
    var reached = [Bool](repeating: false, count: count)
    try OrderedWorkers(threadCount: threads).forEach(count: tasks, state: { ColumnScan() }) { task, state -> [Bool] in
      let start = task * Self.columnsPerTask
      var values = [Float](repeating: 0, count: statistics.samples.count)
      var reached = [Bool](repeating: false, count: permuted.count)
      for column in start..<min(start + Self.columnsPerTask, statistics.width) {
        for kind in statistics.kinds.indices {
          statistics.copy(kind, column: column, into: &values)
          guard state.take(values, fewest: TargetSearch.fewestSamples) else { continue }
          for number in permuted.indices where !reached[number] {
            let effect = state.effect(on: permuted[number])
            // Either would have been reported.
            reached[number] =
              effect.explained >= max(DisguiseSearch.outstandingShare, best.explained * (1 - 1e-12))
              || best.area >= DisguiseSearch.largestArea && effect.area >= best.area
          }
        }
      }
      return reached
    } consume: { _, own in
      for number in own.indices where own[number] { reached[number] = true }
    }
    return Double(reached.count(where: \.self) + 1) / Double(count + 1) * Double(labelCount)
  }
}
