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
    /// The values after the first of a flag that may be repeated.
    var others: [String] = []
  }

  /// A value from outside of the file, and what to call the place it comes from.
  struct Override: Hashable, Sendable {
    var key: String
    /// Nil takes the key away.
    var value: PipelineParser.Value?
    var place: String

    init(key: String, value: PipelineParser.Value?, place: String) {
      (self.key, self.value, self.place) = (key, value, place)
    }

    /// The value of `--set`: `key=value`, or `key=` to take the key away.
    ///
    /// - Throws: `DataError` 64 without an equals sign.
    init(parsing text: String) throws {
      guard let sign = text.firstIndex(of: "=") else {
        throw DataError(.usage, file: "--set \(text)", "has no value", expected: "--set key=value")
      }
      let value = String(text[text.index(after: sign)...])
      self.init(
        key: String(text[..<sign]), value: value.isEmpty ? nil : .scalar(value), place: "--set \(text)")
    }
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

  /// The entries of a file, in its order.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 64 when it is no mapping of keys to plain values.
  static func entries(contentsOf path: String) throws -> [PipelineParser.Entry] {
    let bytes = try InputFile.contents(of: path, limit: Self.largestFile)
    let isMarked = bytes.starts(with: ByteOrderMark.utf8)
    guard let text = String(validating: bytes.dropFirst(isMarked ? 3 : 0), as: UTF8.self) else {
      throw DataError(.usage, file: path, "is not UTF-8 text", expected: "a YAML file of keys and values")
    }
    return try PipelineParser(path: path).entries(of: text)
  }

  /// Checks the entries of a file and applies overrides.
  ///
  /// - Throws: `DataError` 64, naming file and line, when a key is unknown (with the nearest known one), occurs twice or
  ///   has a wrong value, or when the job is missing or not one of `jobs`.
  init(_ entries: [PipelineParser.Entry], path: String, overrides: [Override], jobs: [PipelineJob]) throws {
    let job = PipelineKey(Self.jobKey, .choice(jobs.map(\.name)))
    let known = [job] + Self.keys(entries, overrides, jobs: jobs)
    var values: [String: Setting] = [:]
    for entry in entries {
      let place = "\(path):\(entry.line)"
      let key = try Self.find(entry.key, in: known, place: place)
      if values[key.name] != nil {
        throw DataError(.usage, file: place, "the key \(key.name) occurs twice", advice: "Remove one of the two.")
      }
      values[key.name] = try Self.setting(key, entry.value, place: place)
    }
    for override in overrides {
      let key = try Self.find(override.key, in: known, place: override.place)
      values[key.name] = try override.value.map { try Self.setting(key, $0, place: override.place) }
    }
    guard let job = values.removeValue(forKey: Self.jobKey) else {
      throw DataError(
        .usage, file: path, "has no key \(Self.jobKey)",
        expected: "\(Self.jobKey): " + jobs.map(\.name).joined(separator: " or "))
    }
    self.path = path
    self.job = job.text
    settings = values
  }

  /// The keys of the job that is named; of all jobs where none is, so that a mistyped key shows before that.
  private static func keys(
    _ entries: [PipelineParser.Entry], _ overrides: [Override], jobs: [PipelineJob]
  ) -> [PipelineKey] {
    let named = overrides.last { $0.key == jobKey }?.value ?? entries.first { $0.key == jobKey }?.value
    if let job = jobs.first(where: { .scalar($0.name) == named }) { return job.keys }
    return jobs.flatMap(\.keys)
  }

  /// The settings as a command line, in the order of their names.
  public var arguments: [String] {
    settings.sorted { $0.key < $1.key }.flatMap { key, setting -> [String] in
      if setting.isFlag { return setting.text == "true" ? ["--\(key)"] : [] }
      return ([setting.text] + setting.others).map { "--\(key)=\($0)" }
    }
  }

  private static func find(_ name: String, in keys: [PipelineKey], place: String) throws -> PipelineKey {
    if let key = keys.first(where: { $0.name == name }) { return key }
    let bare = String(name.drop { $0 == "-" }).replacing("_", with: "-")
    let suggestion = nearestName(to: bare, among: keys.map(\.name)).map { "; did you mean \($0)?" }
    throw DataError(
      .usage, file: place, "unknown key \(name)\(suggestion ?? "")",
      expected: suggestion == nil ? "one of " + Set(keys.map(\.name)).sorted().joined(separator: ", ") : nil)
  }

  private static func setting(_ key: PipelineKey, _ value: PipelineParser.Value, place: String) throws -> Setting {
    let text: String
    var others: [String] = []
    switch value {
    case .scalar(let scalar): text = scalar
    case .list(let items) where key.kind.takesList && !items.isEmpty: text = items.joined(separator: ",")
    case .list(let items) where key.kind == .repeated && !items.isEmpty && !items.contains(""):
      (text, others) = (items[0], Array(items.dropFirst()))
    case .list:
      throw DataError(.usage, file: place, "\(key.name) has a list as its value", expected: key.kind.expectation)
    }
    guard key.kind.accepts(text) else {
      throw DataError(
        .usage, file: place, text.isEmpty ? "\(key.name) has no value" : "\(key.name) is \(text)",
        expected: key.kind.expectation)
    }
    return Setting(text: text, isFlag: key.kind == .flag, others: others)
  }
}
