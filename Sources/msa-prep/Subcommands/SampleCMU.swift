import ArgumentParser
import Console
import SyntheticCorpora

/// `msa-prep sample mosei`: writes a corpus that looks like CMU-MOSEI.
struct SampleMOSEI: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "mosei",
    abstract: "Write a synthetic CMU-MOSEI: widths, storage, gaps and dirt of the real files, and a planted signal.",
    discussion: """
      Examples:
        msa-prep sample mosei --out mosei-40
        msa-prep sample mosei --out mosei-12 --videos 12 --seconds 20
        msa-prep sample mosei --out mosei-dirty --nan-rate 0.01 --seed 7
      """)

  @OptionGroup(title: "Sample options") var options: SampleOptions
  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    try options.write(.mosei, job: "mosei --root \(shellPath(options.out))", progress: terminal.progress)
  }
}

/// `msa-prep sample mosi`: writes a corpus that looks like CMU-MOSI.
struct SampleMOSI: ProgramCommand {
  static let configuration = CommandConfiguration(
    commandName: "mosi",
    abstract: "Write a synthetic CMU-MOSI: words as strings with a file of word vectors, one label.",
    discussion: """
      Examples:
        msa-prep sample mosi --out mosi-40
        msa-prep sample mosi --out mosi-12 --videos 12 --seconds 20
        msa-prep sample mosi --out mosi-plain --compress none
      """)

  @OptionGroup(title: "Sample options") var options: SampleOptions
  @OptionGroup(title: "Output options") var global: GlobalOptions

  func execute(_ terminal: Terminal) throws -> CommandResult {
    let vectors = shellPath(options.out + "/word-vectors.txt")
    let job = "mosi --root \(shellPath(options.out)) --glove \(vectors)"
    return try options.write(.mosi, job: job, progress: terminal.progress)
  }
}
