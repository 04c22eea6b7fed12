import ArgumentParser
import Console
import Storage
import Training

/// `msa-train train`, the default: shards to a run folder.
struct Train: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a model, test it once, and write everything about the run into a folder.",
    discussion: """
      Examples (after: msa-prep sample mosei --out corpus && msa-prep mosei --root corpus --out prepared):
        msa-train --shards prepared --out run
        msa-train --shards prepared --out small --epochs 5 --ablate
        msa-train --shards prepared --out three --epochs 5 --seeds 3

      An interrupted run goes on with the same command and --resume.
      """)

  @OptionGroup var options: TrainingOptions
  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    var job = try options.job()
    job.command = ([MSATrain._commandName] + ProcessArguments.all.dropFirst()).map(shellQuoted).joined(separator: " ")
    let outcome = try job.run(progress: terminal.progress)
    let run = options.seeds == 1 ? options.out : options.out + "/seed-\(options.seed)"
    return CommandResult(
      text: outcome.text, json: outcome.json,
      next:
        "msa-train predict --model \(shellQuoted(run)) --shards \(options.shards.map(shellQuoted).joined(separator: " "))"
    )
  }
}
