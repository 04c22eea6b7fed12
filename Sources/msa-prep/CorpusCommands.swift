import ArgumentParser
import Console

/// The commands of the supported corpora: one line per corpus.
enum CorpusCommands {
  /// The commands that prepare a corpus.
  static let preparing: [any ParsableCommand.Type] = [
    MOSEI.self,
    MOSI.self,
    IEMOCAP.self,
    Arrays.self,
    RecordingsCommand.self,
    MELD.self,
    SIMS.self,
    SIMSv2.self,
  ]

  /// The commands that write a synthetic corpus.
  static let sampling: [any ParsableCommand.Type] = [
    SampleMOSEI.self,
    SampleMOSI.self,
    SampleIEMOCAP.self,
    SampleRecordings.self,
  ]

  /// The names of the preparing commands as a list in prose: `mosei, mosi or iemocap`.
  static var names: String {
    let names = preparing.map { $0._commandName }
    return names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
  }
}

/// `msa-prep sample`: writes synthetic corpora.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample",
    abstract: "Write a synthetic corpus in the real on-disk layout.",
    discussion: """
      Examples:
        msa-prep sample mosei --out sample-mosei
        msa-prep sample mosi --out sample-mosi
        msa-prep sample iemocap --out sample-iemocap
        msa-prep sample recordings --out sample-recordings
      """,
    subcommands: CorpusCommands.sampling)
}
