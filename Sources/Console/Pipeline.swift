import Storage

/// A pipeline file: which job to run, and its flags as keys.
///
/// Keys are the flags' names without dashes; a path is relative to the folder the program is started in, as on the
/// command line. Anchors, aliases, tags and nested mappings are refused: they can only make such a file hard to read or
/// explode it.
public struct Pipeline: Hashable, Sendable {
  /// A checked value and where it came from.
  struct Setting: Hashable, Sendable {
    var text: String
    var isFlag: Bool
  }

  /// The file, as the user named it.
  public let path: String
  /// The value of `corpus`: the name of the job.
  public let job: String
  private(set) var settings: [String: Setting] = [:]

  /// No pipeline needs more; a larger file is something else.
  private static let largestFile = 1 << 16
  /// The key that names the job.
  private static let jobKey = "corpus"

  /// Reads a file and applies `overrides`, each `key=value`, or `key=` to take a key away.
  ///
  /// - Throws: `DataError` 66 when the file cannot be opened; 64, naming file and line, when a key is unknown (with the
  ///   nearest known one), occurs twice or has a wrong value, or when the job is missing or not one of `jobs`.
  public init(contentsOf path: String, overrides: [String], jobs: [String], keys: [PipelineKey]) throws {
    let bytes = try InputFile.contents(of: path, limit: Self.largestFile)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DataError(.usage, file: path, "is not UTF-8 text", expected: "a YAML file of keys and values")
    }
    try self.init(text: text, path: path, overrides: overrides, jobs: jobs, keys: keys)
  }

  /// Reads a document; see `init(contentsOf:overrides:jobs:keys:)`.
  init(text: String, path: String, overrides: [String], jobs: [String], keys: [PipelineKey]) throws {
    let known = [PipelineKey(Self.jobKey, .choice(jobs))] + keys
    var values: [String: Setting] = [:]
    for entry in try PipelineParser(path: path).entries(of: text) {
      let place = "\(path):\(entry.line)"
      let key = try Self.find(entry.key, in: known, place: place)
      if values[key.name] != nil {
        throw DataError(.usage, file: place, "the key \(key.name) occurs twice", advice: "Remove one of the two.")
      }
      values[key.name] = try Self.setting(key, entry.value, place: place)
    }
    for override in overrides {
      guard let sign = override.firstIndex(of: "=") else {
        throw DataError(.usage, file: "--set \(override)", "has no value", expected: "--set key=value")
      }
      let place = "--set \(override)"
      let key = try Self.find(String(override[..<sign]), in: known, place: place)
      let text = String(override[override.index(after: sign)...])
      values[key.name] = text.isEmpty ? nil : try Self.setting(key, .scalar(text), place: place)
    }
    guard let job = values.removeValue(forKey: Self.jobKey) else {
      throw DataError(
        .usage, file: path, "has no key \(Self.jobKey)", expected: "\(Self.jobKey): " + jobs.joined(separator: " or "))
    }
    self.path = path
    self.job = job.text
    settings = values
  }

  /// The settings as a command line, in the order of their names.
  public var arguments: [String] {
    settings.sorted { $0.key < $1.key }.flatMap { key, setting -> [String] in
      if setting.isFlag { return setting.text == "true" ? ["--\(key)"] : [] }
      return ["--\(key)=\(setting.text)"]
    }
  }

  private static func find(_ name: String, in keys: [PipelineKey], place: String) throws -> PipelineKey {
    if let key = keys.first(where: { $0.name == name }) { return key }
    let bare = String(name.drop { $0 == "-" }).replacing("_", with: "-")
    let suggestion = nearestName(to: bare, among: keys.map(\.name)).map { "; did you mean \($0)?" }
    throw DataError(
      .usage, file: place, "unknown key \(name)\(suggestion ?? "")",
      expected: suggestion == nil ? "one of " + keys.map(\.name).sorted().joined(separator: ", ") : nil)
  }

  private static func setting(_ key: PipelineKey, _ value: PipelineParser.Value, place: String) throws -> Setting {
    let text: String
    switch value {
    case .scalar(let scalar): text = scalar
    case .list(let items) where key.kind.takesList && !items.isEmpty: text = items.joined(separator: ",")
    case .list:
      throw DataError(.usage, file: place, "\(key.name) has a list as its value", expected: key.kind.expectation)
    }
    guard key.kind.accepts(text) else {
      throw DataError(
        .usage, file: place, text.isEmpty ? "\(key.name) has no value" : "\(key.name) is \(text)",
        expected: key.kind.expectation)
    }
    return Setting(text: text, isFlag: key.kind == .flag)
  }
}
