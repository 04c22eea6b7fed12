import ArgumentParser
import Console
import Preparation
import Text

/// `msa-prep mask`: writes masks of a missing-modality protocol into a prepared folder.
struct Mask: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "mask",
    abstract: "Write masks that take modalities and rows away, for tests with missing data.",
    discussion: """
      Examples:
        msa-prep sample mosei --out mask-raw
        msa-prep mosei --root mask-raw --out masked
        msa-prep mask masked --rate 0.3 --seed 7
        msa-prep inspect masked/masks/0.3-7.safetensors

      Written is DIR/masks/RATE-SEED.safetensors, with samples in the order of samples.jsonl: sample_mask [samples, 3] for \
      visual, audio and text, 0 where a modality is missing or taken, of which each sample keeps one; and for each modality \
      <m>_row_mask [rows], 0 where a row is taken. Use the one or the other. Masks depend on seed, ids and row numbers \
      alone, and what a lower rate takes, a higher one takes too. README.md says how to make them again from the file.
      """)

  @Argument(help: ArgumentHelp("The prepared folder.", valueName: "dir"))
  var folder: String

  @Option(help: ArgumentHelp("The share of modalities, or of rows, to take away.", valueName: "share"))
  var rate: Double

  @Option(help: ArgumentHelp("What decides which ones.", valueName: "n"))
  var seed: UInt64 = 42

  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    guard rate > 0, rate < 1 else {
      throw DataError(.usage, "--rate is \(rate)", expected: "more than 0 and less than 1, such as 0.3")
    }
    let summary = try MissingMasks.write(in: folder, rate: rate, seed: seed, progress: terminal.progress)
    return CommandResult(
      text: summary.text, json: summary.json, next: "msa-prep inspect \(shellPath(summary.path))")
  }
}
