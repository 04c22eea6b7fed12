import Leaks
import Samples
import Workers

/// Columns that the label decides: its square or absolute value, one class against all others, a bit of a class's number.
///
/// What a column tells of a label need not be much then, but the label tells all of the column. The share of the column's
/// variance between samples of different labels (η², adjusted) is 1 for such columns, and far from it for what was measured.
struct LabelFunctions: Sendable {
  /// A column that a label decides.
  struct Hit: Sendable {
    let column: Int
    let kind: Int
    /// The share of the column's variance that lies between labels.
    let explained: Double
  }

  let statistics: ColumnStatistics
  /// The recording of each sample.
  let groups: [String]

  /// No measured column follows a label as closely: r = 0.99 along the best of all curves.
  static let leakingShare = 0.98
  /// Where values differ from the most frequent one in fewer recordings, as few of one label may have them by chance.
  private static let fewestGroups = 6
  private static let mostLabels = 64
  private static let fewestOfLabel = 8
  private static let columnsPerTask = 32

  /// Returns the columns that a label decides, those decided best first.
  ///
  /// - Parameter label: one value per sample, none missing.
  func hits(of label: [Double], threads: Int) throws -> [Hit] {
    guard let bins = Self.bins(label) else { return [] }
    var numbers: [String: Int] = [:]
    let recordings = groups.map { group in
      if let number = numbers[group] { return number }
      numbers[group] = numbers.count
      return numbers.count - 1
    }
    let (statistics, recordingCount) = (statistics, numbers.count)
    let tasks = (statistics.width + Self.columnsPerTask - 1) / Self.columnsPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task -> [Hit] in
      let start = task * Self.columnsPerTask
      var values = [Float](repeating: 0, count: statistics.samples.count)
      return (start..<min(start + Self.columnsPerTask, statistics.width)).compactMap { column in
        statistics.kinds.indices.compactMap { kind -> Hit? in
          statistics.copy(kind, column: column, into: &values)
          guard let explained = Self.explained(values, by: bins), explained >= Self.leakingShare,
            Self.isSpread(values, recordings, recordingCount)
          else { return nil }
          return Hit(column: column, kind: kind, explained: explained)
        }.first
      }
    }.flatMap(\.self).sorted { ($1.explained, $0.column) < ($0.explained, $1.column) }
  }

  /// The number of each sample's label among those that differ, or of a range of labels where there are many; small classes join
  /// their neighbours. nil where one is left.
  private static func bins(_ label: [Double]) -> (numbers: [Int], count: Int)? {
    let order = label.indices.sorted { (label[$0], $0) < (label[$1], $1) }
    let kinds = Set(label).count
    let size = kinds <= mostLabels ? fewestOfLabel : max(fewestOfLabel, label.count / mostLabels)
    var numbers = [Int](repeating: 0, count: label.count)
    var (number, filled) = (0, 0)
    for (place, sample) in order.enumerated() {
      let isNew = place > 0 && label[order[place - 1]] != label[sample]
      if isNew, filled >= size { (number, filled) = (number + 1, 0) }
      numbers[sample] = number
      filled += 1
    }
    return number == 0 ? nil : (numbers, number + 1)
  }

  /// The share of the variance of a column between bins, adjusted for their number; nil where it does not vary, or lacks a value.
  private static func explained(_ values: [Float], by bins: (numbers: [Int], count: Int)) -> Double? {
    var (sums, counts) = ([Double](repeating: 0, count: bins.count), [Double](repeating: 0, count: bins.count))
    var (sum, squares) = (0.0, 0.0)
    let shift = Double(values.first ?? 0)
    for (value, bin) in zip(values, bins.numbers) {
      guard value.isFinite else { return nil }
      let value = Double(value) - shift
      sum += value
      squares += value * value
      sums[bin] += value
      counts[bin] += 1
    }
    let count = Double(values.count)
    let total = squares - sum * sum / count
    guard total > 1e-9 * max(squares, shift * shift * 1e-6), count > Double(bins.count) else { return nil }
    let between = zip(sums, counts).reduce(-sum * sum / count) { $0 + ($1.1 > 0 ? $1.0 * $1.0 / $1.1 : 0) }
    return 1 - (1 - between / total) * (count - 1) / (count - Double(bins.count))
  }

  /// Whether values other than the most frequent one are in several recordings.
  private static func isSpread(_ values: [Float], _ recordings: [Int], _ count: Int) -> Bool {
    var counts: [Float: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    let most = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    var isSeen = [Bool](repeating: false, count: count)
    for (value, recording) in zip(values, recordings) where value != most { isSeen[recording] = true }
    return isSeen.count { $0 } >= fewestGroups
  }
}
