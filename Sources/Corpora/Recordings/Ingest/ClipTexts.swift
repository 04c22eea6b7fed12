import Text

/// The rows of a clip's words, in the file that the column `text_file` names or among the arrays beside its medium.
enum ClipTexts {
  /// Rows of words, or of a sentence.
  typealias Rows = (values: [Float], width: Int)

  /// Reads the rows of a file that is named: the array of an .npy file, with indices of words beside it, or one in an .npz or
  /// safetensors file.
  ///
  /// - Throws: `DataError` 65 when the file is damaged or has no such array.
  static func read(_ clip: Clip, _ path: String, in folder: MediaFolder, _ tally: inout Tally) throws -> Rows {
    if ["npz", "safetensors"].contains(FileStem(path)?.kind) {
      if let rows = try find(clip, among: path, in: folder, &tally) { return rows }
      throw DataError(
        .badData, file: path, "holds no array called text or \(clip.id)", expected: "one with such a name")
    }
    let array = try NamedArrays.array(at: folder.place(of: path), name: path)
    let indices = try clip.tokenWords.map { try NamedArrays.array(at: folder.place(of: $0), name: $0) }
    return try rows(of: array, indices, path, &tally)
  }

  /// Reads the rows that an .npz or safetensors file has: the array called after the clip, or `text`, with indices in
  /// `<clip>.word_ids`, `text.word_ids` or `word_ids`; nil if there is none.
  ///
  /// - Throws: `DataError` 65 when the file is damaged.
  static func find(
    _ clip: Clip, among path: String, in folder: MediaFolder, _ tally: inout Tally
  ) throws -> Rows? {
    let (suffix, text) = (TextFeatureIngest.indexSuffix, FeatureArrays.textKey)
    let (names, indexNames) = ([clip.id, text], [clip.id + suffix, text + suffix, String(suffix.dropFirst())])
    var found: [String: NamedArray] = [:]
    do {
      try NamedArrays(role: text, path: folder.place(of: path)).forEach(
        where: { names.contains($0) || indexNames.contains($0) }
      ) { found[$0.name] = $0 }
    } catch var error as DataError where error.file != nil {
      // The path on this machine says nothing that the name does not.
      error.file = path
      throw error
    }
    guard let array = names.lazy.compactMap({ found[$0] }).first else { return nil }
    return try rows(of: array, indexNames.lazy.compactMap { found[$0] }.first, path, &tally)
  }

  private static func rows(
    of array: NamedArray, _ indices: NamedArray?, _ path: String, _ tally: inout Tally
  ) throws -> Rows {
    do {
      if let indices { try TextFeatureIngest.requireIndices(indices) }
      return try TextFeatureIngest.rows(of: array, words: indices?.values, &tally)
    } catch let error as DataError {
      throw error.inFile(path)
    }
  }
}
