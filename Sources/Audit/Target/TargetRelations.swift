import Leaks
import Samples

/// Numbers computed from a label that no honest feature holds: the label itself, that of a neighbour, and the means that
/// target encoding substitutes for a name.
struct TargetRelation: Sendable {
  /// The words for it in a finding; empty for the label itself.
  let words: String
  let label: Int
  /// One value per sample of the data set; NaN if there is none.
  let values: [Double]

  var isLabel: Bool { words.isEmpty }

  /// Returns the label, and the numbers computed from it that differ from it.
  static func all(of label: Int, in dataset: AuditedDataset, _ positions: SamplePositions) -> [TargetRelation] {
    let own = dataset.samples.map { Double($0.label[label]) }
    var relations = [TargetRelation(words: "", label: label, values: own)]
    func neighbour(_ index: Int?) -> Double { index.map { own[$0] } ?? .nan }
    relations.append(
      TargetRelation(words: "the label of the segment before", label: label, values: positions.previous.map(neighbour)))
    relations.append(
      TargetRelation(words: "the label of the segment after", label: label, values: positions.next.map(neighbour)))
    let names: [(String, (AuditedSample) -> String?)] = [
      ("recording", { $0.group ?? $0.wholeRecording }), ("dialog", \.dialog), ("session", \.session),
      ("speaker", \.speaker),
    ]
    for (noun, name) in names {
      let groups = dataset.samples.map(name)
      if groups.contains(nil) { continue }
      relations += means(own, groups.compactMap(\.self), noun, label)
    }
    // Numbers that hardly differ from the label are covered by the label itself.
    return relations.filter { $0.isLabel || $0.varies && $0.differs(from: own) }
  }

  /// Returns the mean of each sample's group, and the same without the sample itself.
  private static func means(_ own: [Double], _ groups: [String], _ noun: String, _ label: Int) -> [TargetRelation] {
    var sums: [String: (sum: Double, count: Double)] = [:]
    for (value, group) in zip(own, groups) where value.isFinite {
      let old = sums[group] ?? (0, 0)
      sums[group] = (old.sum + value, old.count + 1)
    }
    guard sums.count >= fewestGroups, sums.count * 2 <= own.count else { return [] }
    let whole = groups.map { group in sums[group].map { $0.sum / $0.count } ?? .nan }
    let others = zip(own, groups).map { value, group -> Double in
      guard value.isFinite, let (sum, count) = sums[group], count > 1 else { return .nan }
      return (sum - value) / (count - 1)
    }
    return [
      TargetRelation(words: "the mean label of the \(noun)", label: label, values: whole),
      TargetRelation(words: "the mean label of the \(noun)'s other samples", label: label, values: others),
    ]
  }

  /// With fewer groups, one of a thousand columns matches their means by chance.
  private static let fewestGroups = 8
  private static let largestLikeness = 0.98

  private var varies: Bool {
    let known = values.filter(\.isFinite)
    return known.contains { $0 != known.first }
  }

  private func differs(from own: [Double]) -> Bool {
    let pairs = zip(values, own).filter { $0.isFinite && $1.isFinite }
    guard let fit = LinearFit(pairs.map(\.1), on: [pairs.map(\.0)]) else { return true }
    return 1 - fit.residualShare < Self.largestLikeness
  }
}
