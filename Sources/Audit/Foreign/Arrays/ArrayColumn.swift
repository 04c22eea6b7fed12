import ArrayFiles
import Text

/// What one key of a split holds, an entry a sample, whatever file it is in.
///
/// What a method throws is a `DataError` 65 without file and place, unless a file cannot be read any more.
protocol ArrayColumn: Sendable {
  /// The file, and where it stands in it, for messages.
  var path: String { get }
  var place: String { get }

  /// How many samples it has.
  func sampleCount() throws -> Int

  /// Rows of features, one or several a sample.
  func features() throws -> FeatureBlock

  /// One to `widest` texts a sample.
  func textRows(count: Int, widest: Int) throws -> [[String]]

  /// One whole number a sample.
  func integers(count: Int) throws -> [Int]

  /// Numbers of any shape whose first axis is that of the samples.
  func numbers(count: Int) throws -> ArrayLabels.Numbers

  /// Texts of a number of their own, such as the names of label columns.
  func list() throws -> [String]
}

extension ArrayColumn {
  /// One text a sample.
  func texts(count: Int) throws -> [String] { try textRows(count: count, widest: 1).map { $0[0] } }

  /// Calls `body` so that what it throws tells where this column stands.
  func inFile<Result>(_ body: (Self) throws -> Result) throws -> Result {
    do {
      return try body(self)
    } catch var error as DataError {
      error.place = error.place.map { "\(place): \($0)" } ?? place
      throw error.inFile(path)
    }
  }
}

/// A column that is a .npy file.
struct NpyFileColumn: ArrayColumn {
  let path: String
  let place: String
  let bytes: [UInt8]

  /// MMSA's largest array, the unaligned sound of MOSEI, has 0.6 · 10⁹ values.
  private static let valueLimit = 1 << 30

  func sampleCount() throws -> Int {
    try NpyArray(parsing: bytes, valueLimit: Self.valueLimit).shape.first ?? 0
  }

  func features() throws -> FeatureBlock {
    let array = try NpyArray(parsing: bytes, valueLimit: Self.valueLimit)
    return try FeatureBlock(array.values, shape: array.shape)
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
