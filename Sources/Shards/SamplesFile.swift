public import Storage

/// samples.jsonl: one line a sample, in the order of splits and shards.
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
