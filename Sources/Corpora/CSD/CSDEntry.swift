public import HDF5

/// One entry of a computational sequence: the rows of a recording, or of a part of it.
public struct CSDEntry: Hashable, Sendable {
  /// The name in the file: `125845`, or `125845[3]` in files that were already aligned.
  public let id: String
  /// The recording that the entry belongs to: the id without `[3]`.
  public let recording: String
  /// The features: [rowCount, width], higher axes flattened.
  public let features: HDF5Dataset
  /// Start and end of each row in seconds: [rowCount, 2].
  public let intervals: HDF5Dataset

  /// How many rows; 0 for an entry that was left empty.
  public var rowCount: Int { features.shape.isEmpty ? 0 : features.rowCount }
  /// Values in a row.
  public var width: Int { features.width }
  /// Whether the features are words, [n] or [n, 1], and not numbers.
  public var isText: Bool { features.type.isText }
}
