public import Options

/// When the progress line is drawn.
public enum ProgressMode: String, CaseIterable, OptionValue {
  /// Only on a terminal.
  case auto
  case always
  case never
}

/// The options that every command of every program has.
public typealias GlobalOptions = DefinedOptions<GlobalOptionList>

/// Their definitions.
public enum GlobalOptionList: OptionList {
  /// How a program talks.
  public struct Choices: Hashable, Sendable {
    /// One JSON document on standard output.
    var json = false
    /// Only results, warnings and errors.
    var quiet = false
    /// One line per stage instead of the bar.
    var verbose = false
    /// When the bar is drawn.
    var progress = ProgressMode.auto
  }

  /// In the order of the help texts.
  public static let definitions: [OptionDefinition<Choices>] = [
    .flag(
      "json", \.json, record: .nothing, help: "Print one JSON document on standard output and nothing else."),
    .flag(
      "quiet", hasLetter: true, \.quiet, excludes: ["verbose"], record: .nothing,
      help: "No progress and no hints: only results, warnings and errors."),
    .flag(
      "verbose", hasLetter: true, \.verbose, record: .nothing,
      help: "One line for each stage of the work, instead of the progress bar."),
    .value(
      "progress", \.progress, default: .auto, "when", record: .nothing,
      help: "When to draw the progress bar, on standard error."),
  ]

  /// Refuses `-q` together with `-v`.
  public static func validate(_ given: GivenOptions) throws {
    if let conflict = definitions.conflict(in: given) { throw conflict }
  }
}

extension DefinedOptions where List == GlobalOptionList {
  /// The choices as a plain value.
  ///
  /// - Throws: only what parsing would have thrown.
  var choices: GlobalOptionList.Choices {
    get throws {
      var choices = GlobalOptionList.Choices()
      try apply(to: &choices)
      return choices
    }
  }

  /// The same choices as arguments, to pass on to another command.
  public var arguments: [String] {
    List.definitions.map(\.argument.name).flatMap { name in given[name].map { ["--\(name)"] + $0 } ?? [] }
  }
}
