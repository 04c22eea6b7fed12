import Console
import Preparation
import Storage

/// A subcommand that prepares a corpus.
protocol PreparationCommand: ProgramCommand {
  /// What the manifest calls the corpus.
  static var dataset: String { get }
  var options: PreparationOptions { get }
}

extension PreparationCommand {
  func execute(_ terminal: Terminal) throws -> CommandResult {
    let configuration = try options.configuration(dataset: Self.dataset)
    if options.dryRun {
      let plan = try Preparation.plan(configuration, indexer: MSAPrep.indexer)
      return CommandResult(text: PlanSummary(plan, options: options).text, json: plan)
    }
    let outcome = try Preparation.run(configuration, indexer: MSAPrep.indexer, progress: terminal.progress)
    let summary = PreparationSummary(outcome, folder: options.out)
    return CommandResult(
      text: summary.text, json: summary.json, next: "msa-prep verify \(shellQuoted(options.out))")
  }
}
