import ArrayFiles
import Text

/// The contents of one key of a split, with one entry per sample, whatever file it is in.
///
/// Methods throw a `DataError` 65 without file and place, unless a file can no longer be read.
protocol ArrayColumn: Sendable {
  /// The file, and the column's location in it, for messages.
  var path: String { get }
  var place: String { get }

  /// Returns the number of samples.
  func sampleCount() throws -> Int

  /// Returns the feature rows, one or several per sample.
  func features() throws -> FeatureBlock

  /// Returns between one and `widest` texts per sample.
  func textRows(count: Int, widest: Int) throws -> [[String]]

  /// Returns one integer per sample.
  func integers(count: Int) throws -> [Int]

  /// Returns numbers of any shape whose first axis is the samples.
  func numbers(count: Int) throws -> ArrayLabels.Numbers

  /// Returns texts whose number does not depend on the samples, such as the names of label columns.
  func list() throws -> [String]
}

extension ArrayColumn {
  /// Returns one text per sample.
  func texts(count: Int) throws -> [String] { try textRows(count: count, widest: 1).map { $0[0] } }

  /// Calls `body`, adding the location of this column to any error it throws.
  func inFile<Result>(_ body: (Self) throws -> Result) throws -> Result {
    do {
      return try body(self)
    } catch var error as DataError {
      error.place = error.place.map { "\(place): \($0)" } ?? place
      throw error.inFile(path)
    }
  }
}

/// A column stored as a .npy file.
struct NpyFileColumn: ArrayColumn {
  let path: String
  let place: String
  let bytes: [UInt8]

  /// MMSA's largest array, the unaligned audio of MOSEI, has 0.6 · 10⁹ values.
  private static let valueLimit = 1 << 30

  func sampleCount() throws -> Int {
    try NpyValues(parsing: bytes, valueLimit: Self.valueLimit).shape.first ?? 0
  }

  func features() throws -> FeatureBlock {
    try FeatureBlock(NpyValues(parsing: bytes, valueLimit: Self.valueLimit))
  }

  func textRows(count: Int, widest: Int) throws -> [[String]] {
    try NpyColumn.textRows(parsing: bytes, count: count, widest: widest)
  }

  func integers(count: Int) throws -> [Int] { try NpyColumn.integers(parsing: bytes, count: count) }

  func numbers(count: Int) throws -> ArrayLabels.Numbers {
    let array = try NpyArray(parsing: bytes, valueLimit: Self.valueLimit, withIntegers: true)
    return try ArrayLabels.Numbers(array.values, shape: array.shape, count: count)
  }

  func list() throws -> [String] {
    try NpyColumn.texts(parsing: bytes, count: NpyArray.shape(ofTexts: bytes).first ?? 0)
  }
}
