import ArgumentParser
import Console
import Corpora
import Options
import Preparation

/// `msa-prep recordings`: turns a folder of somebody's own recordings into shards.
struct RecordingsCommand: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = RecordingsCorpus()
  }

  static let configuration = CommandConfiguration(
    commandName: "recordings",
    abstract: "Prepare your own recordings: media with a table to shards.",
    discussion: """
      Examples:
        msa-prep sample recordings --out clips
        msa-prep recordings --root clips --out prepared-clips
        msa-prep recordings --root clips --out by-group --ratios 0.7,0.15,0.15
        msa-prep recordings --root clips --out moods --label-columns emotion

      The folder holds metadata.csv, .tsv or .jsonl with a line for each clip: file_name, and as you like start and end \
      (seconds), text, words, audio_file, visual_file, text_file, id, group, speaker, session, dialog, split; every other column of \
      numbers is a label. Or it has MMSA's form, label.csv and Raw/<video_id>/<clip_id>.mp4. Beside a medium X.wav, .flac, \
      .mp3, .ogg, .mp4, .mkv, .avi or .webm may be its words, X.json as Whisper writes it, X.TextGrid or X.ctm, and its \
      faces, X.csv of OpenFace, or arrays: X.npy, X.npz or X.safetensors. Audio is 74 acoustic features per 10 ms frame; ffmpeg decodes videos. A clip that \
      cannot be read is skipped, and the report says why. A split that the table declares is kept, and refused if it divides \
      a group.
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}

/// `msa-prep meld`: turns MELD as it is distributed into shards.
struct MELD: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = RecordingsCorpus.meld
  }

  static let configuration = CommandConfiguration(
    commandName: "meld",
    abstract: "Prepare MELD: its tables and clips to shards.",
    discussion: """
      Examples:
        msa-prep sample recordings --layout meld --out MELD.Raw
        msa-prep meld --root MELD.Raw --out meld --split group
        msa-prep meld --root MELD.Raw --out leaky-meld --allow-leaks id-overlap
        msa-prep meld --root MELD.Raw --out meld-text --split group --modalities text

      The folder holds train_sent_emo.csv, dev_sent_emo.csv and test_sent_emo.csv, and the clips in train_splits, \
      dev_splits_complete and output_repeated_splits_test, at any depth. 142 of the 143 episodes of the published test part \
      are in its train part too, so that split is refused unless you allow the leak; --split group divides by episode. \
      Labels are sentiment (-1, 0, 1) and the emotion. There are no word times: the words are spread evenly. Faces are \
      OpenFace's tables beside the clips; without any, leave visual out of --modalities.
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}

/// `msa-prep sims`: turns CH-SIMS as it is distributed into shards.
struct SIMS: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = RecordingsCorpus.sims
  }

  static let configuration = CommandConfiguration(
    commandName: "sims",
    abstract: "Prepare CH-SIMS: label.csv and Raw/ to shards.",
    discussion: """
      Examples:
        msa-prep sample recordings --layout mmsa --out CH-SIMS
        msa-prep sims --root CH-SIMS --out sims --split group
        msa-prep sims --root CH-SIMS --out leaky-sims --allow-leaks id-overlap
        msa-prep sims --root CH-SIMS --out sims-text --split group --modalities text

      The folder holds label.csv and Raw/<video_id>/<clip_id>.mp4. All test clips are of videos that train has too, so the \
      published split is refused unless you allow the leak; --split group divides by video. Labels are the sentiment, and \
      those of text, sound and picture alone. There are no word times: each character is a word, and they are spread \
      evenly. Faces are OpenFace's tables beside the clips; without any, leave visual out of --modalities.
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}

/// `msa-prep simsv2`: turns the supervised part of CH-SIMS v2 into shards.
struct SIMSv2: PreparationCommand {
  enum Options: CorpusOptionList {
    static let corpus: any Corpus = RecordingsCorpus.simsv2
  }

  static let configuration = CommandConfiguration(
    commandName: "simsv2",
    abstract: "Prepare CH-SIMS v2: label.csv and Raw/ to shards, as sims does.",
    discussion: """
      Examples:
        msa-prep sample recordings --layout mmsa --out CH-SIMS-v2
        msa-prep simsv2 --root CH-SIMS-v2 --out simsv2 --split group
        msa-prep simsv2 --root CH-SIMS-v2 --out leaky-v2 --allow-leaks id-overlap

      842 of the 1,034 test clips are of videos that train has too, so the published split is refused unless you allow \
      the leak; --split group divides by video. Otherwise see msa-prep sims --help.
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
