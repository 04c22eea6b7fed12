public import ArgumentParser
import Console
import Shards
public import SyntheticCorpora
import Tables
import Text
import Workers

/// `msa-prep sample iemocap`: writes a release that looks like IEMOCAP's.
struct SampleIEMOCAP: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "iemocap",
    abstract: "Write a synthetic IEMOCAP: layout and traps of the release, and a planted signal.",
    discussion: """
      Examples:
        msa-prep sample iemocap --out release
        msa-prep sample iemocap --out packed --tar
        msa-prep sample iemocap --out large --dialogs 8 --turns 30 --seconds 4
      """)

  /// The release that is written if no other settings are given.
  private static let usual = SyntheticRelease()

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var out: String

  @Flag(help: "What the folder holds.")
  var form = SyntheticRelease.Form.folder

  @Option(help: ArgumentHelp("The number of dialogs per session. (default: \(Self.usual.dialogs))", valueName: "n"))
  var dialogs: Int?

  @Option(help: ArgumentHelp("The number of turns per dialog. (default: \(Self.usual.turns))", valueName: "n"))
  var turns: Int?

  @Option(
    help: ArgumentHelp("The length of a turn in seconds, on average. (default: \(Self.usual.seconds))", valueName: "s"))
  var seconds: Double?

  @Flag(help: "As large as the real release: 151 dialogs, 10,039 turns, 12.4 hours, about 6 GB.")
  var full = false

  @Option(help: ArgumentHelp("The same seed gives the same bytes.", valueName: "n"))
  var seed: UInt64 = 42

  @Option(
    help: ArgumentHelp("How strongly sound, motion and words reveal the label; 0 for not at all.", valueName: "g"))
  var gain = 1.0

  @Option(help: ArgumentHelp("The number of threads; it has no effect on the results.", valueName: "n"))
  var threads = OrderedWorkers.availableCores

  @Flag(help: "Replace an earlier sample in --out.")
  var overwrite = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func validate() throws {
    if full, dialogs != nil || turns != nil || seconds != nil {
      throw ValidationError("--full fixes the size; leave out --dialogs, --turns and --seconds")
    }
    if threads < 1 { throw ValidationError("--threads is \(threads), expected 1 or more") }
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    var release = SyntheticRelease()
    release.form = form
    release.dialogs = dialogs ?? release.dialogs
    release.turns = turns ?? release.turns
    release.seconds = seconds ?? release.seconds
    release.isFullSize = full
    release.seed = seed
    release.gain = gain
    release.threads = threads
    try PreparedFolder.requireOutside(out)
    let description = try release.write(to: out, overwrites: overwrite, progress: terminal.progress)
    let root = out + (form.fileName.map { "/" + $0 } ?? "")
    return CommandResult(
      text: text(description, root), json: description,
      next: "msa-prep iemocap --root \(shellPath(root)) --out prepared")
  }

  private func text(_ description: JSONValue, _ root: String) -> String {
    let dialogs = description["dialogs"]?.elements?.map { $0.intValue ?? 0 } ?? []
    let turns = description["turns"]?.elements?.map { $0.intValue ?? 0 } ?? []
    var table = TextTable([.left, .right, .right])
    table.add(["  Session", "dialogs", "turns"])
    for (session, counts) in zip(dialogs, turns).enumerated() {
      table.add(["  \(session + 1)", counts.0.grouped, counts.1.grouped])
    }
    let seconds = (description["samples of sound"]?.intValue ?? 0) / 16_000
    let facts = [
      "\(root): \(turns.reduce(0, +).grouped) turns, \(seconds.grouped) seconds of sound",
      "Word vectors: \(out)/word-vectors.txt",
    ]
    return PrintableText.joined(facts + table.lines)
  }
}

/// `--folder`, `--tar`, `--plain-tar` and `--zip`: the form in which a synthetic release is written.
extension SyntheticRelease.Form: EnumerableFlag {
  /// Returns the flag of a form.
  public static func name(for value: Self) -> NameSpecification {
    switch value {
    case .folder: .customLong("folder")
    case .tar: .customLong("tar")
    case .plainTar: .customLong("plain-tar")
    case .zip: .customLong("zip")
    }
  }

  /// Returns the help text of a form.
  public static func help(for value: Self) -> ArgumentHelp? {
    switch value {
    case .folder: "Write the five sessions as folders."
    case .tar: "Pack them as IEMOCAP_full_release.tar.gz, as the release is distributed."
    case .plainTar: "Pack them as IEMOCAP_full_release.tar."
    case .zip: "Pack them as IEMOCAP_full_release.zip."
    }
  }
}
