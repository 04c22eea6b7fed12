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
      Examples:
        msa-prep sample mosei --out audit-raw
        msa-prep mosei --root audit-raw --out audited
        msa-audit --shards audited
        msa-audit --shards audited --sources audit-raw --out evidence
        msa-audit verify evidence/audit.intoto.json --shards audited

      Without a subcommand it audits; msa-audit check --help lists the options. Exit status 1 means a leak.
      """,
    version: ToolVersion.current,
    subcommands: [Check.self, Plant.self, Verify.self],
    defaultSubcommand: Check.self)

  static func main() {
    Program.main(Self.self)
  }
}
