import ArgumentParser
import Console
import Runs
import Signals
import Training

/// `msa-train train`, the default: trains on shards and writes a run folder.
struct Train: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model, test it once, and write everything about the run into a folder.",
    discussion: """
      Examples:
        msa-prep sample mosei --out train-raw
        msa-prep mosei --root train-raw --out train
        msa-train --shards train --out long
        msa-train --shards train --out short --epochs 5 --ablate
        msa-train --shards train --out three --epochs 5 --seeds 3

      Resume an interrupted run with the same command and --resume.
      """)

  @OptionGroup var options: DefinedOptions<TrainingOptions>
  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    var job = try TrainingJob(given: options.given)
    job.command = ([MSATrain._commandName] + ProcessArguments.all.dropFirst()).map(shellQuoted).joined(separator: " ")
    let outcome = try job.run(progress: terminal.progress)
    let (configuration, output) = (job.configuration, job.configuration.output ?? "")
    let run = job.seedCount == 1 ? output : output + "/" + RunFile.folder(ofSeed: configuration.seed)
    let shards = configuration.shards.map(shellPath).joined(separator: " ")
    return CommandResult(
      text: outcome.text, json: outcome.json,
      next: "msa-train predict --model \(shellPath(run)) --shards \(shards)")
  }
}
