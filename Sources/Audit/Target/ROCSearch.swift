import Leaks
import Workers

/// Computes the area under the ROC curve of every column for every label's sign, which reveals a label behind any
/// monotonic function.
struct ROCSearch: Sendable {
  let features: PooledFeatures
  let dataset: AuditedDataset
  let samples: [Int]
  let labels: [Int]

  private static let columnsPerTask = 16

  /// Returns the areas, [label][column]; ½ if a class has too few samples.
  func areas(threads: Int) throws -> [[Double]] {
    let classes = labels.map(classes(of:))
    var areas = labels.map { _ in [Double](repeating: 0.5, count: features.width) }
    if classes.allSatisfy({ $0 == nil }) { return areas }
    let search = self
    let tasks = (features.width + Self.columnsPerTask - 1) / Self.columnsPerTask
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task in
      let start = task * Self.columnsPerTask
      return (start..<min(start + Self.columnsPerTask, search.features.width)).map { search.areas(of: $0, classes) }
    } consume: { task, found in
      for (offset, column) in found.enumerated() {
        for label in areas.indices { areas[label][task * Self.columnsPerTask + offset] = column[label] }
      }
    }
    return areas
  }

  /// Returns 1 for a positive sample, −1 for a negative one and 0 for neither; if a label is never negative, 0 is its
  /// negative class.
  private func classes(of label: Int) -> [Int8]? {
    let values = samples.map { dataset.samples[$0].label[label] }
    let hasNegatives = values.contains { $0 < 0 }
    let classes = values.map { $0 > 0 ? Int8(1) : hasNegatives ? ($0 < 0 ? -1 : 0) : -1 }
    let counts = (classes.count { $0 > 0 }, classes.count { $0 < 0 })
    return min(counts.0, counts.1) >= TargetSearch.fewestOfClass ? classes : nil
  }

  private func areas(of column: Int, _ classes: [[Int8]?]) -> [Double] {
    let values = samples.map { features.mean(ofSample: $0, column: column) }
    let order = values.indices.filter { !values[$0].isNaN }.sorted { values[$0] < values[$1] }
    return classes.map { classes in
      guard let classes else { return 0.5 }
      // Pairs in which a positive sample beats a negative one; a tie counts half.
      var (negatives, wins, positives) = (0.0, 0.0, 0.0)
      var start = 0
      while start < order.count {
        var end = start
        var (tiedPositives, tiedNegatives) = (0.0, 0.0)
        while end < order.count, values[order[end]] == values[order[start]] {
          if classes[order[end]] > 0 { tiedPositives += 1 } else if classes[order[end]] < 0 { tiedNegatives += 1 }
          end += 1
        }
        wins += tiedPositives * (negatives + tiedNegatives / 2)
        negatives += tiedNegatives
        positives += tiedPositives
        start = end
      }
      return positives * negatives == 0 ? 0.5 : wins / (positives * negatives)
    }
  }
}
