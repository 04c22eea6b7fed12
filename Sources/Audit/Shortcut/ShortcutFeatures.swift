import Leaks
import Samples

/// What a sample gives away without its contents: how long it is, what it lacks, where it stands.
struct ShortcutFeatures: Sendable {
  /// A family of quantities that is tested together.
  struct Family: Sendable {
    /// What a finding calls it.
    let name: String
    /// One list a quantity, one value a sample.
    let columns: [[Double]]
  }

  let families: [Family]

  /// Counts rows, masks and places of every sample.
  ///
  /// - Throws: what reading rows throws.
  init(of dataset: AuditedDataset, threads: Int) throws {
    let contents = try SampleContents.all(of: dataset, threads: threads)
    var families: [Family] = []
    var length = dataset.modalities.map { modality in
      dataset.samples.map { Double($0.rows[modality] ?? 0) }
    }
    if dataset.samples.allSatisfy({ $0.interval != nil }) {
      length.append(dataset.samples.map { $0.interval?.duration ?? 0 })
    }
    if dataset.samples.contains(where: { $0.words != nil }) {
      length.append(dataset.samples.map { Double($0.words?.split(separator: " ").count ?? 0) })
    }
    families.append(Family(name: "length", columns: length.flatMap { [$0, Self.ranks($0)] }))
    let places = dataset.modalities.indices
    families.append(
      Family(name: "missing rows", columns: places.map { place in contents.map { $0.missingShare[place] } }))
    families.append(
      Family(
        name: "padding",
        columns: places.flatMap { place in
          [contents.map { $0.leadingPadding[place] }, contents.map { $0.trailingPadding[place] }]
        }))
    families.append(Family(name: "position in the recording", columns: Self.positions(dataset)))
    // The order of lines in a list is no feature of a sample.
    if dataset.form != .list { families.append(Family(name: "file order", columns: Self.order(dataset))) }
    self.families = families.filter { !$0.columns.isEmpty }
  }

  /// A sample's place among those of its recording, and when it starts.
  private static func positions(_ dataset: AuditedDataset) -> [[Double]] {
    if dataset.form == .list {
      let isTimed = dataset.samples.allSatisfy { $0.interval != nil }
      return isTimed ? [dataset.samples.map { $0.interval?.start ?? 0 }] : []
    }
    var counts: [String: Int] = [:]
    let place = dataset.samples.map { sample -> Double in
      counts[sample.wholeRecording, default: 0] += 1
      return Double(counts[sample.wholeRecording] ?? 0)
    }
    let share = zip(place, dataset.samples).map { $0 / Double(counts[$1.wholeRecording] ?? 1) }
    guard dataset.samples.allSatisfy({ $0.interval != nil }) else { return [place, share] }
    return [place, share, dataset.samples.map { $0.interval?.start ?? 0 }]
  }

  /// A sample's place in its split, 0 … 1, and how far it is from the middle.
  private static func order(_ dataset: AuditedDataset) -> [[Double]] {
    let place = Split.allCases.flatMap { split -> [Double] in
      let count = dataset.indices(of: split).count
      return (0..<count).map { Double($0) / Double(max(1, count - 1)) }
    }
    return [place, place.map { ($0 - 0.5) * ($0 - 0.5) }]
  }

  /// Ranks, ties sharing their mean: they see a curve that a straight line misses.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
      start = end
    }
    return ranks
  }
}
