import Files
import Text

/// What a pipeline file describes: one pipeline, or with the key `corpora` several files that are run one after the other.
///
///     corpora: [mosei.yaml, mosi.yaml]      # beside this file
///     granularity: word                     # counts for all of them
///     mosei.out: out/mosei                  # counts for mosei.yaml alone
///
/// `--set` takes keys of both forms.
public struct PipelineSet: Hashable, Sendable {
  /// In the order in which they are run.
  public let pipelines: [Pipeline]
  /// The key that lists files.
  private static let filesKey = "corpora"
  /// More would be a mistake.
  private static let mostFiles = 100

  /// Reads a file, and those that it names.
  ///
  /// - Throws: `DataError` 66 when a file cannot be opened; 64 as `Pipeline.init`, when a named file itself names
  ///   others, when a key is for a file that is not named, or when two pipelines write to one folder.
  public init(contentsOf path: String, overrides: [String], jobs: [PipelineJob]) throws {
    let entries = try Pipeline.entries(contentsOf: path)
    let set = try overrides.map { try Pipeline.Override(parsing: $0) }
    guard let list = entries.first(where: { $0.key == Self.filesKey }) else {
      pipelines = [try Pipeline(entries, path: path, overrides: set, jobs: jobs)]
      return
    }
    let files = try Self.files(list, in: path)
    let names = files.map { Self.stem(of: $0) }
    let inFile = entries.filter { $0.key != Self.filesKey }.map {
      Pipeline.Override(key: $0.key, value: $0.value, place: "\(path):\($0.line)")
    }
    if let stray = (inFile + set).first(where: { $0.key.contains(".") && Self.owner(of: $0, among: names) == nil }) {
      throw DataError(
        .usage, file: stray.place, "\(stray.key) belongs to none of the files in \(Self.filesKey)",
        expected: names.map { "\($0).key" }.joined(separator: " or "))
    }
    pipelines = try zip(files, names).map { file, name in
      let own = (inFile + set).compactMap { override -> Pipeline.Override? in
        guard let owner = Self.owner(of: override, among: names) else { return override }
        if owner != name { return nil }
        return Pipeline.Override(
          key: String(override.key.dropFirst(name.count + 1)), value: override.value, place: override.place)
      }
      let entries = try Pipeline.entries(contentsOf: file)
      if entries.contains(where: { $0.key == Self.filesKey }) {
        throw DataError(.usage, file: file, "lists pipelines itself", expected: "one pipeline")
      }
      return try Pipeline(entries, path: file, overrides: own, jobs: jobs)
    }
    try requireDifferentFolders(path)
  }

  /// The files that a list names, beside the file that holds it.
  private static func files(_ list: PipelineParser.Entry, in path: String) throws -> [String] {
    guard case .list(let names) = list.value, 1...mostFiles ~= names.count, Set(names).count == names.count else {
      throw DataError(
        .usage, file: "\(path):\(list.line)", "\(filesKey) is not a list of files",
        expected: "[mosei.yaml, mosi.yaml], each once")
    }
    return names.map { $0.hasPrefix("/") ? $0 : Folder.parent(of: path) + "/" + $0 }
  }

  /// `mosei` of `pipelines/mosei.yaml`.
  private static func stem(of file: String) -> String {
    let name = Folder.name(of: file)
    return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
  }

  /// The only pipeline that an override applies to.
  private static func owner(of override: Pipeline.Override, among names: [String]) -> String? {
    names.first { override.key.hasPrefix($0 + ".") }
  }

  private func requireDifferentFolders(_ path: String) throws {
    var owners: [String: String] = [:]
    for pipeline in pipelines {
      guard let folder = pipeline.settings["out"]?.text else { continue }
      if let other = owners.updateValue(pipeline.path, forKey: folder) {
        throw DataError(
          .usage, file: path, "\(other) and \(pipeline.path) both write to \(folder)", expected: "one folder each",
          advice: "Set the out of each, e.g. --set \(Self.stem(of: pipeline.path)).out=other.")
      }
    }
  }
}
