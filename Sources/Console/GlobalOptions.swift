public import ArgumentParser

/// When the progress line is drawn.
public enum ProgressMode: String, CaseIterable, ExpressibleByArgument, Sendable {
  /// Only on a terminal.
  case auto
  case always
  case never
}

/// The options that every command of every program has.
public struct GlobalOptions: ParsableArguments {
  /// One JSON document on standard output.
  @Flag(help: "Print one JSON document on standard output, nothing else.")
  public var json = false

  /// Only results, warnings and errors.
  @Flag(name: [.short, .long], help: "No progress and no hints: only results, warnings and errors.")
  public var quiet = false

  /// A line a stage in place of the bar.
  @Flag(name: [.short, .long], help: "A line for each stage of the work, in place of the progress bar.")
  public var verbose = false

  /// When the bar is drawn.
  @Option(help: ArgumentHelp("When to draw the progress bar, on standard error.", valueName: "when"))
  public var progress = ProgressMode.auto

  /// The defaults, for ArgumentParser to fill.
  public init() {}

  /// Refuses `-q` together with `-v`.
  public func validate() throws {
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other; give one of them") }
  }

  /// The choices as a plain value.
  var choices: Choices { Choices(json: json, quiet: quiet, verbose: verbose, progress: progress) }

  /// The options as a plain value, for where no command line was parsed.
  struct Choices: Hashable, Sendable {
    var json = false
    var quiet = false
    var verbose = false
    var progress = ProgressMode.auto
  }

  /// The same choices as arguments, to hand on to another command.
  public var arguments: [String] {
    (json ? ["--json"] : []) + (quiet ? ["--quiet"] : []) + (verbose ? ["--verbose"] : [])
      + (progress == .auto ? [] : ["--progress", progress.rawValue])
  }
}
