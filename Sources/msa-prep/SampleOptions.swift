import ArgumentParser
import Console
import Shards
import SyntheticCorpora
import Tables
import Text
import Workers

/// The options shared by all synthetic corpora.
struct SampleOptions: ParsableArguments {
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

  @Option(help: ArgumentHelp("The share of visual and audio cells that are NaN or infinite.", valueName: "rate"))
  var nanRate = 0.001

  @Option(help: ArgumentHelp("How far one unit of sentiment shifts the features.", valueName: "g"))
  var gain = 0.25

  @Flag(help: "Replace an earlier sample in --out.")
  var overwrite = false

  /// How the features of a synthetic corpus are stored.
  enum Compression: String, CaseIterable, ExpressibleByArgument {
    case gzip, none
  }

  /// Writes the corpus.
  ///
  /// - Parameters:
  ///   - layout: the corpus whose layout is imitated.
  ///   - job: the command that prepares the corpus.
  func write(_ layout: SyntheticCorpus.Layout, job: String, progress: any ProgressSink) throws -> CommandResult {
    var corpus = SyntheticCorpus()
    corpus.layout = layout
    corpus.videos = videos
    corpus.seconds = seconds
    corpus.seed = seed
    corpus.isCompressed = compress == .gzip
    corpus.nonFiniteRate = nanRate
    corpus.gain = gain
    try corpus.check()
    try PreparedFolder.requireOutside(out)
    progress.begin("Make", total: videos, unit: "video")
    let description = try corpus.write(to: out, overwrites: overwrite, warn: progress.warn) {
      progress.advance(by: 1)
    }
    return CommandResult(
      text: text(description), json: description,
      next: "msa-prep \(job) --out prepared")
  }

  private func text(_ description: JSONValue) -> String {
    var table = TextTable([.left, .right])
    for (name, rows) in (description["rows"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) {
      table.add(["  " + name, (rows.intValue ?? 0).grouped + " rows"])
    }
    let trouble = (description["trouble"]?.members ?? [:]).sorted { $0.key < $1.key }.map {
      "  \($0.key): \($0.value.text ?? "")"
    }
    let troubles = trouble.isEmpty ? [] : ["Defects put in on purpose:"] + trouble
    return PrintableText.joined(
      ["\(out): \(videos.counted("video")), with folds in folds.json and folds.py"] + table.lines + troubles)
  }
}
