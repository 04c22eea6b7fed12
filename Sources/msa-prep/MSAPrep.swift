import ArgumentParser
import Console
import Corpora
import Text

/// Turns raw corpora into shards.
@main
struct MSAPrep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "msa-prep",
    abstract: "Turn multimodal sentiment corpora into aligned, cleaned, leak-free shards.",
    discussion: """
      Examples:
        msa-prep sample mosei --out corpus
        msa-prep mosei --root corpus --out prepared
        msa-prep verify prepared
      """,
    version: ToolVersion.current,
    subcommands: CorpusCommands.preparing + [
      RunPipeline.self, Sample.self, Inspect.self, VerifyFolder.self, Export.self, Mask.self,
    ])

  /// Indexes .csd files in child processes of this program, because some files crash the library that reads them.
  static let indexer = CSDIndexer.forking

  static func main() {
    Program.main(Self.self)
  }
}
