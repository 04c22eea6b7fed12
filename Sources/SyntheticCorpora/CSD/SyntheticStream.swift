/// The rows of one recording in one computational sequence that is being made.
struct SyntheticStream {
  /// Values in a row.
  let width: Int
  /// [rowCount, width]; empty for words.
  var values: [Float] = []
  /// A word a row; empty for numbers.
  var words: [String] = []
  /// Start and end of each row, in seconds: [rowCount, 2].
  var intervals: [Double] = []

  /// How many rows.
  var rowCount: Int { intervals.count / 2 }

  /// Start and end of a row.
  func interval(_ row: Int) -> (start: Double, end: Double) { (intervals[2 * row], intervals[2 * row + 1]) }

  /// The same rows in another order, or fewer of them.
  func rows(_ order: some Sequence<Int>) -> SyntheticStream {
    var stream = SyntheticStream(width: width)
    for row in order {
      if words.isEmpty {
        stream.values += values[row * width..<(row + 1) * width]
      } else {
        stream.words.append(words[row])
      }
      stream.intervals += intervals[2 * row..<2 * row + 2]
    }
    return stream
  }

  /// The rows whose interval does not reach into start ..< end.
  func without(_ start: Double, _ end: Double) -> SyntheticStream {
    rows((0..<rowCount).filter { interval($0).end <= start || interval($0).start >= end })
  }
}
