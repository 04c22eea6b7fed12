import ArgumentParser
import Console
import Preparation

/// `msa-prep mosei`: CMU-MOSEI's .csd files to shards.
struct MOSEI: PreparationCommand {
  static let dataset = "CMU-MOSEI"

  static let configuration = CommandConfiguration(
    commandName: "mosei",
    abstract: "Prepare CMU-MOSEI: .csd files to shards.",
    discussion: """
      Examples:
        msa-prep sample mosei --out corpus
        msa-prep mosei --root corpus --out prepared
        msa-prep mosei --root corpus --folds corpus/folds.json --out standard
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<CSDOptionList>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
