import ArrayFiles
import Storage

/// Ready-made features of one utterance: a row a frame.
public struct FeatureFile: Sendable {
  /// The number of rows, at least 1.
  public let rowCount: Int
  /// The number of columns, at least 1.
  public let width: Int
  /// The names of the columns; nil where the file has none.
  public let names: [String]?
  /// [rowCount, width], row-major; NaN and infinities stay for cleaning to deal with.
  public let values: [Float]
  /// The time of each row in seconds, where the file says it (OpenFace's `timestamp`); nil otherwise.
  public let times: [Double]?

  /// The most columns that are read: a face mesh of 478 points and all of OpenFace stay below 2,000, embeddings below 10,000.
  public static let widthLimit = 1 << 16
  /// The most values that are read: an hour of 74 columns 100 times a second is 27 million.
  public static let valueLimit = 1 << 27

  /// Reads an .npy or .csv file, told apart by its first bytes.
  ///
  /// - .npy: one or two axes of float16, float32 or float64, in C or Fortran order; one axis is one column.
  /// - .csv: numbers with commas between them, with or without a header line. OpenFace's columns `frame`, `face_id`,
  ///   `timestamp`, `confidence` and `success` are no features: they are left out, `timestamp` becomes `times`, and the
  ///   rows in which `success` is 0 become NaN.
  /// - Parameter path: what error messages call the file.
  /// - Throws: `DataError` 65 with the place when it is neither, is cut off, holds no rows, has
  ///   rows of different lengths or exceeds a limit.
  public static func read(_ bytes: [UInt8], path: String) throws -> FeatureFile {
    do {
      return try NpyArray.isNpy(bytes) ? readArray(bytes) : FeatureTable.read(bytes)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  private static func readArray(_ bytes: [UInt8]) throws -> FeatureFile {
    let array = try NpyArray(parsing: bytes, valueLimit: valueLimit)
    guard 1...2 ~= array.shape.count else {
      throw DataError(.badData, "\(array.shape.count) axes", expected: "1 or 2 (rows, columns)")
    }
    let width = array.shape.count == 1 ? 1 : array.shape[1]
    guard 1...widthLimit ~= width else {
      throw DataError(.badData, "\(width) columns", expected: "1 to \(widthLimit)")
    }
    guard array.shape[0] > 0 else { throw DataError(.badData, "holds no rows", expected: "one for each frame") }
    return FeatureFile(rowCount: array.shape[0], width: width, names: nil, values: array.values, times: nil)
  }
}
