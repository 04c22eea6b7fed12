import ArrayFiles
public import Files
public import Samples
import Text

/// scalers.safetensors: what each column was centred on and divided by, as `<modality>.center` and `<modality>.scale`,
/// F64 [width].
public struct ScalersFile: Hashable, Sendable {
  /// One modality's scaler.
  public struct Columns: Hashable, Sendable {
    /// What was subtracted, one number per column.
    public var center: [Double]
    /// What was divided by, one number per column.
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
    let (byteCount, digest) = try writer.commit()
    return (byteCount, digest)
  }

  /// Reads the file.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is damaged, or a scale is missing, differs in width
  ///   from its centre, or is not positive.
  public static func read(_ path: String) throws -> ScalersFile {
    let file = try SafetensorsFile(path: path)
    var columns: [Modality: Columns] = [:]
    for modality in Modality.allCases {
      guard let entry = file.header[centerName(modality)] else { continue }
      let width = entry.elementCount
      let center = Array(try file.tensor(entry.name, .float64, shape: [width], as: Double.self))
      let scale = Array(try file.tensor(scaleName(modality), .float64, shape: [width], as: Double.self))
      guard center.allSatisfy(\.isFinite), scale.allSatisfy({ $0.isFinite && $0 > 0 }) else {
        throw DataError(
          .badData, file: path, place: modality.rawValue,
          "a centre that is not finite, or a scale that is not positive",
          advice: "Prepare the folder again with --overwrite.")
      }
      columns[modality] = Columns(center: center, scale: scale)
    }
    return ScalersFile(columns: columns)
  }

  /// Reads the file of a prepared folder and checks that it has a number for each column that the manifest promises.
  ///
  /// - Throws: as `read`; also 65 when its modalities or widths differ from the manifest's.
  public static func read(_ folder: String, _ manifest: Manifest) throws -> ScalersFile {
    let path = folder + "/" + name
    let scalers = try read(path)
    for modality in Modality.allCases {
      let (found, stated) = (scalers.columns[modality]?.center.count ?? 0, manifest.modalities[modality]?.dim ?? 0)
      if found != stated {
        throw DataError(
          .badData, file: path, place: modality.rawValue, "has \(found) columns",
          expected: "\(stated) as in \(Manifest.name)", advice: "Prepare the folder again with --overwrite.")
      }
    }
    return scalers
  }

  private static func centerName(_ modality: Modality) -> String { modality.rawValue + ".center" }
  private static func scaleName(_ modality: Modality) -> String { modality.rawValue + ".scale" }
}
