public import ArgumentParser
import Console
public import Preparation
import Text

/// `msa-prep export`: converts a prepared folder to another format.
struct Export: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a prepared folder in another format.",
    discussion: """
      Examples:
        msa-prep sample mosei --out export-raw
        msa-prep mosei --root export-raw --out exported
        msa-prep export exported --to npz --out exported-npz
        msa-prep export exported --to webdataset --out exported-tar
        msa-prep export exported --to npz --rows 120 --pad left --out exported-sdk

      npz: one file per split with the keys of MMSA and the last 50 rows of each sample (--rows). Shorter samples are \
      padded with zeros after their rows (--pad right, for loaders that read the first …_lengths rows) or before them \
      (--pad left, as the CMU SDK does). webdataset: tar files of .npy members with every row.
      """)

  @Argument(help: ArgumentHelp("The prepared folder.", valueName: "dir"))
  var folder: String

  @Option(help: ArgumentHelp("The format.", valueName: "format"))
  var to: Format

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var out: String

  @Option(
    help: ArgumentHelp("npz: rows per sample; longer samples keep their last rows. (default: 50)", valueName: "n"))
  var rows: Int?

  @Option(help: ArgumentHelp("npz: where shorter samples are padded with zeros. (default: right)", valueName: "side"))
  var pad: NPZLayout.Padding?

  @Flag(help: "Replace an earlier export in --out.")
  var overwrite = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  /// The formats that a prepared folder can be converted to.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case webdataset, npz
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let layout = try layout
    let summary =
      switch to {
      case .npz:
        try FolderExport.npz(
          from: folder, to: out, layout: layout, overwrites: overwrite, progress: terminal.progress)
      case .webdataset:
        try FolderExport.webDataset(from: folder, to: out, overwrites: overwrite, progress: terminal.progress)
      }
    return CommandResult(text: summary.text, json: summary.json)
  }

  private var layout: NPZLayout {
    get throws {
      if to != .npz, let option = rows != nil ? "--rows" : pad != nil ? "--pad" : nil {
        throw DataError(
          .usage, "\(option) has no meaning with --to \(to.rawValue)", expected: "--to npz",
          advice: "Leave it out: \(to.rawValue) keeps every row unchanged.")
      }
      if let rows, !(1...Self.largestRowCount).contains(rows) {
        throw DataError(.usage, "--rows is \(rows)", expected: "1 to \(Self.largestRowCount)")
      }
      var layout = NPZLayout()
      if let rows { layout.rowCount = rows }
      if let pad { layout.padding = pad }
      return layout
    }
  }

  /// A quarter of an hour of 10 ms frames: no utterance is longer, and a padded one fits into memory at any width.
  private static let largestRowCount = 100_000
}

extension NPZLayout.Padding: ExpressibleByArgument {}
