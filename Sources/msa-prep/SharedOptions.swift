public import ArgumentParser
import ArrayFiles
import Console
import Foundation
import Leaks
public import Preparation
import Samples
import Storage
import Workers

/// The options of all preparations.
struct SharedOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The folder to write; an unfinished one is resumed.", valueName: "dir"))
  var out: String

  @Option(help: ArgumentHelp("What a row stands for.", valueName: "level"))
  var granularity = Granularity.word

  @Option(
    name: .customLong("folds"), parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      Ids of each split: the SDK's Python lists, JSON, a .csv with a column of ids and one of splits (also MMSA's \
      label.csv), or one list a split: a folder with train.txt, valid.txt and test.txt, or the three files.
      """, valueName: "file"))
  var foldFiles: [String] = []

  /// What `--folds` names, as one path; nil where it is not given.
  var folds: String? { foldFiles.isEmpty ? nil : foldFiles.joined(separator: ",") }

  @Option(
    help: ArgumentHelp(
      "Shares of train, valid and test, by recording; of IEMOCAP, by session. (default: 0.7,0.15,0.15; of IEMOCAP see --split)",
      valueName: "shares"),
    transform: SplitRatios.init(parsing:))
  var ratios: SplitRatios?

  @Option(help: ArgumentHelp("The shuffle behind --ratios.", valueName: "n"))
  var seed: UInt64 = 42

  @Option(help: ArgumentHelp("What happens to NaN and infinite cells.", valueName: "mode"))
  var clean = CleaningMode.mask

  @Option(help: ArgumentHelp("How feature values are stored.", valueName: "type"))
  var dtype = StoredFloat.f16

  @Option(
    help: ArgumentHelp(
      "The modalities to prepare, with commas between them. (default: visual,audio,text)", valueName: "list"),
    transform: ModalityList.init(parsing:))
  var modalities = ModalityList.all

  @Option(
    help: ArgumentHelp("Word vectors (text, .gz or .zip), where the text sequence holds words.", valueName: "file"))
  var glove: String?

  @Option(
    help: ArgumentHelp(
      "Only the first N recordings in sorted order; of IEMOCAP, the first N dialogs of each session.", valueName: "n"))
  var limit: Int?

  @Option(help: ArgumentHelp("Worker threads; no byte depends on them. (default: all cores)", valueName: "n"))
  var threads: Int?

  @Option(
    help: ArgumentHelp("Bytes in flight, e.g. 2GiB. (default: a quarter of the machine's memory)", valueName: "size"),
    transform: ByteSize.init(parsing:))
  var memory: ByteSize?

  @Option(help: ArgumentHelp("The corpus's licence, for croissant.json: a name or URL.", valueName: "text"))
  var license: String?

  @Option(help: ArgumentHelp("The day the corpus was published, for croissant.json.", valueName: "yyyy-mm-dd"))
  var datePublished: String?

  @Option(
    help: ArgumentHelp(
      "Seal the folder although these checks find a leak, with commas between them; it will say so.",
      valueName: "checks"))
  var allowLeaks: String?

  @Flag(help: "Go on although a modality's times look like another unit or clock than the labels'; it will say so.")
  var allowTimes = false

  @Flag(help: "Replace what --out holds.")
  var overwrite = false

  @Flag(help: "Print the resolved configuration and the plan; write nothing.")
  var dryRun = false

  /// The library's configuration, as far as these options decide it.
  ///
  /// - Throws: `DataError` 64 where options do not go together.
  func configuration(dataset: String, root: String) throws -> PreparationConfiguration {
    try check()
    var configuration = PreparationConfiguration(
      dataset: dataset, root: root, output: out, threads: threads ?? OrderedWorkers.availableCores,
      memory: try memory?.byteCount ?? MachineMemory.quarter())
    configuration.glove = glove
    configuration.modalities = modalities.values
    configuration.granularity = granularity
    configuration.cleaning = clean
    configuration.dtype = dtype
    if let folds { configuration.split = .folds(path: folds) }
    if let ratios { configuration.split = .ratios(ratios.shares, seed: seed) }
    configuration.limit = limit
    configuration.license = license
    configuration.datePublished = datePublished
    configuration.allowedLeaks = try allowedLeaks
    configuration.allowsSuspectTimes = allowTimes
    configuration.overwrites = overwrite
    return configuration
  }

  private var allowedLeaks: [String] {
    get throws {
      let names = (allowLeaks ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      if let unknown = names.first(where: { !SealChecks.ids.contains($0) }) {
        throw DataError(
          .usage, "--allow-leaks names \(unknown)", expected: "some of \(SealChecks.ids.joined(separator: ", "))")
      }
      return names
    }
  }

  /// Not in `validate()`: ArgumentParser calls that before it looks for unknown flags, which would hide a mistyped one.
  private func check() throws {
    if folds != nil, ratios != nil {
      throw DataError(.usage, "--folds and --ratios exclude each other", advice: "Give one of them.")
    }
    if let threads, threads < 1 { throw DataError(.usage, "--threads is \(threads)", expected: "1 or more") }
    if let limit, limit < 1 { throw DataError(.usage, "--limit is \(limit)", expected: "1 or more") }
    if let datePublished, datePublished.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) == nil {
      throw DataError(.usage, "--date-published is \(datePublished)", expected: "a day such as 2018-07-15")
    }
  }
}

extension Granularity: ExpressibleByArgument {}
extension CleaningMode: ExpressibleByArgument {}
extension StoredFloat: ExpressibleByArgument {}
extension MissingPolicy: ExpressibleByArgument {}
