import Archives
import ArrayFiles
import Files
import HDF5
import Samples
import Text

/// Ready-made features of a modality, named after recordings or samples: files of a folder or archive (.npy, .csv, .mat), the
/// arrays of an .npz file, or the tensors of a safetensors file.
struct FeatureFiles: Sendable {
  let modality: Modality
  /// The folder or file, as the user gave it.
  let path: String
  /// Its record for the manifest.
  let source: Source
  /// Rows per second if a file does not give their times.
  let rate: Double
  /// The face that is taken from tables with several.
  let face: Int?
  private let isTensors: Bool

  private static let kinds = ["npy", "csv", "mat"]

  /// The option that names them.
  var flag: String { "--\(modality)-features" }

  /// Finds the folder or file; nothing is read.
  ///
  /// - Throws: `DataError` 66 when it is not there, 65 when it is none of these kinds.
  init(modality: Modality, path: String, rate: Double, face: Int?) throws {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    (self.modality, self.path, self.rate, self.face) = (modality, path, rate, face)
    let role = "\(modality)-features"
    if try Folder.entry(at: path) == .folder {
      var names: [String] = []
      try FolderTree(path: path).forEachFile {
        if Self.name(of: $0) != nil { names.append($0) }
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
      throw kind.refusal(of: path, expected: "a folder of .npy, .csv or .mat files, an archive, .npz or safetensors")
    }
  }

  /// What a file of features is of, by its name; nil for a file of another kind.
  private static func name(of path: String) -> String? {
    let name = Folder.name(of: path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex,
      kinds.contains(name[name.index(after: dot)...].lowercased())
    else { return nil }
    return String(name[..<dot])
  }

  /// Calls `body` with the features of each name.
  ///
  /// - Throws: `DataError` 65 that names the file at fault, and what `body` throws.
  func forEach(_ indexer: HDF5Indexer, _ body: (_ name: String, _ place: String, FeatureFile) throws -> Void) throws {
    if isTensors {
      let file = try SafetensorsFile(path: path)
      for entry in file.header.tensors.sortedByBytes(\.name) {
        do {
          let values = try NamedArrays.values(of: entry, in: file)
          try body(entry.name, entry.name, FeatureFile(shape: entry.shape, values: values))
        } catch let error as DataError {
          throw located(error, entry.name)
        }
        file.releasePages()
      }
      return
    }
    let isFolder = try Folder.entry(at: path) == .folder
    try FileTrees.open(path).forEachFile(of: Self.name) { file, name in
      do {
        let features =
          isFolder && FileKind(of: file.bytes) == .matlab73
          ? try MatlabFile.read(path: path + "/" + file.path, name: file.path, indexer: indexer)
          : try FeatureFile.read(file.bytes, path: file.path, face: face)
        try body(name, file.path, features)
      } catch let error as DataError {
        throw located(error, file.path)
      }
    }
  }

  /// The error with the file, named below the folder or archive.
  private func located(_ error: DataError, _ place: String) -> DataError {
    guard error.code == .badData, error.file == nil || error.file == place else { return error }
    var error = error
    let inner = error.place.map { ": " + $0 } ?? ""
    (error.file, error.place) = (path, place + inner)
    return error
  }
}
