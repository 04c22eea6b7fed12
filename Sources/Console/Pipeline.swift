public import ArgumentParser
import Files
public import Options
import Text

/// A job that a pipeline file may describe: a command whose options are the file's keys.
public struct PipelineJob: Sendable {
  /// The value of `corpus`.
  let name: String
  let options: [OptionArgument]

  /// A key for each option of a command that is made from a definition.
  public init(_ command: any ParsableCommand.Type) {
    self.init(command._commandName, options: command.definedArguments)
  }

  /// A job with these keys.
  public init(_ name: String, options: [OptionArgument]) {
    self.name = name
    self.options = options
  }
}

/// A pipeline file: which job to run, and its flags as keys.
///
/// Keys are the flags' names without dashes; a path is relative to the folder the program is started in, as on the
/// command line. Anchors, aliases, tags and nested mappings are refused: they only make such a file hard to read, or
/// blow it up.
public struct Pipeline: Hashable, Sendable {
  /// A checked value and where it came from.
  struct Setting: Hashable, Sendable {
    var text: String
    var isFlag = false
    /// The values after the first of an option that may be repeated.
    var others: [String] = []
  }

  /// A value from outside the file, and what to call the place it comes from.
  struct Override: Hashable, Sendable {
    var key: String
    /// Nil removes the key.
    var value: PipelineParser.Value?
    var place: String

    init(key: String, value: PipelineParser.Value?, place: String) {
      (self.key, self.value, self.place) = (key, value, place)
    }

    /// The value of `--set`: `key=value`, or `key=` to remove the key.
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
  /// - Throws: `DataError` 66 when it cannot be opened, 64 when it is not a mapping of keys to plain values.
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
    let options = Self.options(entries, overrides, jobs: jobs)
    var values: [String: Setting] = [:]
    let given =
      entries.map { Override(key: $0.key, value: $0.value, place: "\(path):\($0.line)") } + overrides
    for (number, setting) in given.enumerated() {
      let (key, place) = (setting.key, setting.place)
      if number < entries.count, given[..<number].contains(where: { $0.key == key }) {
        throw DataError(.usage, file: place, "the key \(key) occurs twice", advice: "Remove one of the two.")
      }
      let option = key == Self.jobKey ? nil : try Self.find(key, in: options, place: place)
      // What a later override replaces need not be right.
      if given[max(number + 1, entries.count)...].contains(where: { $0.key == key }) { continue }
      values[key] = try setting.value.map { value in
        guard let option else { return try Self.job(value, among: jobs, place: place) }
        return try Self.setting(option, value, place: place)
      }
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

  /// The options of the job that is named; of all jobs if none is, so that a mistyped key is reported first.
  private static func options(
    _ entries: [PipelineParser.Entry], _ overrides: [Override], jobs: [PipelineJob]
  ) -> [OptionArgument] {
    let named = overrides.last { $0.key == jobKey }?.value ?? entries.first { $0.key == jobKey }?.value
    if let job = jobs.first(where: { .scalar($0.name) == named }) { return job.options }
    return jobs.flatMap(\.options)
  }

  /// The settings as a command line, in the order of their names.
  public var arguments: [String] {
    settings.sorted { $0.key < $1.key }.flatMap { key, setting -> [String] in
      if setting.isFlag { return setting.text == "true" ? ["--\(key)"] : [] }
      return ([setting.text] + setting.others).map { "--\(key)=\($0)" }
    }
  }

  private static func find(_ name: String, in options: [OptionArgument], place: String) throws -> OptionArgument {
    if let option = options.first(where: { $0.name == name }) { return option }
    let names = [jobKey] + options.map(\.name)
    let bare = String(name.drop { $0 == "-" }).replacing("_", with: "-")
    let suggestion = nearestName(to: bare, among: names).map { "; did you mean \($0)?" }
    throw DataError(
      .usage, file: place, "unknown key \(name)\(suggestion ?? "")",
      expected: suggestion == nil ? "one of " + Set(names).sorted().joined(separator: ", ") : nil)
  }

  private static func job(_ value: PipelineParser.Value, among jobs: [PipelineJob], place: String) throws -> Setting {
    let expected = "one of " + jobs.map(\.name).joined(separator: ", ")
    guard case .scalar(let name) = value else {
      throw DataError(.usage, file: place, "\(jobKey) has a list as its value", expected: expected)
    }
    guard jobs.contains(where: { $0.name == name }) else {
      throw DataError(
        .usage, file: place, name.isEmpty ? "\(jobKey) has no value" : "\(jobKey) is \(name)", expected: expected)
    }
    return Setting(text: name)
  }

  private static func setting(
    _ option: OptionArgument, _ value: PipelineParser.Value, place: String
  ) throws -> Setting {
    var setting = Setting(text: "", isFlag: option.form == .flag)
    switch (value, option.form) {
    case (.scalar(let text), _): setting.text = text
    case (.list(let items), .parts) where !items.isEmpty, (.list(let items), .words) where !items.isEmpty:
      setting.text = items.joined(separator: ",")
    case (.list(let items), .repeated) where !items.isEmpty && !items.contains(""):
      (setting.text, setting.others) = (items[0], Array(items.dropFirst()))
    case (.list, _):
      throw DataError(
        .usage, file: place, "\(option.name) has a list as its value", expected: option.expectation)
    }
    if setting.text.isEmpty {
      throw DataError(.usage, file: place, "\(option.name) has no value", expected: option.expectation)
    }
    for text in [setting.text] + setting.others {
      if let fault = option.fault(in: text) {
        throw DataError(.usage, file: place, "\(option.name) \(fault.finding)", expected: fault.expected)
      }
    }
    return setting
  }
}
