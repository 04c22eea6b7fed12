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
    throw DataError(.internalBug, "preparation of \(configuration.dataset) is not built in yet")
  }
}
