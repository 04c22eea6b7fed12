import Console
import Preparation
import Storage

/// A subcommand that prepares a corpus.
protocol PreparationCommand: ProgramCommand {
  /// The options of all preparations.
  var shared: SharedOptions { get }
  /// The library's configuration.
  ///
  /// - Throws: `DataError` 64 where options do not go together.
  func preparation() throws -> PreparationConfiguration
}

extension PreparationCommand {
  func execute(_ terminal: Terminal) throws -> CommandResult {
    let configuration = try preparation()
    if shared.dryRun {
      let plan = try Preparation.plan(configuration, indexer: MSAPrep.indexer)
      return CommandResult(text: PlanSummary(plan, out: shared.out).text, json: plan)
    }
    let outcome = try Preparation.run(
      configuration, indexer: MSAPrep.indexer, progress: terminal.progress)
    let summary = PreparationSummary(outcome, folder: shared.out)
    return CommandResult(
      text: summary.text, json: summary.json, next: "msa-prep verify \(shellQuoted(shared.out))")
  }
}
