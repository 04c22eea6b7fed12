public import ArgumentParser
import Console
import Shards
public import SyntheticCorpora
import Text
import Workers

extension SyntheticLayout: ExpressibleByArgument {}

/// `msa-prep sample recordings`: writes a folder of recordings as somebody might have made them.
struct SampleRecordings: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "recordings",
    abstract: "Write a synthetic folder of recordings: voices, words, faces, a table, and trouble.",
    discussion: """
      Examples:
        msa-prep sample recordings --out sample-clips
        msa-prep sample recordings --out clean-clips --no-trouble
        msa-prep sample recordings --layout meld --out sample-meld
        msa-prep sample recordings --out more-clips --recordings 60 --clips 10
      """)

  /// The folder that is written if no other settings are given.
  private static let usual = SyntheticRecordings()

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "How the clips are listed: metadata.csv, MELD's tables or MMSA's label.csv; the last two without trouble."))
  var layout = Self.usual.layout

  @Option(help: ArgumentHelp("The number of recordings, each of one speaker.", valueName: "n"))
  var recordings = Self.usual.recordings

  @Option(help: ArgumentHelp("The number of clips per recording.", valueName: "n"))
  var clips = Self.usual.clips

  @Option(help: ArgumentHelp("The length of a clip in seconds, on average.", valueName: "s"))
  var seconds = Self.usual.seconds

  @Option(help: ArgumentHelp("The same seed gives the same bytes.", valueName: "n"))
  var seed: UInt64 = 42

  @Option(
    help: ArgumentHelp("How strongly sound, faces and words reveal the label; 0 for not at all.", valueName: "g"))
  var gain = Self.usual.gain

  @Flag(help: "Leave out the clips that cannot be read, or lack a modality.")
  var noTrouble = false

  @Option(help: ArgumentHelp("The number of threads; it has no effect on the results.", valueName: "n"))
  var threads = OrderedWorkers.availableCores

  @Flag(help: "Replace an earlier sample in --out.")
  var overwrite = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func validate() throws {
    if threads < 1 { throw ValidationError("--threads is \(threads), expected 1 or more") }
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    var sample = SyntheticRecordings()
    sample.layout = layout
    sample.recordings = recordings
    sample.clips = clips
    sample.seconds = seconds
    sample.seed = seed
    sample.gain = gain
    sample.hasTrouble = !noTrouble
    sample.threads = threads
    try PreparedFolder.requireOutside(out)
    let description = try sample.write(to: out, overwrites: overwrite, progress: terminal.progress)
    return CommandResult(
      text: text(description), json: description,
      next: next)
  }

  /// The published splits of corpora in the other layouts divide recordings.
  private var next: String {
    switch layout {
    case .folder: "msa-prep recordings --root \(shellPath(out)) --out prepared"
    case .meld: "msa-prep meld --root \(shellPath(out)) --out prepared --split group"
    case .mmsa: "msa-prep sims --root \(shellPath(out)) --out prepared --split group"
    }
  }

  private func text(_ description: JSONValue) -> String {
    let count = description["clips"]?.intValue ?? 0
    let seconds = (description["samples of sound"]?.intValue ?? 0) / 16_000
    let lines = ["\(out): \(count.counted("clip")), \(seconds.grouped) seconds of sound, with their table"]
    let trouble = ["skipped", "kept"].flatMap { key in
      (description[key]?.members ?? [:]).sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value.text ?? "")" }
    }
    return PrintableText.joined(lines + (trouble.isEmpty ? [] : ["Trouble put in on purpose:"] + trouble))
  }
}
