import ArgumentParser
import Audit
import Console
import Corpora
import Text
import Workers

/// `msa-audit check`, the default: checks datasets for leaks and reports verdicts with their evidence.
struct Check: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Run every check on data sets that are used together, and write the evidence.",
    discussion: """
      Examples:
        msa-prep sample mosei --out check-raw
        msa-prep mosei --root check-raw --out checked
        msa-audit --shards checked
        msa-audit --shards checked --sources check-raw --out check
        msa-audit --shards checked --measure
        msa-audit --splits checked/splits.json --declare speaker=shared

      Other people's pickles are read without running them: msa-audit --arrays aligned_50.pkl

      Exit status 1 means a leak or damage; what the data do not settle is "undecidable" and never passes silently.
      Where something looks like a leak, or a search left something out, the last line says "Not shown to be clean".
      """)

  @OptionGroup(title: "Input") var input: InputOptions

  @OptionGroup(title: "Protocol") var declared: PromiseOptions

  @OptionGroup(title: "Features") var features: ExtractorOptions

  @Option(help: ArgumentHelp("The raw files, to prepare the folder again and compare.", valueName: "dir"))
  var sources: String?

  @Option(
    help: ArgumentHelp(
      "The sounds of the samples, WAV files named after their ids or recordings: a folder or an archive.",
      valueName: "dir"))
  var media: String?

  @Option(help: ArgumentHelp("A run folder of msa-train on these shards.", valueName: "dir"))
  var run: String?

  @Option(
    help: ArgumentHelp("The folder for audit.json, audit.html, leaks.csv and audit.intoto.json.", valueName: "dir"))
  var out = "audit"

  @Option(
    help: ArgumentHelp(
      "A folder for lists that keep every promise: folds.json, MMSA's label.csv and splits.json.", valueName: "dir"))
  var repair: String?

  @Option(help: ArgumentHelp("The same seed gives the same repair.", valueName: "n"))
  var seed: UInt64 = 1

  @Flag(
    help:
      "Measure how much each leak moves the score of a small fixed model, and of --run, with a 95 % interval; needs features."
  )
  var measure = false

  @Flag(help: "Exit with 1 also if the data are not shown to be clean.")
  var strict = false

  @Option(help: ArgumentHelp("Cores to use; they have no effect on the results. (default: all)", valueName: "n"))
  var threads: Int?

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    if let threads, threads < 1 { throw DataError(.usage, "--threads is \(threads)", expected: "1 or more") }
    let threads = threads ?? OrderedWorkers.availableCores
    var subject = AuditSubject(datasets: try input.datasets(threads: threads))
    subject.sources = sources
    subject.media = media
    subject.run = run
    subject.measuresEffects = measure
    subject.promises = try declared.promises()
    try subject.declare(features.extractors())
    subject.threads = threads
    subject.progress = terminal.progress
    subject.scratch = out
    subject.indexer = .forking
    let report = try AuditFiles.whileHolding(out, progress: terminal.progress) {
      let report = try AuditReport(subject)
      try AuditFiles.write(report, to: out)
      return report
    }
    var text = report.text(columns: terminal.columns)
    var tables: [String] = []
    if let repair {
      let repaired = try SplitRepair(report, seed: seed)
      try RepairedLists.write(repaired, to: repair, progress: terminal.progress)
      text += repaired.text.split(separator: "\n").map { PrintableText.line(String($0)) + "\n" }.joined()
      tables = RepairedLists.tables(of: repaired, in: repair)
    }
    return CommandResult(
      text: text, json: report.json,
      next: tables.isEmpty
        ? "open \(shellPath(out + "/" + AuditFiles.page)), or "
          + "msa-audit verify \(shellPath(out + "/" + Statement.name)) \(input.arguments)"
          + (run.map { " --run \(shellPath($0))" } ?? "")
        : "msa-audit --splits \(tables.map(shellPath).joined(separator: " "))",
      status: report.hasErrors || strict && report.hasDoubts ? 1 : 0)
  }
}
