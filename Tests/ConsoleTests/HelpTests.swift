import ArgumentParser
import Options
import TestSupport
import Testing

@testable import Console
@testable import msa_prep

@Suite("Help texts")
struct HelpTests {
  /// Every command, with the arguments that show its help.
  static let commands: [(name: String, type: any ParsableCommand.Type)] = [
    ("msa-prep", MSAPrep.self), ("mosei", MOSEI.self), ("mosi", MOSI.self), ("iemocap", IEMOCAP.self),
    ("arrays", Arrays.self), ("recordings", RecordingsCommand.self), ("meld", MELD.self), ("sims", SIMS.self),
    ("simsv2", SIMSv2.self),
    ("run", RunPipeline.self),
    ("sample", Sample.self), ("sample-mosei", SampleMOSEI.self),
    ("sample-mosi", SampleMOSI.self),
    ("sample-iemocap", SampleIEMOCAP.self), ("sample-recordings", SampleRecordings.self), ("inspect", Inspect.self),
    ("verify", VerifyFolder.self), ("export", Export.self), ("mask", Mask.self),
  ]

  @Test("help texts match their snapshots", arguments: commands.map(\.name))
  func snapshot(name: String) throws {
    let type = try #require(Self.commands.first { $0.name == name }?.type)
    let text = MSAPrep.helpMessage(for: type, columns: 80)
    #expect(try Snapshot.difference(of: text + "\n", from: "help-\(name).txt") == nil)
  }

  @Test(
    "each help text starts with at least three examples that parse and fit the line", arguments: commands.map(\.name))
  func examples(name: String) throws {
    let type = try #require(Self.commands.first { $0.name == name }?.type)
    let lines = type.configuration.discussion.split(separator: "\n")
    let examples = lines.filter { $0.hasPrefix("  msa-prep ") }
    #expect(lines.first?.hasPrefix("Examples") == true)
    #expect(examples.count >= 3)
    let help = MSAPrep.helpMessage(for: type, columns: 80).split(separator: "\n")
    for example in examples {
      #expect(help.contains(example), "\(example) is broken into two lines")
      let words = example.split(separator: " ").prefix { $0 != "&&" }.dropFirst().map(String.init)
      #expect(throws: Never.self) { try MSAPrep.parseAsRoot(words) }
    }
  }

  @Test(
    "every preparation flag has a pipeline key of the same name, and vice versa",
    arguments: ["mosei", "mosi", "iemocap", "arrays", "recordings"])
  func pipelineKeys(name: String) throws {
    let type = try #require(Self.commands.first { $0.name == name }?.type)
    let help = MSAPrep.helpMessage(for: type, columns: .max).split(separator: "\n")
    let flags = help.compactMap { $0.firstMatch(of: /^  (?:-\w, )?--([a-z-]+)/).map { String($0.1) } }
    #expect(Set(flags).subtracting(["help", "version"]) == Set(type.definedArguments.map(\.name)))
  }
}
