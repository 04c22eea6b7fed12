import Archives
import ArrayFiles
import Files
import TensorCore
import Text

/// Arrays that are named after what they are of: the .npy files of a folder or archive, those of an .npz file, or the tensors
/// of a safetensors file.
struct NamedArrays: Sendable {
  /// The folder or file, as the user gave it.
  let path: String
  /// Its record for the manifest.
  let source: Source
  private let isTensors: Bool

  /// A single .npy file among others.
  ///
  /// - Throws: `DataError` 65 with its path when it is none, 66 when it is gone.
  static func array(at path: String, name: String) throws -> NamedArray {
    do {
      let bytes = try InputFile.contents(of: path, limit: fileLimit)
      if FileKind(of: bytes) != .npy { throw FileKind(of: bytes).refusal(of: name, expected: "an .npy array") }
      let array = try NpyArray(parsing: bytes, valueLimit: FeatureFile.valueLimit, withIntegers: true)
      return NamedArray(name: Self.name(of: path), place: name, shape: array.shape, values: array.values)
    } catch var error as DataError where error.code == .badData {
      error.file = name
      throw error
    }
  }

  /// The most bytes of a single file.
  private static let fileLimit = 1 << 30

  /// Finds the folder or file; no array is read.
  ///
  /// - Throws: `DataError` 66 when it is not there, 65 when it is none of these kinds.
  init(role: String, path: String) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    self.path = path
    if try Folder.entry(at: path) == .folder {
      var names: [String] = []
      try FolderTree(path: path).forEachFile {
        if Self.isArray($0) { names.append($0) }
        return false
      } _: { _ in
      }
      isTensors = false
      source = try Source(role: role, folder: path, files: names)
      return
    }
    source = try Source(role: role, path: path)
    switch try FileKind(of: path) {
    case .safetensors: isTensors = true
    case .npz, .zip, .tar, .gzip, .xz: isTensors = false
    case let kind:
      throw kind.refusal(of: path, expected: "a folder of .npy files, an .npz file or a safetensors file")
    }
  }

  /// Calls `body` with every array whose name is wanted, in the order of the folder or file.
  ///
  /// - Throws: `DataError` 65 when one is damaged or of another type, and what `body` throws.
  func forEach(where isWanted: (String) -> Bool, _ body: (NamedArray) throws -> Void) throws {
    if isTensors { return try forEachTensor(where: isWanted, body) }
    try FileTrees.open(path).forEachFile {
      Self.isArray($0) && isWanted(Self.name(of: $0))
    } _: { file in
      do {
        let array = try NpyArray(parsing: file.bytes, valueLimit: FeatureFile.valueLimit, withIntegers: true)
        try body(
          NamedArray(name: Self.name(of: file.path), place: file.path, shape: array.shape, values: array.values))
      } catch let error as DataError {
        throw located(error, file.path)
      }
    }
  }

  private func forEachTensor(where isWanted: (String) -> Bool, _ body: (NamedArray) throws -> Void) throws {
    let file = try SafetensorsFile(path: path)
    for entry in file.header.tensors.sortedByBytes(\.name) where isWanted(entry.name) {
      do {
        try body(
          NamedArray(
            name: entry.name, place: entry.name, shape: entry.shape, values: try Self.values(of: entry, in: file)))
      } catch let error as DataError {
        throw located(error, entry.name)
      }
      file.releasePages()
    }
  }

  /// The error with the array that it is about, unless it is about something else.
  private func located(_ error: DataError, _ place: String) -> DataError {
    if error.code != .badData || error.file != nil { return error }
    var error = error
    error.file = path
    error.place = error.place ?? place
    return error
  }

  private static func isArray(_ path: String) -> Bool { path.lowercased().hasSuffix(suffix) }
  private static func name(of path: String) -> String { String(Folder.name(of: path).dropLast(suffix.count)) }
  private static let suffix = ".npy"
}

/// One of them.
struct NamedArray: Sendable {
  /// Its name without folders and without `.npy`.
  let name: String
  /// Where it is, for messages.
  let place: String
  /// The dimensions, outermost first.
  let shape: [Int]
  /// In C order.
  let values: [Float]
}

extension NamedArrays {
  /// A tensor's values as float32.
  ///
  /// - Throws: `DataError` 65 without a place when it holds something else than numbers, or too many.
  static func values(of entry: TensorEntry, in file: SafetensorsFile) throws -> [Float] {
    guard entry.elementCount <= FeatureFile.valueLimit else {
      throw DataError(.badData, "\(entry.elementCount) values", expected: "at most \(FeatureFile.valueLimit)")
    }
    let bytes = try file.tensor(entry.name, entry.type, shape: entry.shape, as: UInt8.self)
    var values = [Float](repeating: 0, count: entry.elementCount)
    return try bytes.withUnsafeBytes(of: 0..<bytes.endIndex) { stored in
      if let type = StoredFloat(entry.type) {
        values.withUnsafeMutableBufferPointer { FloatConversion.widen(stored, type, into: $0) }
        return values
      }
      func fill<Element: FixedWidthInteger>(_: Element.Type, _ float: (Element) -> Float) {
        let size = MemoryLayout<Element>.size
        for index in values.indices {
          values[index] = float(
            Element(littleEndian: stored.loadUnaligned(fromByteOffset: size * index, as: Element.self)))
        }
      }
      switch entry.type {
      case .float64: fill(UInt64.self) { Float(Double(bitPattern: $0)) }
      case .int64: fill(Int64.self) { Float($0) }
      case .int32: fill(Int32.self) { Float($0) }
      case .int16: fill(Int16.self) { Float($0) }
      case .uint8: fill(UInt8.self) { Float($0) }
      default:
        throw DataError(
          .badData, "has values of type \(entry.type.rawValue)",
          expected: "F64, F32, F16 or BF16; for indices I64 or I32")
      }
      return values
    }
  }
}
