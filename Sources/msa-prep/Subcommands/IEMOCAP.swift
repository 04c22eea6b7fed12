import ArgumentParser
import Console
import Corpora
import Options
import Preparation

/// `msa-prep iemocap`: turns the sessions of IEMOCAP into shards.
struct IEMOCAP: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = IEMOCAPCorpus()
  }

  static let configuration = CommandConfiguration(
    commandName: "iemocap",
    abstract: "Prepare IEMOCAP: the release, packed or not, to shards.",
    discussion: """
      Examples:
        msa-prep sample iemocap --out iemocap
        msa-prep iemocap --root iemocap --out turns
        msa-prep iemocap --root iemocap --labels emotion4 --split loso:1 --out loso1

      A turn is a sample. Audio is 74 acoustic features per 10 ms frame; visual is the motion capture of turns whose \
      speaker wears the markers (other turns are masked); text is one vector per word, from --glove or else from the word's \
      letters. No speaker and no dialog is ever in two splits. --folds may name turns, dialogs, speakers (Ses01_F) or \
      sessions (Ses01).
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
