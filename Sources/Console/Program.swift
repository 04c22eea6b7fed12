public import ArgumentParser
import Foundation
import Processor
import Signals
public import Text
import Workers

/// The outer layer of every program: parsing, signals, messages and the exit status.
public enum Program {
  /// Parses the command line, runs the subcommand it names and ends the process.
  public static func main(_ root: any ParsableCommand.Type) -> Never {
    LastWords.prepare(program: root._commandName) { $0.sentence(after: ProcessArguments.all) }
    refuseUnfit(name: root._commandName)
    Interrupt.install()
    let status = run(root, arguments: Array(ProcessArguments.all.dropFirst()))
    // An error has its one line; without one, the user should see what a library complained about.
    if status == 0, let heard = LastWords.heard { Terminal.warn(heard, name: root._commandName) }
    exit(status)
  }

  /// Ends the process where a word of the command line is no text, or the processor lacks an instruction, before anything
  /// is done with either.
  private static func refuseUnfit(name: String) {
    do throws(DataError) {
      try ProcessArguments.check()
      try Processor.check()
      try VectorWidth.check()
    } catch {
      Terminal.show(error, name: name, json: ProcessArguments.all.contains("--json"))
      exit(error.code.rawValue)
    }
  }

  /// Does the same and returns the exit status.
  static func run(_ root: any ParsableCommand.Type, arguments: [String]) -> Int32 {
    let name = root._commandName
    let arguments = NegativeValues.attached(arguments)
    do {
      var command = try root.parseAsRoot(arguments)
      if let command = command as? any ProgramCommand { return try run(command, name: name) }
      try command.run()
      return 0
    } catch {
      return finish(error, root: root, arguments: arguments)
    }
  }

  /// Runs a parsed command, prints what it found or what went wrong, and returns the exit status.
  ///
  /// - Throws: when options do not go together.
  static func run(_ command: any ProgramCommand, name: String) throws -> Int32 {
    let choices = try command.global.choices
    let terminal = Terminal(options: choices, name: name)
    do {
      let result = try command.execute(terminal)
      terminal.progress.end()
      try terminal.show(result)
      return result.status
    } catch {
      terminal.progress.end()
      let known = dataError(error).naming(command: ProcessArguments.all)
      Terminal.show(known, name: name, json: choices.json)
      return known.code.rawValue
    }
  }

  /// Help and version are not errors; everything else here is a wrong command line.
  private static func finish(_ error: any Error, root: any ParsableCommand.Type, arguments: [String]) -> Int32 {
    if root.exitCode(for: error) == .success {
      do {
        try StandardStream.output.write(PrintableText.lines(root.fullMessage(for: error)) + "\n")
        return 0
      } catch {
        let known = dataError(error)
        Terminal.show(known, name: root._commandName, json: false)
        return known.code.rawValue
      }
    }
    let usage = UsageError.describe(error, root: root, arguments: arguments)
    Terminal.show(usage, name: root._commandName, json: arguments.contains("--json"))
    return usage.code.rawValue
  }

  /// Anything but a `DataError` was not foreseen.
  private static func dataError(_ error: any Error) -> DataError {
    if let known = error as? DataError { return known }
    return DataError(
      .internalBug, "internal error: \(String(reflecting: error))",
      advice: "This is a bug; please report it with the command line that led here.")
  }
}

/// A subcommand: it parses, calls one library function and reports the result.
public protocol ProgramCommand: ParsableCommand {
  /// The options that all commands share.
  var global: GlobalOptions { get }
  /// Does the work; prints nothing itself except through `terminal.progress`.
  func execute(_ terminal: Terminal) throws -> CommandResult
}

extension ProgramCommand {
  /// Runs the command outside `Program`, as ArgumentParser does when asked to run one itself.
  public mutating func run() throws {
    let status = try Program.run(self, name: Self._commandName)
    if status != 0 { throw ExitCode(status) }
  }
}

/// What a command has to say once it is done: the same facts for people and as JSON.
public struct CommandResult: Sendable {
  /// Printed on standard output without `--json`; a missing newline at its end is added.
  ///
  /// Line feeds end its lines: a value that may contain one goes through `PrintableText.line` when it is inserted.
  public var text: String
  /// The one document that `--json` prints.
  public var json: JSONValue
  /// The command likely to be wanted next, printed below `text`; left out with `-q` and `--json`.
  public var next: String?
  /// The exit status: 0, or 1 where a check failed.
  public var status: Int32

  /// Creates a result; see the properties.
  public init(text: String, json: JSONValue, next: String? = nil, status: Int32 = 0) {
    self.text = text
    self.json = json
    self.next = next
    self.status = status
  }
}

/// Negative numbers as values of options.
///
/// ArgumentParser takes every word that begins with a dash for an option, so `--frame-offset -2` would lack its value. No
/// option of ours begins with a dash and a digit, so such a word belongs to the option before it.
enum NegativeValues {
  /// The arguments with each `--option -2` as `--option=-2`.
  static func attached(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { return result + arguments[index...] }
      if isNegativeNumber(argument), let option = result.last, isLongOption(option) {
        result[result.count - 1] = option + "=" + argument
      } else {
        result.append(argument)
      }
    }
    return result
  }

  /// `-2`, `-.5`, `-1e3`; also the start of a list, `-1,2`.
  private static func isNegativeNumber(_ word: String) -> Bool {
    let rest = word.utf8.dropFirst()
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? false }
    guard word.utf8.first == UInt8(ascii: "-") else { return false }
    return isDigit(rest.first) || (rest.first == UInt8(ascii: ".") && isDigit(rest.dropFirst().first))
  }

  private static func isLongOption(_ word: String) -> Bool {
    word.hasPrefix("--") && word.utf8.count > 2 && !word.utf8.contains(UInt8(ascii: "="))
  }
}
