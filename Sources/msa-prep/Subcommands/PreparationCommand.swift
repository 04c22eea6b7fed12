import Console
import Corpora
import Options
import Preparation
import Workers

/// A subcommand that prepares a corpus.
protocol PreparationCommand: ProgramCommand {
  /// The options of the corpus itself.
  associatedtype Options: CorpusOptionList
  /// The values given for the corpus's own options.
  var corpus: DefinedOptions<Options> { get }
  /// Input files that were given without a flag, before those of `--root`.
  var files: [String] { get }
  /// The values given for the options shared by all preparations.
  var shared: DefinedOptions<SharedOptionList> { get }
}

/// The options that one corpus has in addition to the shared ones.
protocol CorpusOptionList: OptionList where Target == PreparationConfiguration {
  static var corpus: any Corpus { get }
}

extension CorpusOptionList {
  static var definitions: [OptionDefinition<PreparationConfiguration>] {
    PreparationConfiguration.options(of: corpus)
  }
}

/// The options shared by all preparations.
enum SharedOptionList: OptionList {
  static let definitions =
    PreparationConfiguration.options + [
      .flag(
        dryRun, record: .nothing, help: "Print the resolved configuration and the plan; write nothing.")
    ]

  fileprivate static let dryRun = "dry-run"
}

extension PreparationCommand {
  /// None.
  var files: [String] { [] }

  /// Whether to write nothing (`--dry-run`).
  var isDryRun: Bool { shared.has(SharedOptionList.dryRun) }

  /// Returns the library's configuration.
  ///
  /// - Throws: `DataError` 64 if options cannot be combined.
  func preparation() throws -> PreparationConfiguration {
    var given = shared.given.merging(corpus.given) { shared, _ in shared }
    if !files.isEmpty { given["root"] = files + (given["root"] ?? []) }
    return try PreparationConfiguration(
      corpus: Options.corpus, given: given, threads: OrderedWorkers.availableCores,
      // If the machine does not say how much memory it has, --memory must.
      memory: given["memory"] == nil ? MachineMemory.quarter() : 0)
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let configuration = try preparation()
    if isDryRun {
      let plan = try Preparation.plan(configuration, indexer: MSAPrep.indexer)
      return CommandResult(text: PlanSummary(plan, out: configuration.output).text, json: plan.json)
    }
    let outcome = try Preparation.run(
      configuration, indexer: MSAPrep.indexer, progress: terminal.progress)
    let summary = PreparationSummary(outcome, folder: configuration.output)
    let out = shellPath(configuration.output)
    return CommandResult(
      text: summary.text, json: summary.json,
      next: configuration.like == nil ? "msa-prep verify \(out)" : "msa-train predict --model RUN --shards \(out)")
  }
}
