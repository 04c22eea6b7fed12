import ArrayFiles
import Foundation
import Leaks
import Samples
import Workers

/// Searches for a label that is in any one row of each sample, up to a linear function: the mean over rows drowns it, but a
/// line through rows of two samples that meets a row of every other sample is no coincidence.
struct FrameSearch: Sendable {
  /// A column that holds it.
  struct Hit: Sendable {
    let label: Int
    let column: Int
    /// The numbers of samples examined, and of those with a row on the line.
    let sampleCount: Int
    let foundCount: Int
  }

  /// The rows of one sample, [rows, width].
  private struct Rows: Sendable {
    let values: [Float]
    let rowCount: Int
    let labels: [Double]
  }

  private let samples: [Rows]
  private let width: Int
  private let labelCount: Int
  private let roundoff: Double

  /// This many samples rule out chance even if every second sample meets a line by coincidence.
  private static let mostSamples = 64
  static let fewestSamples = 24
  private static let mostRows = 128
  /// One in this many samples may lack the row, for example because it was cut.
  private static let largestLoss = 16
  private static let columnsPerTask = 8

  /// - Parameter candidates: the positions of samples in the data set.
  init(of dataset: AuditedDataset, _ features: PooledFeatures, candidates: [Int]) throws {
    let width = features.width
    self.width = width
    labelCount = dataset.labelNames.count
    roundoff = dataset.dtype.unitRoundoff
    let suitable = candidates.filter { sample in
      let counts = features.presentRows[sample]
      return counts.contains { $0 > 1 } && counts.allSatisfy { $0 <= Self.mostRows }
        && dataset.samples[sample].label.allSatisfy(\.isFinite)
    }
    let step = max(1, suitable.count / Self.mostSamples)
    samples = try stride(from: 0, to: suitable.count, by: step).prefix(Self.mostSamples).map { place in
      let sample = suitable[place]
      let rowCount = features.presentRows[sample].max() ?? 0
      var values = [Float](repeating: .nan, count: rowCount * width)
      for (modality, columns) in features.modalities where !columns.isEmpty {
        try dataset.withRows(of: sample, modality) { cells, mask in
          for (number, row) in mask.indices.filter({ mask[$0] != 0 }).enumerated() {
            for column in 0..<columns.count {
              values[number * width + columns.lowerBound + column] = cells[row * columns.count + column]
            }
          }
        }
      }
      return Rows(values: values, rowCount: rowCount, labels: dataset.samples[sample].label.map { Double($0) })
    }
  }

  /// Returns columns that hold a label in one row of nearly every sample.
  func hits(labels: [Int], threads: Int) throws -> [Hit] {
    if samples.count < Self.fewestSamples { return [] }
    let search = self
    let tasks = (width + Self.columnsPerTask - 1) / Self.columnsPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
      let start = task * Self.columnsPerTask
      return (start..<min(start + Self.columnsPerTask, search.width)).flatMap { column in
        let cells = search.samples.map { sample in
          (0..<sample.rowCount).map { Double(sample.values[$0 * search.width + column]) }.filter(\.isFinite).sorted()
        }
        return labels.compactMap { search.hit(label: $0, column: column, cells) }
      }
    }.flatMap(\.self)
  }

  private func hit(label: Int, column: Int, _ cells: [[Double]]) -> Hit? {
    let all = cells.flatMap(\.self)
    guard let least = all.min(), let greatest = all.max(), least < greatest else { return nil }
    let order = samples.indices.filter { !cells[$0].isEmpty }.sorted {
      samples[$0].labels[label] < samples[$1].labels[label]
    }
    guard order.count >= Self.fewestSamples, let low = order.first, let high = order.last else { return nil }
    let values = order.map { samples[$0].labels[label] }
    let mean = all.reduce(0, +) / Double(all.count)
    let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
    let span = values[values.count - 1] - values[0]
    guard span > 0 else { return nil }
    // The rows of the two samples with the extreme labels give the candidate lines; a second pair covers the case that one
    // of them lacks the row.
    let pairs = [(low, high), (order[1], order[order.count - 2])]
    for (one, other) in pairs {
      let (from, to) = (samples[one].labels[label], samples[other].labels[label])
      if from == to { continue }
      for a in Set(cells[one]).sorted() {
        for b in Set(cells[other]).sorted() {
          let slope = (b - a) / (to - from)
          // A nearly constant line is a value that many samples share.
          if abs(slope) * span < Self.smallestRise * deviation { continue }
          if let count = matches(order, cells, label, slope, a - slope * from, size: abs(a) + abs(b)) {
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
    _ order: [Int], _ cells: [[Double]], _ label: Int, _ slope: Double, _ constant: Double, size: Double
  ) -> Int? {
    func meets(_ sample: Int, labelOf other: Int) -> Bool {
      let value = slope * samples[other].labels[label] + constant
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
        if samples[other].labels[label] == samples[sample].labels[label] { continue }
        trials += 1
        if meets(sample, labelOf: other) { accidents += 1 }
      }
    }
    let chance = Double(accidents + 1) / Double(trials + 2)
    let found = order.count - misses
    let lines = Double(width * labelCount) * 2 * Double(Self.mostRows * Self.mostRows)
    let expected =
      log(lines) + Double(found) * log(chance) + lgamma(Double(order.count + 1))
      - lgamma(Double(found + 1)) - lgamma(Double(misses + 1))
    return expected < log(Self.level) ? found : nil
  }

  /// The probability that a clean data set has such a column.
  static let level = 0.001
}
