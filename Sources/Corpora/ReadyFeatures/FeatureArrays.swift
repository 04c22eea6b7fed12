import Archives
import ArrayFiles
import Files
import Samples
import Text

/// Ready-made features of several modalities in one file: an .npz or a safetensors file whose arrays are called `visual`
/// (or `vision`) and `audio`; those of texts are read elsewhere, and others are passed over.
enum FeatureArrays {
  /// Reads the arrays of modalities.
  ///
  /// - Parameter name: what error messages call the file.
  /// - Throws: `DataError` 65 when it is damaged, an array has no shape of rows, a modality occurs twice, or there is neither
  ///   one of these nor a text.
  static func read(_ path: String, name: String) throws -> [Modality: FeatureFile] {
    do {
      var features: [Modality: FeatureFile] = [:]
      let (arrays, hasText) = try path.lowercased().hasSuffix(".npz") ? ofArchive(path) : ofTensors(path)
      for (key, file) in arrays {
        guard let modality = modality(key) else { continue }
        if features.updateValue(file, forKey: modality) != nil {
          throw DataError(.badData, place: key, "is a second array of \(modality)", expected: "one for each modality")
        }
      }
      if features.isEmpty, !hasText {
        throw DataError(.badData, "holds no array called visual, audio or text", expected: "arrays with these names")
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

  private static func ofArchive(_ path: String) throws -> (arrays: [(String, FeatureFile)], hasText: Bool) {
    var files: [(String, FeatureFile)] = []
    var hasText = false
    try FileTrees.open(path).forEachFile {
      if $0 == textKey + ".npy" { hasText = true }
      return $0.hasSuffix(".npy") && modality(String($0.dropLast(4))) != nil
    } _: { file in
      files.append((String(file.path.dropLast(4)), try FeatureFile.read(file.bytes, path: file.path)))
    }
    return (files, hasText)
  }

  /// The name of the rows of a clip's words.
  static let textKey = Modality.text.rawValue

  private static func ofTensors(_ path: String) throws -> (arrays: [(String, FeatureFile)], hasText: Bool) {
    let file = try SafetensorsFile(path: path)
    let files = try file.header.tensors.filter { modality($0.name) != nil }.map { entry in
      let values: [Float]
      do {
        values = try NamedArrays.values(of: entry, in: file)
      } catch var error as DataError {
        error.place = entry.name
        throw error
      }
      return (entry.name, try FeatureFile(shape: entry.shape, values: values))
    }
    return (files, file.header[textKey] != nil)
  }
}
