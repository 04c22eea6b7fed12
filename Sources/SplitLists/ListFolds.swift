import Files
import Samples
import Text

/// The folds of a cross-validation that lists are of: each divides all samples in its own way and is audited on its own.
///
/// A list tells them by its file's or folder's name (`fold_3`), by lists of its own for each (`[{"train": …}, …]`), or by a
/// column `fold` of numbers, where the samples of each number are held out in turn.
enum ListFolds {
  /// More are the numbers of something else.
  private static let limit = 50

  /// The records of each fold, in the order of the folds' numbers.
  ///
  /// - Parameter paths: the files, by the numbers that the records have.
  /// - Returns: one part without a fold where the lists are of none or of one alone.
  /// - Throws: `DataError` 65 where some rows name a fold and others a split, or where there are too many folds.
  static func divide(_ gathered: ListRecords, paths: [String]) throws -> [(fold: Int?, records: ListRecords)] {
    if let odd = gathered.records.first(where: { $0.heldOutFold != nil }) {
      return try heldOutInTurn(gathered, path: paths[odd.file])
    }
    let ofFile = paths.map(number(ofFile:))
    func fold(_ record: ListRecord) -> Int? { record.fold ?? ofFile[record.file] }
    let folds = Set(gathered.records.compactMap(fold)).sorted()
    if folds.count < 2 { return [(nil, gathered)] }
    try requireFew(folds.count, path: paths[0])
    return folds.map { own in
      // What names no fold belongs to each: one test list for all.
      (own, gathered.replacing { record in fold(record).map { $0 == own } ?? true ? record : nil })
    }
  }

  private static func heldOutInTurn(_ gathered: ListRecords, path: String) throws -> [(
    fold: Int?, records: ListRecords
  )] {
    if gathered.records.contains(where: { $0.heldOutFold == nil }) {
      throw DataError(
        .badData, file: path, "numbers its folds, and other rows name a split",
        expected: "a number of a fold in every row, or train, valid or test",
        advice: "Give the lists one after the other.")
    }
    let folds = Set(gathered.records.compactMap(\.heldOutFold)).sorted()
    if folds.count < 2 {
      throw DataError(
        .badData, file: path, "has one fold alone", expected: "two or more, of which each is held out in turn",
        advice: "Write train, valid or test into a column split.")
    }
    try requireFew(folds.count, path: path)
    if folds.count * gathered.records.count > ListRecords.limit {
      throw DataError(
        .badData, file: path, "\(folds.count) folds of \(gathered.records.count.grouped) rows",
        expected: "at most \(ListRecords.limit.grouped) rows in all folds together", advice: "Audit some of the folds.")
    }
    return folds.map { fold in
      let records = gathered.replacing { record in
        var record = record
        record.split = record.heldOutFold == fold ? .test : .train
        return record
      }
      return (fold, records)
    }
  }

  private static func requireFew(_ count: Int, path: String) throws {
    if count > limit {
      throw DataError(
        .badData, file: path, "\(count.grouped) folds", expected: "at most \(limit)",
        advice: "Audit some of them, or say with --columns split=NAME which column has train, valid or test.")
    }
  }

  /// The number of a fold in the name of a file or of its folder: 3 for `test_fold_3.csv` and `fold3/test.csv`.
  static func number(ofFile path: String) -> Int? {
    let parts = path.split(separator: "/").suffix(2)
    return parts.reversed().lazy.compactMap { number(in: String($0)) }.first
  }

  /// The number of a fold in a name, e.g. 3 in `test_fold_3`; nil if there is none.
  static func number(in name: String) -> Int? {
    guard let word = name.lowercased().ranges(of: "fold").last else { return nil }
    let rest = name.lowercased()[word.upperBound...].drop { "_- ".contains($0) }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    return digits.count <= 3 ? Int(digits) : nil
  }
}
