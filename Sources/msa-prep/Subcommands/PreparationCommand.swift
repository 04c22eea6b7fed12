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
      return CommandResult(text: plan.prettyText, json: plan)
    }
    let outcome = try Preparation.run(configuration, indexer: MSAPrep.indexer, progress: terminal.progress)
    return CommandResult(
      text: PreparationSummary(outcome, folder: options.out).text,
      json: [
        "up_to_date": .bool(outcome.wasUpToDate), "folder": .string(options.out), "manifest": outcome.manifest,
        "report": outcome.report,
      ],
      next: "msa-prep verify \(shellQuoted(options.out))")
  }
}
