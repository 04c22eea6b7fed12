import ArgumentParser
import Console

/// Trains models on shards.
@main
struct MSATrain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "msa-train",
    abstract: "Train sentiment and emotion models on prepared shards.",
    discussion: """
      Examples:
        msa-prep sample mosei --out samples-raw
        msa-prep mosei --root samples-raw --out samples
        msa-train --shards samples --out run
        msa-train predict --model run --shards samples
        msa-train describe run

      Without a subcommand it trains; msa-train train --help lists the options.
      """,
    version: "0.1.0",
    subcommands: [Train.self, Predict.self, Describe.self],
    defaultSubcommand: Train.self)

  static func main() {
    Program.main(Self.self)
  }
}
