import ArgumentParser
import Testing

@testable import msa_audit
@testable import msa_prep
@testable import msa_train

@Suite("Examples in help texts")
struct HelpExampleTests {
  private static let programs: [any ParsableCommand.Type] = [MSAPrep.self, MSAAudit.self, MSATrain.self]

  /// The help texts of a command and its subcommands.
  private static func discussions(_ command: any ParsableCommand.Type) -> [String] {
    [command.configuration.discussion] + command.configuration.subcommands.flatMap(discussions)
  }

  @Test("all examples run in one empty folder, because each help text makes the input it uses")
  func oneFolder() {
    var made: Set<String> = []
    for help in Self.programs.flatMap(Self.discussions) {
      var own: Set<String> = []
      for line in help.split(separator: "\n") where line.hasPrefix("  msa-") || line.hasPrefix("  printf ") {
        #expect(line.count <= 80)
        let words = line.split(separator: " ").map(String.init)
        for (option, name) in zip(words, words.dropFirst()) {
          switch option {
          case "--out", "--svg", ">":
            let isNew = made.insert(name).inserted
            #expect(isNew, "\(name) is made twice")
            own.insert(name)
          case "--root", "--shards", "--sources", "--model":
            #expect(own.contains(name), "\(name) is not made before: \(line)")
          default: break
          }
        }
      }
    }
    #expect(made.count > 30)
  }
}
