import ArgumentParser
import Audit
import Console
import Workers

/// `msa-audit verify`: checks whether a statement still describes the files.
struct Verify: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that an audit's statement still describes the files and the audit.",
    discussion: """
      Examples:
        msa-prep sample mosei --out stated-raw
        msa-prep mosei --root stated-raw --out stated
        msa-audit --shards stated --out statement
        msa-audit verify statement/audit.intoto.json --shards stated
        msa-audit verify statement/audit.intoto.json --shards stated --json
        msa-audit verify statement/audit.intoto.json --shards stated --require-pass

      Give the data as they were given to the audit, and the run if one was. audit.json and leaks.csv stay beside the
      statement. Exit status 1 means that a file differs, or that the statement does not say what audit.json says.
      """)

  @Argument(help: ArgumentHelp("The statement, audit.intoto.json.", valueName: "statement"))
  var statement: String

  @OptionGroup(title: "Input") var input: InputOptions

  @Option(help: ArgumentHelp("The run folder that was audited with the data.", valueName: "dir"))
  var run: String?

  @Flag(help: "Exit with 1 also if the audit found a leak or damage.")
  var requirePass = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let threads = OrderedWorkers.availableCores
    let check = try StatementCheck(
      statement, datasets: try input.datasets(threads: threads), run: run, threads: threads)
    let isEnough = check.isIntact && (check.hasPassed || !requirePass)
    return CommandResult(text: check.text, json: check.json, status: isEnough ? 0 : 1)
  }
}
