import ArrayFiles
import Files
import Options
public import Samples
import Text

/// Ready-made features of one utterance: one row per frame, or one row for all of it.
public struct FeatureFile: Sendable {
  /// The number of rows; 0 if the file has none.
  public let rowCount: Int
  /// The number of columns; 0 if the file is empty.
  public let width: Int
  /// The names of the columns; nil if the file has none.
  public let names: [String]?
  /// [rowCount, width], row-major; NaN and infinities stay for cleaning to deal with.
  public let values: [Float]
  /// When the rows are, if the file says so; nil otherwise.
  public let times: FeatureTimes?
  /// Whether its shape is that of one vector: an array of one axis.
  public let isVector: Bool
  /// Whether the rows say whose face they describe.
  public let hasFaces: Bool

  /// Rates that files are believed to have, in Hz: from a row in ten seconds to a row a sample.
  static let rates = OptionLimits<Double>("0.1 to 192000 rows per second") { 0.1...192_000 ~= $0 }
  /// The most columns that are read: a face mesh of 478 points and all of OpenFace stay below 2,000, embeddings below 10,000.
  public static let widthLimit = 1 << 16
  /// The most values that are read: an hour of 74 columns at 100 rows per second is 27 million.
  public static let valueLimit = 1 << 27

  /// Reads an .npy, .csv or .mat file, told apart by its first bytes.
  ///
  /// - .npy: float16, float32 or float64, in C or Fortran order. Two axes are rows and columns, one axis is a single
  ///   row: the vector of an utterance. Of more axes, those of length 1 are dropped, the first ones first.
  /// - .csv: see `FeatureTable`.
  /// - .mat up to version 7: see `MatlabFile`.
  /// - Parameters:
  ///   - path: what error messages call the file.
  ///   - face: the rows with this `face_id` are taken from a table of several faces; nil takes the only face there is.
  /// - Throws: `DataError` 65 with the place when it is neither, is cut off, has rows of different lengths, rows of
  ///   several faces without `face`, or exceeds a limit.
  public static func read(_ bytes: [UInt8], path: String, face: Int? = nil) throws -> FeatureFile {
    do {
      switch FileKind(of: bytes) {
      case .npy: return try readArray(bytes)
      case .matlab5: return try MatlabFile.read(bytes)
      case .text, .empty, .unknown: return try FeatureTable.read(bytes, face: face)
      case let kind: throw kind.refusal(of: path, expected: "an .npy array, a .csv table of numbers or a .mat file")
      }
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }

  private static func readArray(_ bytes: [UInt8]) throws -> FeatureFile {
    let array = try NpyArray(parsing: bytes, valueLimit: valueLimit)
    return try FeatureFile(shape: array.shape, values: array.values)
  }
}

extension FeatureFile {
  /// The rows of an array.
  ///
  /// - Throws: `DataError` 65 without a file name when its shape is not that of rows and columns.
  init(shape: [Int], values: [Float]) throws {
    guard let (rowCount, width) = Self.table(shape) else {
      throw DataError(
        .badData, "an array of shape \(shape)", expected: "[rows, columns], or [columns] for one vector per turn",
        advice: "Save the array of one turn only, and of one layer only.")
    }
    guard 1...Self.widthLimit ~= width else {
      throw DataError(
        .badData, "\(width) columns", expected: "1 to \(Self.widthLimit)",
        advice: shape.count == 1 ? "Save one value per frame as an array of shape [rows, 1]." : nil)
    }
    self.init(
      rowCount: rowCount, width: width, names: nil, values: values, times: nil, isVector: shape.count == 1,
      hasFaces: false)
  }

  /// The rows and columns of an array; nil if it is not a table. Axes of length 1 have no order, so dropping them moves
  /// no value.
  private static func table(_ shape: [Int]) -> (rowCount: Int, width: Int)? {
    var shape = shape
    while shape.count > 2, let axis = shape.firstIndex(of: 1) { shape.remove(at: axis) }
    switch shape.count {
    case 1: return (1, shape[0])
    case 2: return (shape[0], shape[1])
    default: return nil
    }
  }
}

/// When the rows of a file of features are, in seconds on the file's own clock.
public struct FeatureTimes: Hashable, Sendable {
  /// The start of each row.
  public let starts: [Double]
  /// The end of each row; nil if only starts are known.
  public let ends: [Double]?
  /// From the first to the last start in the file, including rows that were not chosen; nil if no time is finite.
  public let extent: Interval?

  /// The median distance from one start to the next; nil with fewer than two rows.
  public var step: Double? {
    let steps = zip(starts.dropFirst(), starts).map { $0 - $1 }.filter { $0 > 0 }.sorted()
    return steps.isEmpty ? nil : steps[steps.count / 2]
  }
}
