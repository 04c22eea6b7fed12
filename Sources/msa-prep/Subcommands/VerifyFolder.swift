import ArgumentParser
import Console
import Shards

/// `msa-prep verify`: checks that a prepared folder is as it was written.
struct VerifyFolder: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check every checksum and count of a prepared folder.",
    discussion: """
      Examples:
        msa-prep sample mosei --out verify-raw
        msa-prep mosei --root verify-raw --out verified
        msa-prep verify verified
        msa-prep verify verified --json
        msa-prep verify verified --quiet && echo intact

      Exit status 1 means damage.
      """)

  @Argument(help: ArgumentHelp("The prepared folder.", valueName: "dir"))
  var folder: String

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let report = try PreparedFolder.verify(folder, progress: terminal.progress)
    return CommandResult(
      text: report.text, json: report.json, next: report.isIntact ? "msa-prep inspect \(shellPath(folder))" : nil,
      status: report.isIntact ? 0 : 1)
  }
}
