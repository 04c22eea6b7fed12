/// An extractor of which it is published what it was trained on.
struct KnownExtractor: Sendable {
  /// Its name where it is published; an owner before the last slash may be left out.
  let name: String
  /// Corpora of feelings that it was trained on, by their names; none where it saw none of them.
  let corpora: [String]
  /// What it was trained on, in words.
  let training: String
  /// Where that is said.
  let source: String

  /// Those whose documentation says what they saw.
  static let all: [KnownExtractor] = [
    KnownExtractor(
      name: "superb/wav2vec2-base-superb-er", corpora: ["IEMOCAP"], training: "IEMOCAP",
      source: "https://huggingface.co/superb/wav2vec2-base-superb-er"),
    KnownExtractor(
      name: "superb/wav2vec2-large-superb-er", corpora: ["IEMOCAP"], training: "IEMOCAP",
      source: "https://huggingface.co/superb/wav2vec2-large-superb-er"),
    KnownExtractor(
      name: "superb/hubert-base-superb-er", corpora: ["IEMOCAP"], training: "IEMOCAP",
      source: "https://huggingface.co/superb/hubert-base-superb-er"),
    KnownExtractor(
      name: "superb/hubert-large-superb-er", corpora: ["IEMOCAP"], training: "IEMOCAP",
      source: "https://huggingface.co/superb/hubert-large-superb-er"),
    KnownExtractor(
      name: "speechbrain/emotion-recognition-wav2vec2-IEMOCAP", corpora: ["IEMOCAP"], training: "IEMOCAP",
      source: "https://huggingface.co/speechbrain/emotion-recognition-wav2vec2-IEMOCAP"),
    KnownExtractor(
      name: "audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim", corpora: ["MSP-Podcast"], training: "MSP-Podcast",
      source: "https://huggingface.co/audeering/wav2vec2-large-robust-12-ft-emotion-msp-dim"),
    KnownExtractor(
      name: "3loi/SER-Odyssey-Baseline-WavLM-Categorical", corpora: ["MSP-Podcast"], training: "MSP-Podcast",
      source: "https://huggingface.co/3loi/SER-Odyssey-Baseline-WavLM-Categorical"),
    KnownExtractor(
      name: "ehcalabres/wav2vec2-lg-xlsr-en-speech-emotion-recognition", corpora: ["RAVDESS"], training: "RAVDESS",
      source: "https://huggingface.co/ehcalabres/wav2vec2-lg-xlsr-en-speech-emotion-recognition"),
    KnownExtractor(
      name: "r-f/wav2vec-english-speech-emotion-recognition", corpora: ["RAVDESS", "TESS", "SAVEE"],
      training: "SAVEE, RAVDESS and TESS",
      source: "https://huggingface.co/r-f/wav2vec-english-speech-emotion-recognition"),
    KnownExtractor(
      name: "google-bert/bert-base-uncased", corpora: [], training: "BookCorpus and English Wikipedia",
      source: "https://huggingface.co/google-bert/bert-base-uncased"),
    KnownExtractor(
      name: "FacebookAI/roberta-base", corpora: [],
      training: "BookCorpus, English Wikipedia, CC-News, OpenWebText and Stories",
      source: "https://huggingface.co/FacebookAI/roberta-base"),
    // Without labels, but on the sound itself (table 1).
    KnownExtractor(
      name: "emotion2vec/emotion2vec_base", corpora: ["IEMOCAP", "MELD", "CMU-MOSEI", "MSP-Podcast", "MEAD"],
      training: "the sound of IEMOCAP, MELD, CMU-MOSEI, MEAD and MSP-Podcast",
      source: "https://arxiv.org/abs/2312.15185"),
    KnownExtractor(
      name: "emotion2vec/emotion2vec_plus_seed", corpora: emoBox, training: "the corpora of EmoBox, with their labels",
      source: "https://github.com/ddlBoJack/emotion2vec"),
    KnownExtractor(
      name: "emotion2vec/emotion2vec_plus_base", corpora: emoBox,
      training: "speech labelled by emotion2vec_plus_seed, which learned from the corpora of EmoBox",
      source: "https://github.com/ddlBoJack/emotion2vec"),
    KnownExtractor(
      name: "emotion2vec/emotion2vec_plus_large", corpora: emoBox,
      training: "speech labelled by emotion2vec_plus_seed, which learned from the corpora of EmoBox",
      source: "https://github.com/ddlBoJack/emotion2vec"),
    KnownExtractor(
      name: "tae898/emoberta-base", corpora: ["MELD", "IEMOCAP"], training: "MELD and IEMOCAP",
      source: "https://huggingface.co/tae898/emoberta-base"),
    KnownExtractor(
      name: "tae898/emoberta-large", corpora: ["MELD", "IEMOCAP"], training: "MELD and IEMOCAP",
      source: "https://huggingface.co/tae898/emoberta-large"),
    KnownExtractor(
      name: "j-hartmann/emotion-english-distilroberta-base", corpora: ["MELD"],
      training: "six corpora, MELD among them",
      source: "https://huggingface.co/j-hartmann/emotion-english-distilroberta-base"),
    KnownExtractor(
      name: "facebook/wav2vec2-base", corpora: [], training: "LibriSpeech",
      source: "https://huggingface.co/facebook/wav2vec2-base"),
    KnownExtractor(
      name: "facebook/wav2vec2-base-960h", corpora: [], training: "LibriSpeech",
      source: "https://huggingface.co/facebook/wav2vec2-base-960h"),
    KnownExtractor(
      name: "bfelbo/DeepMoji", corpora: [], training: "1.2 billion tweets", source: "https://github.com/bfelbo/DeepMoji"
    ),
    KnownExtractor(
      name: "huggingface/torchMoji", corpora: [], training: "1.2 billion tweets",
      source: "https://github.com/huggingface/torchMoji"),
  ]

  /// The corpora of EmoBox that split lists are known of (https://github.com/emo-box/EmoBox).
  private static let emoBox = [
    "IEMOCAP", "MELD", "CREMA-D", "RAVDESS", "TESS", "EmoV-DB", "SAVEE", "MEAD", "MSP-Podcast",
  ]

  /// The one of a name, whatever its capitals.
  static func named(_ name: String) -> KnownExtractor? {
    let own = name.lowercased()
    return all.first { $0.name.lowercased() == own }
      ?? all.first { $0.name.lowercased().split(separator: "/").last.map(String.init) == own }
  }
}
