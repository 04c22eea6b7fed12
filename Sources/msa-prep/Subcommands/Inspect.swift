import ArgumentParser
import Console
import Shards
import Storage

/// `msa-prep inspect`: what a file or a folder holds.
struct Inspect: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say what a .csd file, a shard or a prepared folder holds.",
    discussion: """
      Examples (after: msa-prep sample mosei --out corpus && msa-prep mosei --root corpus --out prepared):
        msa-prep inspect corpus/labels/CMU_MOSEI_Labels.csd
        msa-prep inspect prepared
        msa-prep inspect prepared/shards/train-00000.safetensors --json
      """)

  @Argument(help: "A .csd file, a shard or a prepared folder.")
  var path: String

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let inspection = try PreparedFolder.inspect(path)
    return CommandResult(text: PreparedFolder.text(of: inspection), json: inspection)
  }
}
