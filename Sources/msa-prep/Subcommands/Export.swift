import ArgumentParser
import Console
import Preparation
import Storage

/// `msa-prep export`: a prepared folder in another format.
struct Export: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a prepared folder in another format.",
    discussion: """
      Examples (after: msa-prep sample mosei --out corpus && msa-prep mosei --root corpus --out prepared):
        msa-prep export prepared --to npz --out exported-npz
        msa-prep export prepared --to webdataset --out exported-tar
        msa-prep export prepared --to npz --out exported-npz --json

      npz: one file a split with the keys of MMSA, 50 rows a sample. webdataset: tar files of .npy members.
      """)

  @Argument(help: ArgumentHelp("The prepared folder.", valueName: "dir"))
  var folder: String

  @Option(help: ArgumentHelp("The format.", valueName: "format"))
  var to: Format

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var out: String

  @Flag(help: "Replace an earlier export in --out.")
  var overwrite = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  /// What a prepared folder can be turned into.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case webdataset, npz
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let export = to == .npz ? FolderExport.npz : FolderExport.webDataset
    let summary = try export(folder, out, overwrite, terminal.progress)
    return CommandResult(text: summary.text, json: summary.json)
  }
}
