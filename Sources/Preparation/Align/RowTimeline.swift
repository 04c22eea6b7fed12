import Samples

/// The rows of one modality of one recording, sorted by start time.
///
/// Rows whose interval is reversed or not finite are left out and counted.
struct RowTimeline: Sendable {
  /// Start and end of each kept row, in seconds, sorted by start; rows that start together keep the file's order.
  let starts: [Double]
  let ends: [Double]
  /// The kept rows' numbers in the file, in the order of `starts`.
  let rows: [Int]
  /// Whether position and row number are the same throughout, so that a stretch of time is a stretch of memory.
  let isIdentity: Bool
  /// How many rows end before they start.
  let reversedCount: Int
  /// How many rows have a NaN or infinite time.
  let nonFiniteCount: Int
  /// How many rows the caller excluded.
  let excludedCount: Int
  /// The largest end among this and all earlier positions: a search for the first overlap may rely on it even where
  /// rows overlap each other.
  private let reach: [Double]

  /// - Parameters:
  ///   - intervals: [rows, 2], start and end in seconds, in the order of the file.
  ///   - excluded: rows to leave out whatever their interval (pauses); nil for none.
  init(intervals: [Double], excluding excluded: [Bool]? = nil) {
    let count = intervals.count / 2
    var kept: [Int] = []
    var starts: [Double] = []
    var ends: [Double] = []
    kept.reserveCapacity(count)
    starts.reserveCapacity(count)
    ends.reserveCapacity(count)
    var reversed = 0
    var nonFinite = 0
    var excludedRows = 0
    var isSorted = true
    var lastStart = -Double.infinity
    for row in 0..<count {
      let interval = Interval(start: intervals[2 * row], end: intervals[2 * row + 1])
      if let excluded, excluded[row] {
        excludedRows += 1
      } else if !interval.isFinite {
        nonFinite += 1
      } else if interval.isReversed {
        reversed += 1
      } else {
        if lastStart > interval.start { isSorted = false }
        lastStart = interval.start
        kept.append(row)
        starts.append(interval.start)
        ends.append(interval.end)
      }
    }
    if !isSorted {
      kept.sort { (intervals[2 * $0], $0) < (intervals[2 * $1], $1) }
      starts = kept.map { intervals[2 * $0] }
      ends = kept.map { intervals[2 * $0 + 1] }
    }
    rows = kept
    self.starts = starts
    self.ends = ends
    isIdentity = isSorted && kept.count == count
    reversedCount = reversed
    nonFiniteCount = nonFinite
    excludedCount = excludedRows
    reach = Self.runningMaximum(of: ends)
  }

  private static func runningMaximum(of values: [Double]) -> [Double] {
    guard let start = (1..<max(1, values.count)).first(where: { values[$0] < values[$0 - 1] }) else { return values }
    var maxima = values
    for index in start..<values.count { maxima[index] = max(maxima[index - 1], maxima[index]) }
    return maxima
  }

  /// How many rows are kept.
  var count: Int { rows.count }

  /// From the first start to the last end; nil without rows.
  var hull: Interval? {
    guard let start = starts.first, let end = reach.last else { return nil }
    return Interval(start: start, end: end)
  }

  /// The interval at a position.
  func interval(at position: Int) -> Interval { Interval(start: starts[position], end: ends[position]) }

  /// Calls `body` with each position whose row overlaps `reference` by the CMU SDK's rule, in order of start time, and
  /// with the part of the row inside `reference`.
  func forEachOverlap(with reference: Interval, _ body: (_ position: Int, _ part: Interval) -> Void) {
    var position = firstReaching(reference.start - Interval.tolerance)
    let limit = reference.end + Interval.tolerance
    while position < starts.count, starts[position] < limit {
      if let part = interval(at: position).clipped(to: reference) { body(position, part) }
      position += 1
    }
  }

  /// Whether every row starts at a whole number; false for fewer than three rows.
  var startsAreWhole: Bool { starts.count > 2 && starts.allSatisfy { $0 == $0.rounded() } }

  /// Whether any row overlaps `reference` by the CMU SDK's rule.
  func hasOverlap(with reference: Interval) -> Bool {
    var position = firstReaching(reference.start - Interval.tolerance)
    let limit = reference.end + Interval.tolerance
    while position < starts.count, starts[position] < limit {
      if interval(at: position).clipped(to: reference) != nil { return true }
      position += 1
    }
    return false
  }

  /// The first position that ends, or has an earlier row that ends, after `time`.
  private func firstReaching(_ time: Double) -> Int {
    var low = 0
    var high = reach.count
    while low < high {
      let middle = (low + high) / 2
      if reach[middle] > time { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
