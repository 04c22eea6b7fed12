import ArgumentParser
import Console

/// Proves or refutes leakage in prepared folders and other people's files.
@main
struct MSAAudit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "msa-audit",
    abstract: "Prove or refute leakage between train, valid and test.",
    version: "0.1.0")

  static func main() {
    Program.main(Self.self)
  }
}
