public import ArgumentParser
import Storage

/// A subcommand: it parses, calls one library function and says what came out.
public protocol ProgramCommand: ParsableCommand {
  /// The options that all commands share.
  var global: GlobalOptions { get }
  /// Does the work; prints nothing itself except through `terminal.progress`.
  func execute(_ terminal: Terminal) throws -> CommandResult
}

extension ProgramCommand {
  /// Runs the command outside `Program`, as ArgumentParser does when it is asked to run one itself.
  public mutating func run() throws {
    let status = try Program.run(self, name: Self._commandName)
    if status != 0 { throw ExitCode(status) }
  }
}
