import ArrayFiles
import Foundation
import Leaks
import Samples
import Workers

/// Searches for a label that is in any one row of each sample, which the mean over rows drowns.
///
/// Where samples share labels, a value of its own for each label is looked for (`FrameValues`); otherwise, a line: through rows of
/// two samples, it meets a row of every other sample by no coincidence.
struct FrameSearch: Sendable {
  /// A column that holds it.
  struct Hit: Sendable {
    let label: Int
    let column: Int
    /// The numbers of samples examined, and of those with a row that tells their label.
    let sampleCount: Int
    let foundCount: Int
  }

  /// The samples of one modality with a label.
  private struct Part: Sendable {
    let rows: FrameRows
    /// The place of the modality's first column among all.
    let firstColumn: Int
    /// [label][sample]
    let labels: [[Float]]
    /// The classes of each label if samples share them.
    let classes: [FrameValues.Classes?]
  }

  private let parts: [Part]
  private let labels: [Int]
  private let width: Int
  private let roundoff: Double

  /// This many samples rule out chance even if every second sample meets a line by coincidence.
  private static let mostSamples = 64
  static let fewestSamples = 24
  private static let mostRows = 128
  /// One in this many samples may lack the row, for example because it was cut.
  private static let largestLoss = 16
  private static let columnsPerTask = 8

  /// - Parameters:
  ///   - candidates: the positions of samples in the data set.
  ///   - groups: the recording of each candidate.
  init(of dataset: AuditedDataset, _ features: PooledFeatures, candidates: [Int], groups: [String], labels: [Int])
    throws
  {
    width = features.width
    self.labels = labels
    roundoff = dataset.dtype.unitRoundoff
    var numbers: [String: Int] = [:]
    let recordingOfSample = Dictionary(
      uniqueKeysWithValues: zip(candidates, groups).map { sample, group in
        let number = numbers[group] ?? numbers.count
        numbers[group] = number
        return (sample, number)
      })
    parts = try features.modalities.indices.compactMap { place in
      let rows = try FrameRows(of: dataset, features, place: place, candidates: candidates)
      if rows.samples.count < Self.fewestSamples || rows.width == 0 || rows.mostRowsOfSample < 2 { return nil }
      let recordings = rows.samples.map { recordingOfSample[$0] ?? 0 }
      let values = labels.map { label in rows.samples.map { dataset.samples[$0].label[label] } }
      let classes = values.map { own -> FrameValues.Classes? in
        let classes = FrameValues.Classes(labels: own, recordings: recordings, rows: rows)
        return classes.areTelling(of: own.count) ? classes : nil
      }
      return Part(
        rows: rows, firstColumn: features.modalities[place].columns.lowerBound, labels: values, classes: classes)
    }
  }

  /// Returns columns that hold a label in one row of nearly every sample.
  func hits(threads: Int) throws -> [Hit] {
    try parts.flatMap { part -> [Hit] in
      let tasks = (part.rows.width + Self.columnsPerTask - 1) / Self.columnsPerTask
      return try OrderedWorkers(threadCount: threads).map(count: tasks, state: { FrameSieves() }) { task, sieves in
        let start = task * Self.columnsPerTask
        return (start..<min(start + Self.columnsPerTask, part.rows.width)).flatMap { column in
          hits(in: part, column: column, &sieves)
        }
      }.flatMap(\.self)
    }
  }

  private func hits(in part: Part, column: Int, _ sieves: inout FrameSieves) -> [Hit] {
    sieves.take(part.rows, column: column)
    var cells: [[Double]]?
    return labels.indices.compactMap { place -> Hit? in
      if let classes = part.classes[place] {
        guard let values = FrameValues(part.rows, column: column, classes, sieves),
          values.logChance + log(Double(width * labels.count)) < log(Self.level)
        else { return nil }
        return Hit(
          label: labels[place], column: part.firstColumn + column, sampleCount: values.sampleCount,
          foundCount: values.foundCount)
      }
      let sorted = cells ?? Self.sortedCells(of: part, column: column)
      cells = sorted
      return line(labels[place], column: part.firstColumn + column, sorted, part.labels[place].map(Double.init))
    }
  }

  /// Returns the rows of samples that a line may be drawn through, each sample's in order; none of the others.
  private static func sortedCells(of part: Part, column: Int) -> [[Double]] {
    let suitable = part.rows.samples.indices.filter { part.rows.starts[$0 + 1] - part.rows.starts[$0] <= mostRows }
    let chosen = Set(stride(from: 0, to: suitable.count, by: max(1, suitable.count / mostSamples)).map { suitable[$0] })
    return part.rows.samples.indices.map { sample in
      chosen.contains(sample)
        ? part.rows.cells(ofColumn: column, sample: sample).map(Double.init).filter(\.isFinite).sorted() : []
    }
  }

  private func line(_ label: Int, column: Int, _ cells: [[Double]], _ labels: [Double]) -> Hit? {
    let all = cells.flatMap(\.self)
    guard let least = all.min(), let greatest = all.max(), least < greatest else { return nil }
    let order = labels.indices.filter { !cells[$0].isEmpty }.sorted { labels[$0] < labels[$1] }
    guard order.count >= Self.fewestSamples, let low = order.first, let high = order.last else { return nil }
    let mean = all.reduce(0, +) / Double(all.count)
    let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
    let span = labels[high] - labels[low]
    guard span > 0 else { return nil }
    // The rows of the two samples with the extreme labels give the candidate lines; a second pair covers the case that one
    // of them lacks the row.
    let pairs = [(low, high), (order[1], order[order.count - 2])]
    for (one, other) in pairs {
      let (from, to) = (labels[one], labels[other])
      if from == to { continue }
      for a in Set(cells[one]).sorted() {
        for b in Set(cells[other]).sorted() {
          let slope = (b - a) / (to - from)
          // A nearly constant line is a value that many samples share.
          if abs(slope) * span < Self.smallestRise * deviation { continue }
          if let count = matches(order, cells, labels, slope, a - slope * from, size: abs(a) + abs(b)) {
            return Hit(label: label, column: column, sampleCount: order.count, foundCount: count)
          }
        }
      }
    }
    return nil
  }

  private static let smallestRise = 0.2

  /// Returns how many samples have a row on a line; nil if too few have, or if as many would have one by chance.
  private func matches(
    _ order: [Int], _ cells: [[Double]], _ labels: [Double], _ slope: Double, _ constant: Double, size: Double
  ) -> Int? {
    func meets(_ sample: Int, labelOf other: Int) -> Bool {
      let value = slope * labels[other] + constant
      // The line is drawn through two rounded cells.
      let error = 2 * roundoff * (size + abs(value)) + 1e-7 * size
      // Cells are sorted: the first one that is not below the line's value minus the error decides.
      var (low, high) = (0, cells[sample].count)
      while low < high {
        let middle = (low + high) / 2
        if cells[sample][middle] < value - error { low = middle + 1 } else { high = middle }
      }
      return low < cells[sample].count && cells[sample][low] <= value + error
    }
    let mostMisses = order.count / Self.largestLoss
    var misses = 0
    for sample in order where !meets(sample, labelOf: sample) {
      misses += 1
      if misses > mostMisses { return nil }
    }
    // How often a sample meets the values for other samples' labels estimates chance.
    var (accidents, trials) = (0, 0)
    for (place, sample) in order.enumerated() {
      for shift in 1..<8 {
        let other = order[(place + shift * order.count / 8) % order.count]
        if labels[other] == labels[sample] { continue }
        trials += 1
        if meets(sample, labelOf: other) { accidents += 1 }
      }
    }
    let chance = Double(accidents + 1) / Double(trials + 2)
    let found = order.count - misses
    let lines = Double(width * self.labels.count) * 2 * Double(Self.mostRows * Self.mostRows)
    let expected =
      log(lines) + Double(found) * log(chance) + lgamma(Double(order.count + 1))
      - lgamma(Double(found + 1)) - lgamma(Double(misses + 1))
    return expected < log(Self.level) ? found : nil
  }

  /// The probability that a clean data set has such a column.
  static let level = DisguiseSearch.level
}
