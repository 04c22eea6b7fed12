/// A known leak that can be planted into a prepared folder; the raw value is its name on the command line.
public enum PlantKind: String, CaseIterable, Hashable, Sendable {
  case scalersAll = "scalers-all"
  case scalersTrainValid = "scalers-train-valid"
  case scalersTest = "scalers-test"
  case imputedFromAll = "imputed-from-all"
  case groupOverlap = "group-overlap"
  case speakerOverlap = "speaker-overlap"
  case dialogApart = "dialog-apart"
  case timeOverlap = "time-overlap"
  case duplicates
  case nearDuplicates = "near-duplicates"
  case duplicatedText = "duplicated-text"
  case relabelledDuplicates = "relabelled-duplicates"
  case repeatedSentences = "repeated-sentences"
  case sharedVoice = "shared-voice"
  case speakerShortcut = "speaker-shortcut"
  case targetCopied = "target-copied"
  case targetScaled = "target-scaled"
  case targetSum = "target-sum"
  case lengthShortcut = "length-shortcut"
  case orderShortcut = "order-shortcut"
  case bestEpochOnTest = "best-epoch-on-test"
  case flippedByte = "flipped-byte"

  /// What is planted, in a few words.
  public var meaning: String {
    switch self {
    case .scalersAll: "scalers fitted on train, valid and test together"
    case .scalersTrainValid: "scalers fitted on train and valid together"
    case .scalersTest: "scalers fitted on test"
    case .imputedFromAll: "rows without a frame filled with the median of all data"
    case .groupOverlap: "samples of a train group moved to test"
    case .speakerOverlap: "one speaker in train and in test"
    case .dialogApart: "the two sides of one conversation in train and in test"
    case .timeOverlap: "a stretch of one recording in train and in test"
    case .duplicates: "train samples repeated in test"
    case .nearDuplicates: "train samples repeated with noise in test"
    case .duplicatedText: "words of train samples in test, with different sound and pictures"
    case .relabelledDuplicates: "train samples repeated in test with other labels"
    case .repeatedSentences: "sentences of train samples in test, with different signs, sound and pictures"
    case .sharedVoice: "one voice in a train and a test recording, where each recording has its own"
    case .speakerShortcut: "speakers in all splits who predict the label"
    case .targetCopied: "the label in a feature column"
    case .targetScaled: "the label, multiplied and shifted, in a feature column"
    case .targetSum: "the label as the sum of two feature columns"
    case .lengthShortcut: "a sample's length that reveals its label"
    case .orderShortcut: "samples sorted by their label"
    case .bestEpochOnTest: "a training run's best epoch chosen on test"
    case .flippedByte: "one byte of a shard changed"
    }
  }

  /// The check that must detect it.
  public var check: String {
    switch self {
    case .scalersAll, .scalersTrainValid, .scalersTest, .imputedFromAll: "scaler-train-only"
    case .groupOverlap, .speakerOverlap, .dialogApart: "id-overlap"
    case .timeOverlap: "time-overlap"
    case .duplicates, .duplicatedText: "exact-duplicates"
    case .nearDuplicates: "near-duplicates"
    case .relabelledDuplicates: "label-conflict"
    case .repeatedSentences: "text-overlap"
    case .sharedVoice: "voice"
    case .speakerShortcut: "source-shortcut"
    case .targetCopied, .targetScaled, .targetSum: "target-in-features"
    case .lengthShortcut, .orderShortcut: "shortcut"
    case .bestEpochOnTest: "selection"
    case .flippedByte: "integrity"
    }
  }

  /// Whether that check only warns: words alone may be said by many, and voices are alike.
  public var isWarning: Bool { [.duplicatedText, .repeatedSentences, .sharedVoice].contains(self) }
}
