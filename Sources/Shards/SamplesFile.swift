public import Files
public import Samples
public import Text

/// samples.jsonl: one line per sample, in the order of splits and shards.
public enum SamplesFile {
  /// The file's name inside the prepared folder.
  public static let name = "samples.jsonl"

  /// Writes the file of a prepared folder atomically.
  public static func write(
    _ lines: some Sequence<SampleLine>, to folder: String, operations: FileOperations = .live
  ) throws {
    var file = try AtomicFile(path: folder + "/" + name, operations: operations)
    for line in lines { try file.write(line.json.canonicalText + "\n") }
    try file.commit()
  }
}

extension SamplesFile {
  /// Reads the file of a prepared folder, line by line in order.
  ///
  /// - Parameters:
  ///   - modalities: those of the manifest.
  ///   - body: gets each line, or why it cannot be read.
  /// - Throws: `DataError` 66 when the file is missing, and what `body` throws.
  public static func forEachLine(
    of folder: String, modalities: [Modality], _ body: (Result<SampleLine, DataError>) throws -> Void
  ) throws {
    let path = folder + "/" + name
    let file = try MappedFile(path: path)
    for (index, bytes) in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
    {
      if bytes.isEmpty, bytes.endIndex == file.bytes.endIndex { break }
      let line: Result<SampleLine, DataError>
      do {
        line = .success(try SampleLine(json: JSONValue(parsing: bytes), modalities: modalities))
      } catch let error as DataError {
        line = .failure(error.inLine(index + 1, of: path))
      } catch let error as JSONError {
        line = .failure(DataError(.badData, error.description).inLine(index + 1, of: path))
      }
      try body(line)
    }
  }

  /// All lines of a prepared folder's file.
  ///
  /// - Throws: `DataError` 66 when the file is missing, 65 for the first line that cannot be read.
  public static func read(_ folder: String, modalities: [Modality]) throws -> [SampleLine] {
    var lines: [SampleLine] = []
    try forEachLine(of: folder, modalities: modalities) { lines.append(try $0.get()) }
    return lines
  }
}

extension DataError {
  fileprivate func inLine(_ number: Int, of file: String) -> DataError {
    var copy = self
    copy.file = file
    copy.place = "line \(number)" + (place.map { ": " + $0 } ?? "")
    return copy
  }
}
