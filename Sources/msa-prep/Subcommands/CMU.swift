import ArgumentParser
import Console
import Corpora
import Options
import Preparation

/// `msa-prep mosei`: turns the .csd files of CMU-MOSEI into shards.
struct MOSEI: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = CMUCorpus.mosei
  }

  static let configuration = CommandConfiguration(
    commandName: "mosei",
    abstract: "Prepare CMU-MOSEI: .csd files to shards.",
    discussion: """
      Examples:
        msa-prep sample mosei --out mosei
        msa-prep mosei --root mosei --out words
        msa-prep mosei --root mosei --folds mosei/folds.json --out standard
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}

/// `msa-prep mosi`: turns the .csd files of CMU-MOSI into shards.
struct MOSI: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = CMUCorpus.mosi
  }

  static let configuration = CommandConfiguration(
    commandName: "mosi",
    abstract: "Prepare CMU-MOSI: .csd files to shards, with the reader that mosei uses.",
    discussion: """
      Examples:
        msa-prep sample mosi --out mosi
        msa-prep mosi --root mosi --glove mosi/word-vectors.txt --out mosi-words
        msa-prep mosi --root mosi --modalities audio --granularity frame --out solo

      --glove is for a text sequence that holds words instead of vectors, as MOSI's does.
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
