import ArgumentParser
import Audit
import Console
import Workers

/// `msa-audit verify`: checks whether a statement still describes the files.
struct Verify: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that an audit's statement still describes the files.",
    discussion: """
      Examples:
        msa-prep sample mosei --out stated-raw
        msa-prep mosei --root stated-raw --out stated
        msa-audit --shards stated --out statement
        msa-audit verify statement/audit.intoto.json --shards stated
        msa-audit verify statement/audit.intoto.json --shards stated --json
        msa-audit verify statement/audit.intoto.json --shards stated -q && echo same

      Give the data as they were given to the audit, in the same order. Exit status 1 means that a file differs.
      """)

  @Argument(help: ArgumentHelp("The statement, audit.intoto.json.", valueName: "statement"))
  var statement: String

  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let threads = OrderedWorkers.availableCores
    let check = try StatementCheck(statement, datasets: try input.datasets(threads: threads), threads: threads)
    return CommandResult(text: check.text, json: check.json, status: check.isIntact ? 0 : 1)
  }
}
