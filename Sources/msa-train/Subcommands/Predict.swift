import ArgumentParser
import Console
import Files
import Samples
import Training
import Workers

/// `msa-train predict`: predicts with a trained model for any prepared folders.
struct Predict: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Predict for prepared folders with a trained model: CSV, or JSON with --json.",
    discussion: """
      Examples:
        msa-prep sample mosei --out predict-raw
        msa-prep mosei --root predict-raw --out heard
        msa-train --shards heard --out model --epochs 5
        msa-train predict --model model --shards heard
        msa-train predict --model model --shards heard --splits test --out test.csv
        msa-train predict --model model --shards heard --json
        msa-prep mosei --root predict-raw --like heard --out asked
        msa-train predict --model model --shards asked
      """)

  @Option(help: ArgumentHelp("The run folder, or its best.safetensors.", valueName: "run"))
  var model: String

  @Option(parsing: .upToNextOption, help: ArgumentHelp("Prepared folders.", valueName: "dir"))
  var shards: [String]

  @Option(help: ArgumentHelp("The splits, separated by commas. (default: all)", valueName: "list"))
  var splits: String?

  @Option(help: ArgumentHelp("The CSV file to write. (default: standard output)", valueName: "file"))
  var out: String?

  @Flag(help: "Accept folders that were scaled with scalers other than the model's.")
  var allowOtherScalers = false

  @Option(help: ArgumentHelp("Cores to use; they have no effect on the results. (default: all)", valueName: "n"))
  var threads: Int?

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected 1 or more") }
    _ = try chosenSplits
  }

  private var chosenSplits: [Split] {
    get throws {
      guard let splits else { return Split.inFolders }
      let chosen = splits.split(separator: ",").map { Split(rawValue: String($0)) }
      guard !chosen.isEmpty, !chosen.contains(nil) else {
        throw ValidationError("--splits is \(splits), expected some of train,valid,test,predict")
      }
      return Split.inFolders.filter { chosen.contains($0) }
    }
  }

  func execute(_ terminal: Terminal) throws -> CommandResult {
    if let out { try Folder.requireFree(forFile: out) }
    var job = PredictionJob(model: model, shards: shards)
    job.splits = try chosenSplits
    job.allowsOtherScalers = allowOtherScalers
    job.threads = threads ?? OrderedWorkers.availableCores
    let outcome = try job.run(progress: terminal.progress)
    guard let out else { return CommandResult(text: outcome.printableCSV, json: outcome.json) }
    try AtomicFile.write(outcome.csv, to: out)
    return CommandResult(text: outcome.text, json: outcome.json)
  }
}
