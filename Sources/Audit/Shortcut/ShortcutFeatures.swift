import Leaks
import Samples

/// What a sample reveals apart from its contents: its length, its gaps and its position.
struct ShortcutFeatures: Sendable {
  /// A family of quantities tested together.
  struct Family: Sendable {
    /// The name used in findings.
    let name: String
    /// One list per quantity, with one value per sample.
    let columns: [[Double]]
  }

  let families: [Family]

  /// Gathers the row counts, masks and positions of every sample.
  ///
  /// - Throws: errors from reading rows.
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
    // The order of lines in a list is not a property of the samples.
    if dataset.form != .list { families.append(Family(name: "file order", columns: Self.order(dataset))) }
    self.families = families.filter { !$0.columns.isEmpty }
  }

  /// Returns each sample's position within its recording, and its start time.
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

  /// Returns each sample's position in its split, 0 … 1, and its distance from the middle.
  private static func order(_ dataset: AuditedDataset) -> [[Double]] {
    let place = Split.allCases.flatMap { split -> [Double] in
      let count = dataset.indices(of: split).count
      return (0..<count).map { Double($0) / Double(max(1, count - 1)) }
    }
    return [place, place.map { ($0 - 0.5) * ($0 - 0.5) }]
  }

  /// Returns ranks, with ties sharing their mean; they reveal curves that a straight line misses.
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
