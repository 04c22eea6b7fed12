import HDF5
import Text

/// Checks the shapes and types of one entry. Its errors have no file and no advice.
struct CSDEntryCheck {
  let rootName: String
  let entry: CSDEntry

  /// Checks the entry by itself.
  func check() throws(DataError) {
    try checkIntervals()
    try checkFeatures()
    if entry.rowCount != entry.intervals.rowCount {
      throw failure(
        "intervals", "\(entry.intervals.rowCount) rows", expected: "\(entry.rowCount) as in features")
    }
  }

  private func checkIntervals() throws(DataError) {
    let intervals = entry.intervals
    // An entry without rows may have lost its second axis.
    if intervals.shape == [0] { return }
    guard intervals.shape.count == 2 else {
      throw failure("intervals", "shape \(intervals.shape)", expected: "[n, 2] (start, end in seconds)")
    }
    guard intervals.width == 2 else {
      throw failure("intervals", intervals.width.counted("column"), expected: "2 (start, end in seconds)")
    }
    guard intervals.type.isNumeric else {
      throw failure("intervals", "holds \(intervals.type)", expected: "numbers (start, end in seconds)")
    }
  }

  private func checkFeatures() throws(DataError) {
    let features = entry.features
    if features.shape.isEmpty {
      throw failure("features", "a single value", expected: "a row for each interval")
    }
    if entry.rowCount == 0 { return }
    if !features.type.isNumeric && !features.type.isText {
      throw failure("features", "holds \(features.type)", expected: "numbers or words")
    }
    if entry.width == 0 { throw failure("features", "rows without values", expected: "at least 1 value per row") }
    if entry.isText && entry.width != 1 {
      throw failure("features", "\(entry.width) words per row", expected: "1")
    }
  }

  /// Checks that the rows are of the same kind and width as those of `other`.
  func check(against other: CSDEntry) throws(DataError) {
    if entry.isText != other.isText {
      throw failure("features", "holds \(entry.features.type)", expected: "\(other.features.type) as in \(other.id)")
    }
    if entry.width != other.width {
      throw failure("features", "\(entry.width) values per row", expected: "\(other.width) as in \(other.id)")
    }
  }

  private func failure(_ dataset: String, _ problem: String, expected: String) -> DataError {
    DataError(.badData, place: "\(rootName)/data/\(entry.id)/\(dataset)", problem, expected: expected)
  }
}
