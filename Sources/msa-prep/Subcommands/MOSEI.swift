import ArgumentParser
import Console
import Corpora
import Options
import Preparation

/// `msa-prep mosei`: CMU-MOSEI's .csd files to shards.
struct MOSEI: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = CMUCorpus.mosei
  }

  static let configuration = CommandConfiguration(
    commandName: "mosei",
    abstract: "Prepare CMU-MOSEI: .csd files to shards.",
    discussion: """
      Examples:
        msa-prep sample mosei --out corpus
        msa-prep mosei --root corpus --out prepared
        msa-prep mosei --root corpus --folds corpus/folds.json --out standard
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
