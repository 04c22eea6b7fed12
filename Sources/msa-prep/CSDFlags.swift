import ArgumentParser
import Console
import Foundation
import Preparation
import Samples
import Storage

/// The options that only a corpus of .csd files has.
struct CSDFlags: ParsableArguments {
  @Option(help: ArgumentHelp("The folder with the corpus's .csd files.", valueName: "dir"))
  var root: [String] = []

  @Option(help: ArgumentHelp("The visual features, instead of the file found under --root.", valueName: "file"))
  var visual: String?

  @Option(help: ArgumentHelp("The audio features, instead of the file found under --root.", valueName: "file"))
  var audio: String?

  @Option(help: ArgumentHelp("The text sequence, instead of the file found under --root.", valueName: "file"))
  var text: String?

  @Option(help: ArgumentHelp("The labels, instead of the file found under --root.", valueName: "file"))
  var labels: String?

  @Option(
    help: ArgumentHelp(
      "What the label columns are called, in their order: sentiment,happy,… (default: as the label file says)",
      valueName: "names"), transform: LabelNames.init(parsing:))
  var labelNames: LabelNames?

  @Flag(help: "Keep pause words as rows, where the text file holds words.")
  var keepPauses = false

  @Option(
    help: ArgumentHelp(
      "Words that are pauses, where the text file holds words. (default: sp, sil, spn and what else aligners write)",
      valueName: "list"))
  var pauseWords: String?

  @Flag(help: "Go on without the recordings whose entry in a .csd file is damaged or malformed; the report names them.")
  var skipBadEntries = false

  @Option(help: ArgumentHelp("A recording that one file lacks: left out, or kept and masked.", valueName: "policy"))
  var missing = MissingPolicy.drop

  /// The input files that were named one by one.
  private var files: [Modality: String] {
    [Modality.visual: visual, .audio: audio, .text: text].compactMapValues { $0 }
  }

  /// The library's configuration for a corpus.
  ///
  /// - Parameter shared: the options of all preparations, from the same command line.
  /// - Throws: `DataError` 64 where options do not go together.
  func configuration(dataset: String, _ shared: SharedOptions) throws -> PreparationConfiguration {
    var configuration = try shared.configuration(dataset: dataset, root: root.first ?? ".")
    try requireRoot(for: shared.modalities.values)
    if shared.folds == nil, shared.ratios == nil {
      configuration.split = .ratios([0.7, 0.15, 0.15], seed: shared.seed)
    }
    configuration.files = files
    configuration.labelFile = labels
    configuration.labelNames = labelNames?.values
    if keepPauses, pauseWords != nil {
      throw DataError(.usage, "--keep-pauses and --pause-words exclude each other", advice: "Give one of them.")
    }
    configuration.keepsPauses = keepPauses
    configuration.pauseWords = pauseWords.map {
      $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    configuration.missing = missing
    configuration.skipsBadEntries = skipBadEntries
    return configuration
  }

  private func requireRoot(for modalities: [Modality]) throws {
    if root.count > 1 {
      throw DataError(
        .usage, "--root is given \(root.count) times", expected: "one folder",
        advice: "Name the files one by one: --visual, --audio, --text, --labels.")
    }
    let missing =
      modalities.filter { files[$0] == nil }.map { "--\($0)" } + (labels == nil ? ["--labels"] : [])
    if root.isEmpty, !missing.isEmpty {
      throw DataError(
        .usage, "--root <dir> is missing",
        advice: "Give it, or name the files one by one: \(missing.joined(separator: ", ")).")
    }
  }
}
