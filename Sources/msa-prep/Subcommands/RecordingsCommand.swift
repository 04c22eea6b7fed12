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
        msa-prep recordings --root clips --out prepared
        msa-prep recordings --root clips --out by-group --ratios 0.7,0.15,0.15
        msa-prep recordings --root clips --out classes --label-columns emotion --modalities audio,text

      The folder holds metadata.csv, .tsv or .jsonl with a line for each clip: file_name, and as you like start and end \
      (seconds), text, words, audio_file, visual_file, id, group, speaker, session, dialog, split; every other column of \
      numbers is a label. Or it has MMSA's form, label.csv and Raw/<video_id>/<clip_id>.mp4. Beside a medium X.wav, .flac, \
      .mp3, .ogg, .mp4, .mkv, .avi or .webm may be its words, X.json as Whisper writes it, X.TextGrid or X.ctm, and its \
      faces, X.csv of OpenFace, or X.npy. Audio is 74 acoustic features per 10 ms frame; ffmpeg decodes videos. A clip that \
      cannot be read is skipped, and the report says why. A split that the table declares is kept, and refused if it divides \
      a group.
      """)

  @OptionGroup(title: "Corpus options") var corpus: DefinedOptions<Options>
  @OptionGroup(title: "Preparation options") var shared: DefinedOptions<SharedOptionList>
  @OptionGroup(title: "Output options") var global: GlobalOptions
}
