public import ArgumentParser
import Console
public import Planting
import Text
import Workers

/// `msa-audit plant`: copies a prepared folder and plants one known leak in it.
struct Plant: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "plant",
    abstract: "Copy a prepared folder and plant one known leak, to see the audit find it.",
    discussion: """
      Examples:
        msa-prep sample mosei --out clean-raw
        msa-prep mosei --root clean-raw --out clean
        msa-audit plant --kind scalers-all --shards clean --out leaky
        msa-audit --shards leaky
        msa-audit plant --kind near-duplicates --count 5 --shards clean --out near
        msa-audit plant --kind target-sum --seed 7 --shards clean --out sums

      The copy's checksums agree, so that only the check for the leak itself can find it.
      Kinds:
      \(PlantKind.allCases.map { "  \($0.rawValue): \($0.meaning)" }.joined(separator: "\n"))
      """)

  @Option(help: ArgumentHelp("The leak; see above.", valueName: "kind"))
  var kind: PlantKind

  @Option(help: ArgumentHelp("The prepared folder to copy; it is only read.", valueName: "dir"))
  var shards: String

  @Option(help: ArgumentHelp("The folder to write, new or empty.", valueName: "dir"))
  var out: String

  @Option(help: ArgumentHelp("The same seed makes the same choices.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("How many samples the leak affects, if it affects samples.", valueName: "n"))
  var count = 1

  @Option(
    help: ArgumentHelp("The noise of near duplicates, as a share of each column's deviation.", valueName: "share"))
  var noise = 0.05

  @Option(help: ArgumentHelp("The training run to copy, for best-epoch-on-test.", valueName: "dir"))
  var run: String?

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    if count < 1 { throw DataError(.usage, "--count is \(count)", expected: "1 or more") }
    if !(0...1 ~= noise) { throw DataError(.usage, "--noise is \(noise)", expected: "0 to 1") }
    var request = Planting.Request(kind: kind, folder: shards, output: out)
    request.seed = seed
    request.count = count
    request.noise = noise
    request.run = run
    let outcome = try Planting.run(request, warn: terminal.progress.warn)
    let audit =
      kind == .bestEpochOnTest
      ? "msa-audit --shards \(shellPath(shards)) --run \(shellPath(out))" : "msa-audit --shards \(shellPath(out))"
    return CommandResult(
      text: PrintableText.line(outcome.text) + "\n\(kind.check) must find it.",
      json: [
        "kind": .string(kind.rawValue), "check": .string(kind.check), "planted": .string(outcome.text),
        "facts": outcome.facts,
      ], next: audit)
  }
}

extension PlantKind: ExpressibleByArgument {}
