import ArgumentParser
import Console
import HDF5
import Storage

/// From raw corpora to shards.
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
    subcommands: [
      MOSEI.self, MOSI.self, IEMOCAP.self, RunPipeline.self, Sample.self, Inspect.self, VerifyFolder.self, Export.self,
    ])

  /// Indexes HDF5 files in a process of this program's own, because some files crash libhdf5.
  static let indexer = HDF5Indexer.forking

  static func main() {
    Program.main(Self.self)
  }
}
