import ArgumentParser
import Console
import Preparation
import Text

/// `msa-prep run`: runs a preparation described by a file.
struct RunPipeline: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a preparation that a pipeline file describes.",
    discussion: """
      Examples:
        msa-prep sample mosei --out raw
        printf 'corpus: mosei\\nroot: raw\\nout: piped\\n' > own.yaml
        msa-prep run own.yaml
        msa-prep run own.yaml --set granularity=utterance --set out=utterances

      The folder pipelines of the project's repository has a commented file for each corpus.
      The key corpus names the job (\(CorpusCommands.names)); every other key is a flag of that job without its dashes. \
      Paths are relative to the current folder, as on the command line. A file with the key corpora lists other pipeline \
      files beside it, which are run one after the other; --set mosei.key=value changes mosei.yaml's alone.
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

  private static let jobs = CorpusCommands.preparing.map { PipelineJob($0) }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let jobs = try jobs()
    let results = try jobs.map { try $0.execute(terminal) }
    if results.count == 1 { return results[0] }
    let folders = try jobs.map { try $0.preparation().output }
    let shards = folders.map { " --shards " + shellPath($0) }.joined()
    let wasWritten = !jobs.contains(where: \.isDryRun)
    return CommandResult(
      text: zip(folders, results).map { "\(PrintableText.line($0))\n\n\($1.text)" }.joined(separator: "\n\n"),
      json: ["pipelines": .array(results.map(\.json))], next: wasWritten ? "msa-train\(shards) --out run" : nil)
  }

  /// Returns the subcommands that the file describes, in the order in which they run.
  func jobs() throws -> [any PreparationCommand] {
    try PipelineSet(contentsOf: file, overrides: overrides, jobs: Self.jobs).pipelines.map(job)
  }

  private func job(_ pipeline: Pipeline) throws -> any PreparationCommand {
    let arguments = [pipeline.job] + pipeline.arguments + (dryRun ? ["--dry-run"] : []) + global.arguments
    do {
      guard let job = try MSAPrep.parseAsRoot(arguments) as? any PreparationCommand else {
        throw DataError(.internalBug, "\(pipeline.job) is not a preparation")
      }
      return job
    } catch {
      throw UsageError.describe(error, root: MSAPrep.self, arguments: arguments).inFile(pipeline.path)
    }
  }
}
