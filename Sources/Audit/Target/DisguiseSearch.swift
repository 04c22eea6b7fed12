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
  /// r = 0.88, which merits a look if other columns do not explain it. Honest features share what they reveal, and none knows the
  /// errors of those who labelled.
  static let suspiciousShare = 0.78
  /// A column that explains as much as a leak stands out if it leaves less than this part of what all others together do, another one
  /// if it leaves less than the second, …
  static let outstandingPart = 0.78
  static let outstandingPartOfWeak = 0.45
  /// … or if it explains this share of what they leave, beyond chance, …
  static let smallestOwnPart = 0.12
  static let levelOfOwnPart = 0.002
  /// … or this one, if it holds one value a sample where other columns vary from row to row.
  static let smallestStillPart = 0.08
  /// Numbers computed from labels must be matched as exactly as this.
  static let exactShare = 0.98
  /// A column that explains this much of a label in train, and this much more than in held-out samples, was fitted to the
  /// train labels.
  static let largestGap = 0.25
  static let fittedShare = 0.36
  /// The probability that one kind of test finds anything in a clean data set.
  static let level = 0.0007
  /// For the six kinds together: labels, numbers computed from labels, train against held out, selection, single frames, missing
  /// cells; and for what columns explain beyond others.
  static let familyWiseRate = 6 * level + levelOfOwnPart
  static let largestArea = 0.999
  static let fewestOfClass = 25
  /// The number of samples over which effects are measured; effects that matter need no more.
  static let mostSamples = 2048
  /// The number of columns up to which products are searched.
  static let widestForProducts = 2048
  private static let productCandidates = 256
  /// Samples by which products are chosen: more would choose no others.
  private static let mostScreened = 1024
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
    let scan = ColumnSurvey(
      statistics: statistics, relations: relations, targets: targets, isTrain: chosen.map(isTrain),
      groups: GroupLikeness(groups: chosen.map(group)))
    let found = try scan.found(threads: threads)
    var traces = try ownTraces(found, relations, targets, statistics)
    traces += relationTraces(found, relations)
    traces += gapTraces(found, relations, scan)
    traces += selectionTraces(found, relations, scan)
    traces += calibratedTraces(found, relations)
    traces += try missingTraces(relations, statistics)
    if dataset.samples.contains(where: { $0.rows.values.contains { $0 > 1 } }), traces.allSatisfy({ !$0.isLeak }) {
      let frames = try FrameSearch(
        of: dataset, features, candidates: chosen, groups: chosen.map(group), labels: labels)
      traces += try frames.hits(threads: threads).map { hit in
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
    let others = OtherColumns(of: statistics, groups: statistics.samples.map(group), threads: threads)
    for (place, relation) in relations.enumerated() where relation.isLabel {
      var named: Set<Int> = []
      let strongest = found.filter { finding in
        finding.effects[place].explained >= Self.suspiciousShare || finding.effects[place].area >= Self.largestArea
      }.sorted { $0.effects[place].explained > $1.effects[place].explained }.filter {
        named.insert($0.column).inserted
      }.prefix(Self.mostExamined)
      if strongest.isEmpty { continue }
      let lines = found.count { $0.effects[place].line >= Self.suspiciousShare }
      let suspicious = try strongest.compactMap { finding in
        try standing(of: finding, finding.effects[place], targets[place], others, candidateCount: lines, leakingShare)
          .map { (finding: finding, standing: $0) }
      }
      guard let best = suspicious.first else { continue }
      let chance = try ColumnChance(of: targets[place], groups: statistics.samples.map(group), seed: Self.seed)
        .pValue(of: best.finding, place, in: statistics, labelCount: labels.count, threads: threads)
      if chance > Self.level * (1 + 1e-9) { continue }
      for (finding, standing) in suspicious.prefix(Self.mostNamed) {
        let effect = finding.effects[place]
        // Which cells are missing is no content, so what tells a label there is a leak much sooner.
        let kind = statistics.kinds[finding.kind]
        let isArea = standing == .area && effect.explained < leakingShare
        traces.append(
          Trace(
            label: relation.label, columns: [finding.column], statistic: kind, form: effect.form,
            explained: effect.explained, area: isArea ? effect.area : nil, pValue: chance,
            isLeak: isArea || effect.explained >= (kind == .missing ? Shortcut.leakingShare : leakingShare)))
      }
    }
    return traces
  }

  /// What a column stands out by.
  private enum Standing {
    case area
    case share
  }

  /// Returns by what a column tells more of a label than other columns explain; nil if it does not.
  ///
  /// - Parameter candidateCount: the number of columns that go with the label as well.
  private func standing(
    of finding: ColumnFinding, _ effect: ColumnScan.Effect, _ target: ColumnScan.Target, _ others: OtherColumns,
    candidateCount: Int, _ leakingShare: Double
  ) throws -> Standing? {
    if effect.area >= Self.largestArea {
      let signs = try others.compare(finding, .values, target: target.signs)
      if 1 - signs.alone <= Self.outstandingPart * (1 - signs.others) { return .area }
    }
    if effect.explained < Self.suspiciousShare { return nil }
    let whole = try others.compare(finding, effect.form, target: target.values)
    let part = effect.explained >= leakingShare ? Self.outstandingPart : Self.outstandingPartOfWeak
    if 1 - effect.explained <= part * (1 - whole.others) { return .share }
    // A curve adds to others where a label has no noise.
    if effect.line < Self.suspiciousShare { return nil }
    let line = try others.compare(finding, .line, target: target.values)
    if line.part >= Self.smallestOwnPart, line.pValue * Double(candidateCount) <= Self.levelOfOwnPart { return .share }
    return line.part >= Self.smallestStillPart && others.isStill(finding.column) ? .share : nil
  }

  /// Of as many columns it is tested whether others explain what they do.
  private static let mostExamined = 32
  private static let mostNamed = 20

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
        guard let place = relations.firstIndex(where: { $0.isLabel && $0.label == relation.label }),
          finding.effects[place].explained >= Shortcut.suspiciousShare / 2
        else { continue }
        for (samples, noun) in [(places, "all samples"), (train, "the train samples")] {
          guard let groups = CalibratedGroups(column, relation.values, samples: samples),
            groups.pValue * tests <= Self.level, groups.ratio <= CalibratedGroups.largestRatio,
            groups.explained >= Shortcut.suspiciousShare
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
  private func gapTraces(_ found: [ColumnFinding], _ relations: [TargetRelation], _ scan: ColumnSurvey) -> [Trace] {
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
    _ found: [ColumnFinding], _ relations: [TargetRelation], _ scan: ColumnSurvey
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

  private func likeness(of relation: TargetRelation, _ scan: ColumnSurvey) -> Double {
    scan.groups.likeness { relation.values[scan.statistics.samples[$0]] }
  }

  // MARK: - Missing cells

  /// Returns labels that the missing cells of all columns tell together, in recordings that the model has not seen.
  private func missingTraces(_ relations: [TargetRelation], _ statistics: ColumnStatistics) throws -> [Trace] {
    // In prepared data a 0 may be a content as well.
    guard dataset.form != .prepared, let missing = statistics.kinds.firstIndex(of: .missing) else { return [] }
    let others = OtherColumns(
      of: statistics, kind: missing, groups: statistics.samples.map(group), threads: threads)
    guard try others.varies else { return [] }
    return try relations.filter(\.isLabel).compactMap { relation -> Trace? in
      let values = statistics.samples.map { relation.values[$0] }
      let (explained, pValue) = try others.explained(values)
      guard explained >= Shortcut.suspiciousShare, pValue * Double(labels.count) <= Self.level else { return nil }
      return Trace(
        label: relation.label, columns: [], statistic: .missing, explained: explained,
        pValue: pValue * Double(labels.count), note: "in recordings that were left out",
        isLeak: explained >= Shortcut.leakingShare)
    }
  }

  // MARK: - Products

  /// Returns pairs of columns whose product is the label, whatever their offsets: x, y and x·y explain it together.
  private func productTraces(_ chosen: [Int]) throws -> [Trace] {
    let width = features.width
    if width > Self.widestForProducts || width < 2 { return [] }
    let features = features
    let screened =
      chosen.count <= Self.mostScreened
      ? chosen : (0..<Self.mostScreened).map { chosen[$0 * chosen.count / Self.mostScreened] }
    let unit = try UnitColumns(samples: screened, columnCount: width, threads: threads) { sample, column in
      features.mean(ofSample: sample, column: column)
    }.drawnIn()
    let limit =
      chosen.count >= TargetSearch.manySamples ? TargetSearch.largestResidual : TargetSearch.largestResidualOfFew
    return try labels.flatMap { label -> [Trace] in
      let target = chosen.map { Double(dataset.samples[$0].label[label]) }
      let products = try unit.products(
        weightedBy: screened.map { Double(dataset.samples[$0].label[label]) }, threads: threads)
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
