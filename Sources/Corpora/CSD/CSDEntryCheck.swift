import HDF5
import Storage

/// Checks the shapes and types of one entry.
struct CSDEntryCheck {
  let rootName: String
  let entry: CSDEntry

  /// - Parameter first: the first entry with rows, which tells the width and the kind of all others; nil where this one
  ///   is the first.
  func check(against first: CSDEntry?) throws {
    try checkIntervals()
    try checkFeatures()
    if entry.rowCount != entry.intervals.rowCount {
      throw failure(
        "intervals", "\(entry.intervals.rowCount) rows", expected: "\(entry.rowCount) as in features")
    }
    if let first, entry.rowCount > 0 { try checkLikeness(to: first) }
  }

  private func checkIntervals() throws {
    let intervals = entry.intervals
    // An entry without rows may have lost its second axis.
    if intervals.shape == [0] { return }
    guard intervals.shape.count == 2 else {
      throw failure("intervals", "shape \(intervals.shape)", expected: "[n, 2] (start, end in seconds)")
    }
    guard intervals.width == 2 else {
      let columns = intervals.width == 1 ? "1 column" : "\(intervals.width) columns"
      throw failure("intervals", columns, expected: "2 (start, end in seconds)")
    }
    guard intervals.type.isNumeric else {
      throw failure("intervals", "holds \(intervals.type)", expected: "numbers (start, end in seconds)")
    }
  }

  private func checkFeatures() throws {
    let features = entry.features
    if features.shape.isEmpty {
      throw failure("features", "a single value", expected: "a row for each interval")
    }
    if entry.rowCount == 0 { return }
    if !features.type.isNumeric && !features.type.isText {
      throw failure("features", "holds \(features.type)", expected: "numbers or words")
    }
    if entry.width == 0 { throw failure("features", "rows without values", expected: "at least 1 value in a row") }
    if entry.isText && entry.width != 1 {
      throw failure("features", "\(entry.width) words in a row", expected: "1")
    }
  }

  private func checkLikeness(to first: CSDEntry) throws {
    if entry.isText != first.isText {
      throw failure("features", "holds \(entry.features.type)", expected: "\(first.features.type) as in \(first.id)")
    }
    if entry.width != first.width {
      throw failure("features", "\(entry.width) values in a row", expected: "\(first.width) as in \(first.id)")
    }
  }

  private func failure(_ dataset: String, _ problem: String, expected: String) -> DataError {
    DataError(
      .badData, place: "\(rootName)/data/\(entry.id)/\(dataset)", problem, expected: expected,
      advice: Self.advice(leavingOut: entry.id))
  }

  /// What a user can do about one bad entry.
  static func advice(leavingOut id: String) -> String {
    "Download the file again; if \(id) is still bad, remove it from the file."
  }
}
