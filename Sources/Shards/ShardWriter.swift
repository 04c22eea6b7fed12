import ArrayFiles
public import Files
public import Samples
import Text

/// What the manifest says about a shard.
public struct ShardRecord: Hashable, Sendable {
  /// The path inside the prepared folder: `shards/train-00000.safetensors`.
  public var file: String
  /// The size in bytes.
  public var bytes: Int
  /// The SHA-256 of the whole file, 64 lower-case hexadecimal digits.
  public var sha256: String
  /// The number of samples.
  public var samples: Int
  /// The number of rows of each modality.
  public var rows: [Modality: Int]

  /// Creates a record.
  public init(file: String, bytes: Int, sha256: String, samples: Int, rows: [Modality: Int]) {
    self.file = file
    self.bytes = bytes
    self.sha256 = sha256
    self.samples = samples
    self.rows = rows
  }

  /// The path inside the prepared folder of a split's shard with this number, from 0.
  public static func file(split: Split, number: Int) -> String {
    let digits = String(number)
    return "\(folder)/\(split)-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits).safetensors"
  }

  /// The folder of the shards inside the prepared folder.
  public static let folder = "shards"
}

/// Writes one shard, tensor by tensor, computing its SHA-256 on the way.
///
/// The order is `tensorNames`; a tensor may be appended in pieces. The file appears under its name at `commit()`.
public struct ShardWriter: ~Copyable {
  /// What the shard holds.
  public let description: ShardDescription
  private let file: String
  private var writer: SafetensorsWriter

  /// Opens a temporary file beside `path` and writes the header.
  ///
  /// - Throws: `DataError` 65 when a modality has more columns than a shard may have, 73 when the file cannot be made, 74
  ///   when writing fails.
  public init(path: String, description: ShardDescription, operations: FileOperations = .live) throws {
    self.description = description
    file = ShardRecord.folder + "/" + (path.split(separator: "/").last.map(String.init) ?? path)
    writer = try Self.writer(path, description, operations)
  }

  private static func writer(
    _ path: String, _ description: ShardDescription, _ operations: FileOperations
  ) throws -> SafetensorsWriter {
    for (modality, width) in description.modalities where !(1...ShardReader.largestWidth).contains(width) {
      throw DataError(
        .badData, file: path, place: modality.rawValue, "\(width) columns",
        expected: "1 to \(ShardReader.largestWidth) columns per modality",
        advice: "Leave the modality out with --modalities, or give features with fewer columns.")
    }
    let header = SafetensorsHeader(laying: description.tensors, metadata: description.metadata)
    return try SafetensorsWriter(path: path, header: header, operations: operations)
  }

  /// The tensors in the order in which they must be written.
  public var tensorNames: [String] { writer.header.tensors.map(\.name) }

  /// Appends bytes to a tensor; earlier tensors must be complete.
  ///
  /// - Throws: `DataError` 70 when `tensor` is not due or the bytes exceed its size, 74 when writing fails.
  public mutating func append(_ bytes: UnsafeRawBufferPointer, to tensor: String) throws {
    try writer.append(bytes, to: tensor)
  }

  /// Appends values to a tensor; `Element` must be the tensor's element type.
  public mutating func append<Element: BitwiseCopyable>(_ values: [Element], to tensor: String) throws {
    try writer.append(values, to: tensor)
  }

  /// Makes the shard durable under its name.
  ///
  /// - Throws: `DataError` 70 when a tensor is incomplete, 73 or 74 when the file cannot be finished.
  public consuming func commit() throws -> ShardRecord {
    let (description, file) = (self.description, self.file)
    let (byteCount, sha256) = try writer.commit()
    let rows = description.modalities.map { ($0.modality, description.rowCounts[$0.modality] ?? 0) }
    return ShardRecord(
      file: file, bytes: byteCount, sha256: sha256, samples: description.ids.count,
      rows: Dictionary(uniqueKeysWithValues: rows))
  }
}
