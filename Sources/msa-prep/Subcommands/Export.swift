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
        msa-prep export exported --to mmsa --out exported-mmsa
        msa-prep export exported --to mult --name mosei_senti --out exported-mult

      npz: one file per split with the keys of MMSA and the last 50 rows of each sample (--rows). Shorter samples are \
      padded with zeros after their rows (--pad right, for loaders that read the first …_lengths rows) or before them \
      (--pad left, as the CMU SDK does). webdataset: tar files of .npy members with every row. mmsa, mult: the pickle that the \
      loaders of MMSA and MulT open, with all rows of the longest sample unless --rows says less; --name decides the names of \
      mult's file (NAME_data.pkl, or NAME_data_noalign.pkl if modalities have rows of their own) and the form of its ids.
      """)

  @Argument(help: ArgumentHelp("The prepared folder.", valueName: "dir"))
  var folder: String

  @Option(help: ArgumentHelp("The format.", valueName: "format"))
  var to: Format

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "npz, mmsa, mult: rows per sample; longer samples keep their last rows. (default: 50 in npz, else all)",
      valueName: "n"))
  var rows: Int?

  @Option(
    help: ArgumentHelp(
      "npz, mmsa, mult: where shorter samples are padded with zeros. (default: right; left in mult, and in mmsa if all "
        + "modalities have the same rows)", valueName: "side"))
  var pad: PaddedLayout.Padding?

  @Option(
    help: ArgumentHelp(
      "mult: its --data, such as mosi or mosei_senti. mmsa: mosi, mosei or sims.", valueName: "name"))
  var name: String?

  @Flag(help: "Replace an earlier export in --out.")
  var overwrite = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  /// The formats that a prepared folder can be converted to.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case webdataset, npz, mmsa, mult
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    try requireMeaning()
    let layout = layout
    let summary =
      switch to {
      case .npz:
        try FolderExport.npz(
          from: folder, to: out, layout: layout, overwrites: overwrite, progress: terminal.progress)
      case .mmsa, .mult:
        try FolderExport.pickle(
          from: folder, to: out, for: try loader, rows: rows, padding: pad, overwrites: overwrite,
          progress: terminal.progress)
      case .webdataset:
        try FolderExport.webDataset(from: folder, to: out, overwrites: overwrite, progress: terminal.progress)
      }
    return CommandResult(text: summary.text, json: summary.json)
  }

  private var layout: PaddedLayout {
    var layout = PaddedLayout()
    if let rows { layout.rowCount = rows }
    if let pad { layout.padding = pad }
    return layout
  }

  /// Refuses options that mean nothing for the format.
  private func requireMeaning() throws {
    let rowOption = rows != nil ? "--rows" : pad != nil ? "--pad" : nil
    if to == .webdataset, let option = rowOption {
      throw DataError(
        .usage, "\(option) has no meaning with --to webdataset", expected: "--to npz, mmsa or mult",
        advice: "Leave it out: webdataset keeps every row unchanged.")
    }
    if name != nil, to != .mmsa, to != .mult {
      throw DataError(
        .usage, "--name has no meaning with --to \(to.rawValue)", expected: "--to mmsa or mult", advice: "Leave it out."
      )
    }
    if let rows, !(1...Self.largestRowCount).contains(rows) {
      throw DataError(.usage, "--rows is \(rows)", expected: "1 to \(Self.largestRowCount)")
    }
  }

  /// The loader that reads what is written.
  private var loader: PickleLoader {
    get throws {
      if to == .mmsa {
        if let name, !PickleLoader.ofMMSA.contains(name) {
          throw DataError(
            .usage, "--name is \(name)",
            expected: "one of MMSA's data sets, \(PickleLoader.ofMMSA.joined(separator: ", "))")
        }
        return .mmsa(name)
      }
      guard let name, name.wholeMatch(of: /[A-Za-z0-9_-]{1,64}/) != nil else {
        throw DataError(
          .usage, name.map { "--name is \($0)" } ?? "--to mult needs --name",
          expected: "the --data of MulT that reads the file, such as mosi or mosei_senti")
      }
      return .mult(name)
    }
  }

  /// A quarter of an hour of 10 ms frames: no utterance is longer, and a padded one fits into memory at any width.
  private static let largestRowCount = 100_000
}

extension PaddedLayout.Padding: ExpressibleByArgument {}
