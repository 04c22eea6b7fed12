import ArgumentParser
import Console
import Preparation

/// `msa-prep mosi`: CMU-MOSI's .csd files to shards.
struct MOSI: PreparationCommand {
  static let dataset = "CMU-MOSI"

  static let configuration = CommandConfiguration(
    commandName: "mosi",
    abstract: "Prepare CMU-MOSI: .csd files to shards, with the reader that mosei uses.",
    discussion: """
      Examples:
        msa-prep sample mosi --out corpus
        msa-prep mosi --root corpus --glove corpus/word-vectors.txt --out prepared
        msa-prep mosi --root corpus --modalities audio --granularity frame --out solo

      --glove is for a text sequence that holds words instead of vectors, as MOSI's does.
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<CSDOptionList>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
