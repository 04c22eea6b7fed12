import ArrayFiles
public import Samples
public import Storage

/// scalers.safetensors: what each column was centred on and divided by, as `<modality>.center` and `<modality>.scale`,
/// F64 [width].
public struct ScalersFile: Hashable, Sendable {
  /// One modality's scaler.
  public struct Columns: Hashable, Sendable {
    /// What was subtracted, one number a column.
    public var center: [Double]
    /// What was divided by, one number a column.
    public var scale: [Double]

    /// Creates a scaler.
    public init(center: [Double], scale: [Double]) {
      self.center = center
      self.scale = scale
    }
  }

  /// The scalers.
  public var columns: [Modality: Columns]

  /// The file's name inside the prepared folder.
  public static let name = "scalers.safetensors"

  /// Gathers scalers.
  public init(columns: [Modality: Columns]) { self.columns = columns }

  /// Writes the file atomically.
  ///
  /// - Returns: its size and SHA-256.
  public func write(to path: String, operations: FileOperations = .live) throws -> (byteCount: Int, sha256: String) {
    let tensors = columns.sorted { $0.key < $1.key }.flatMap { modality, columns in
      [
        (name: Self.centerName(modality), values: columns.center),
        (name: Self.scaleName(modality), values: columns.scale),
      ]
    }
    let header = SafetensorsHeader(laying: tensors.map { ($0.name, .float64, [$0.values.count]) }, metadata: [:])
    var writer = try SafetensorsWriter(path: path, header: header, operations: operations)
    for tensor in tensors { try writer.append(tensor.values, to: tensor.name) }
    return try writer.commit()
  }

  static func centerName(_ modality: Modality) -> String { modality.rawValue + ".center" }
  static func scaleName(_ modality: Modality) -> String { modality.rawValue + ".scale" }
}
