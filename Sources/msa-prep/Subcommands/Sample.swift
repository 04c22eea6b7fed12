import ArgumentParser
import Console
import Corpora
import Storage
import Workers

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
  var videos = 40

  @Option(help: ArgumentHelp("The length of a video in seconds, on average.", valueName: "s"))
  var seconds = 30.0

  @Option(help: ArgumentHelp("The same seed gives the same values.", valueName: "n"))
  var seed: UInt64 = 42

  @Option(help: ArgumentHelp("How features are stored.", valueName: "method"))
  var compress = Compression.gzip

  @Option(help: ArgumentHelp("The share of cells that are NaN or infinite.", valueName: "rate"))
  var nanRate = 0.001

  @Option(help: ArgumentHelp("How far a unit of sentiment shifts the features.", valueName: "g"))
  var gain = 0.25

  @Flag(help: "Replace an earlier sample in --out.")
  var overwrite = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  /// How the features of a synthetic corpus are stored.
  enum Compression: String, CaseIterable, ExpressibleByArgument {
    case gzip, none
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    var corpus = SyntheticCorpus()
    corpus.videos = videos
    corpus.seconds = seconds
    corpus.seed = seed
    corpus.isCompressed = compress == .gzip
    corpus.nonFiniteRate = nanRate
    corpus.gain = gain
    terminal.progress.begin("Make", total: videos, unit: "videos")
    let description = try corpus.write(to: out, overwrites: overwrite) { terminal.progress.advance(by: 1) }
    return CommandResult(
      text: "\(out): \(videos) videos in CMU-MOSEI's layout, folds in folds.json and folds.py", json: description,
      next: "msa-prep mosei --root \(shellQuoted(out)) --folds \(shellQuoted(out + "/folds.json")) --out prepared")
  }
}
