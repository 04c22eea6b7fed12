import Console
import Corpora
import Options
import Preparation
import Workers

/// A subcommand that prepares a corpus.
protocol PreparationCommand: ProgramCommand {
  /// The corpus and its own options.
  associatedtype Options: CorpusOptionList
  /// What was given of the corpus's own options.
  var corpus: DefinedOptions<Options> { get }
  /// What was given of the options of all preparations.
  var shared: DefinedOptions<SharedOptionList> { get }
}

/// The options that one corpus has besides those of all preparations.
protocol CorpusOptionList: OptionList where Target == PreparationConfiguration {
  static var corpus: any Corpus { get }
}

extension CorpusOptionList {
  static var definitions: [OptionDefinition<PreparationConfiguration>] {
    PreparationConfiguration.options(of: corpus)
  }
}

/// The options of all preparations.
enum SharedOptionList: OptionList {
  static let definitions =
    PreparationConfiguration.options + [
      .flag(
        dryRun, record: .nothing, help: "Print the resolved configuration and the plan; write nothing.")
    ]

  fileprivate static let dryRun = "dry-run"
}

extension PreparationCommand {
  /// Whether nothing is written.
  var isDryRun: Bool { shared.has(SharedOptionList.dryRun) }

  /// The library's configuration.
  ///
  /// - Throws: `DataError` 64 when options do not go together.
  func preparation() throws -> PreparationConfiguration {
    let given = shared.given.merging(corpus.given) { shared, _ in shared }
    return try PreparationConfiguration(
      corpus: Options.corpus, given: given, threads: OrderedWorkers.availableCores,
      // If the machine does not say how much memory it has, --memory does.
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
    return CommandResult(
      text: summary.text, json: summary.json, next: "msa-prep verify \(shellPath(configuration.output))")
  }
}
