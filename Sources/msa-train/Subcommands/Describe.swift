import ArgumentParser
import Console
import Files
import Training

/// `msa-train describe`: shows how a trained model is built.
struct Describe: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Say how a trained model is built: its parts, layers and parameters.",
    discussion: """
      Examples:
        msa-prep sample mosei --out describe-raw
        msa-prep mosei --root describe-raw --out described
        msa-train --shards described --out drawn --epochs 5
        msa-train describe drawn
        msa-train describe drawn --svg drawn.svg
        msa-train describe drawn --json
      """)

  @Argument(help: "The run folder, or its best.safetensors.")
  var run: String

  @Option(help: ArgumentHelp("Where to draw the architecture.", valueName: "file"))
  var svg: String?

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    if let svg { try Folder.requireFree(forFile: svg) }
    let summary = ModelSummary(try TrainedModel.read(run))
    if let svg { try AtomicFile.write(summary.svg, to: svg) }
    let hint = svg == nil ? "msa-train describe \(shellPath(run)) --svg model.svg" : nil
    return CommandResult(text: summary.text, json: summary.json, next: hint)
  }
}
