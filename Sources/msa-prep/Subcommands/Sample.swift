import ArgumentParser
import Console
import Storage

/// `msa-prep sample`: synthetic corpora.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Write a synthetic corpus in the real on-disk layout.",
    discussion: """
      Examples:
        msa-prep sample mosei --out corpus
        msa-prep sample mosei --out small --videos 12 --seconds 20
        msa-prep sample mosei --out dirty --nan-rate 0.01 --seed 7
      """,
    subcommands: [SampleMOSEI.self])
}

/// `msa-prep sample mosei`: a corpus that looks like CMU-MOSEI.
struct SampleMOSEI: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "mosei",
    abstract: "Write a synthetic CMU-MOSEI: widths, storage, gaps and dirt of the real files, and a planted signal.",
    discussion: """
      Examples:
        msa-prep sample mosei --out corpus
        msa-prep sample mosei --out small --videos 12 --seconds 20
        msa-prep sample mosei --out dirty --nan-rate 0.01 --seed 7
      """)

  @Option(help: ArgumentHelp("The folder to write.", valueName: "dir"))
  var out: String

  @Option(help: ArgumentHelp("The number of videos.", valueName: "n"))
  var videos = 60

  @Option(help: ArgumentHelp("The length of a video in seconds, on average.", valueName: "s"))
  var seconds = 30.0

  @Option(help: ArgumentHelp("The same seed gives the same values.", valueName: "n"))
  var seed: UInt64 = 42

  @Option(help: ArgumentHelp("How features are stored.", valueName: "method"))
  var compress = Compression.gzip

  @Option(help: ArgumentHelp("The share of cells that are NaN or infinite.", valueName: "rate"))
  var nanRate = 0.001

  @OptionGroup(title: "Output options") var global: GlobalOptions

  /// How the features of a synthetic corpus are stored.
  enum Compression: String, CaseIterable, ExpressibleByArgument {
    case gzip, none
  }

  func validate() throws {
    if videos < 3 { throw ValidationError("--videos is \(videos), expected 3 or more: one for each split") }
    if !(seconds > 0 && seconds <= 36_000) { throw ValidationError("--seconds is \(seconds), expected 0 to 36000") }
    if !(nanRate >= 0 && nanRate < 1) { throw ValidationError("--nan-rate is \(nanRate), expected 0 up to 1") }
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    throw DataError(.internalBug, "the synthetic corpus is not built in yet")
  }
}
