import ArgumentParser
import Console
import Text

/// Proves or refutes leakage in prepared folders and other people's files.
@main
struct MSAAudit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "msa-audit",
    abstract: "Prove or refute leakage between train, valid and test.",
    discussion: """
      Examples (after: msa-prep sample mosei --out corpus && msa-prep mosei --root corpus --out prepared):
        msa-audit --shards prepared
        msa-audit --shards prepared --sources corpus --out audit
        msa-audit verify audit/audit.intoto.json --shards prepared

      Without a subcommand it audits; msa-audit check --help lists the options. Exit status 1 means a leak.
      """,
    version: ToolVersion.current,
    subcommands: [Check.self, Plant.self, Verify.self],
    defaultSubcommand: Check.self)

  static func main() {
    Program.main(Self.self)
  }
}
