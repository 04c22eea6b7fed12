import ArgumentParser
import Console
import TestSupport
import Testing

@testable import msa_audit

@Suite("The commands of msa-audit")
struct AuditCommandTests {
  static let commands: [(name: String, type: any ParsableCommand.Type)] = [
    ("msa-audit", MSAAudit.self), ("check", Check.self), ("audit-verify", Verify.self),
  ]

  @Test("help texts match their snapshots", arguments: commands.map(\.name))
  func snapshot(name: String) throws {
    let type = try #require(Self.commands.first { $0.name == name }?.type)
    let text = MSAAudit.helpMessage(for: type, columns: 80)
    #expect(try Snapshot.difference(of: text + "\n", from: "help-\(name).txt") == nil)
  }

  @Test(
    "each help text starts with at least three examples that parse and fit the line", arguments: commands.map(\.name))
  func examples(name: String) throws {
    let type = try #require(Self.commands.first { $0.name == name }?.type)
    let lines = type.configuration.discussion.split(separator: "\n")
    let examples = lines.filter { $0.hasPrefix("  msa-audit ") }
    #expect(lines.first?.hasPrefix("Examples") == true)
    #expect(examples.count >= 3)
    for example in examples {
      #expect(example.count <= 80)
      let words = example.split(separator: " ").prefix { $0 != "&&" }.dropFirst().map(String.init)
      #expect(throws: Never.self) { try MSAAudit.parseAsRoot(words) }
    }
  }
}
