import ArgumentParser
import Console
import Corpora
import Options
import Preparation

/// `msa-prep arrays`: turns pickles and .npz files of other projects into shards.
struct Arrays: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = ArraysCorpus()
  }

  static let configuration = CommandConfiguration(
    commandName: "arrays",
    abstract: "Prepare arrays that others made: pickles and .npz files to shards.",
    discussion: """
      Examples:
        msa-prep sample mosei --out for-arrays
        msa-prep mosei --root for-arrays --out words-of-arrays
        msa-prep export words-of-arrays --to npz --out arrays
        msa-prep arrays arrays/train.npz arrays/valid.npz arrays/test.npz --out rows

      Read are the layouts of MMSA (aligned_50.pkl, unaligned_50.pkl), MulT (mosei_senti_data.pkl), MultiBench \
      (mosi_raw.pkl) and .npz files with the same keys. A pickle is read without being executed. Rows of padding are \
      removed, by lengths if the file has them, else where all samples together show it; the report says which. The file's \
      own split is kept, and refused if it divides a video: --split group divides by video, --allow-leaks id-overlap lets it \
      pass. Rows are kept as they are (--granularity frame); if all modalities have the same, word is possible too.
      """)

  @Argument(help: ArgumentHelp("The pickle or .npz file; or several, one for each split.", valueName: "file"))
  var files: [String] = []

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
