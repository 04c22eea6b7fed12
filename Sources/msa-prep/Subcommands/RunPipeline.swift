import ArgumentParser
import Console
import Storage

/// `msa-prep run`: a preparation described by a file.
struct RunPipeline: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a preparation that a pipeline file describes.",
    discussion: """
      Examples:
        msa-prep sample mosei --out corpus
        msa-prep run pipelines/mosei.yaml --set root=corpus --set out=prepared
        msa-prep run pipelines/original.yaml --set root=corpus --set out=original

      The key corpus names the job (mosei or mosi); every other key is a flag of that job without its dashes. Paths are
      relative to the current folder, as on the command line.
      """)

  @Argument(help: ArgumentHelp("The pipeline file.", valueName: "file.yaml"))
  var file: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Change a key, or remove it with key= (may be repeated).", valueName: "key=value"))
  var overrides: [String] = []

  @Flag(help: "Print the resolved configuration and the plan; write nothing.")
  var dryRun = false

  @OptionGroup(title: "Output options") var global: GlobalOptions

  private static let jobs: [any PreparationCommand.Type] = [MOSEI.self, MOSI.self]

  func execute(_ terminal: Terminal) throws -> CommandResult {
    try job().execute(terminal)
  }

  /// The subcommand that the file describes.
  func job() throws -> any PreparationCommand {
    let pipeline = try Pipeline(
      contentsOf: file, overrides: overrides, jobs: Self.jobs.map { $0._commandName },
      keys: PreparationOptions.pipelineKeys)
    let arguments = [pipeline.job] + pipeline.arguments + (dryRun ? ["--dry-run"] : []) + global.arguments
    do {
      guard let job = try MSAPrep.parseAsRoot(arguments) as? any PreparationCommand else {
        throw DataError(.internalBug, "\(pipeline.job) is not a preparation")
      }
      return job
    } catch {
      throw UsageError.describe(error, root: MSAPrep.self, arguments: arguments).inFile(file)
    }
  }
}
