import Archives
import ArrayFiles
import Files
import Samples
import Text

/// Ready-made features of several modalities in one file: an .npz or a safetensors file whose arrays are called `visual`
/// (or `vision`) and `audio`; others are passed over.
enum FeatureArrays {
  /// Reads the arrays of modalities.
  ///
  /// - Parameter name: what error messages call the file.
  /// - Throws: `DataError` 65 when it is damaged, an array has no shape of rows, a modality occurs twice or none at all.
  static func read(_ path: String, name: String) throws -> [Modality: FeatureFile] {
    do {
      var features: [Modality: FeatureFile] = [:]
      for (key, file) in try path.lowercased().hasSuffix(".npz") ? ofArchive(path) : ofTensors(path) {
        guard let modality = modality(key) else { continue }
        if features.updateValue(file, forKey: modality) != nil {
          throw DataError(.badData, place: key, "is a second array of \(modality)", expected: "one for each modality")
        }
      }
      if features.isEmpty {
        throw DataError(.badData, "holds no array called visual or audio", expected: "arrays with these names")
      }
      return features
    } catch var error as DataError {
      // The path on this machine says nothing that the name does not.
      error.file = name
      throw error
    }
  }

  private static func modality(_ key: String) -> Modality? {
    key == "vision" ? .visual : Modality(rawValue: key).flatMap { $0 == .text ? nil : $0 }
  }

  private static func ofArchive(_ path: String) throws -> [(String, FeatureFile)] {
    var files: [(String, FeatureFile)] = []
    try FileTrees.open(path).forEachFile {
      $0.hasSuffix(".npy") && modality(String($0.dropLast(4))) != nil
    } _: { file in
      files.append((String(file.path.dropLast(4)), try FeatureFile.read(file.bytes, path: file.path)))
    }
    return files
  }

  private static func ofTensors(_ path: String) throws -> [(String, FeatureFile)] {
    let file = try SafetensorsFile(path: path)
    return try file.header.tensors.filter { modality($0.name) != nil }.map { entry in
      let values: [Float]
      do {
        values = try NamedArrays.values(of: entry, in: file)
      } catch var error as DataError {
        error.place = entry.name
        throw error
      }
      return (entry.name, try FeatureFile(shape: entry.shape, values: values))
    }
  }
}
