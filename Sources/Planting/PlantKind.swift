/// A known leak that can be planted into a prepared folder; the raw value is its name on the command line.
public enum PlantKind: String, CaseIterable, Hashable, Sendable {
  case scalersAll = "scalers-all"
  case scalersTrainValid = "scalers-train-valid"
  case scalersTest = "scalers-test"
  case scalersOwn = "scalers-own"
  case standardAll = "standard-all"
  case minMaxAll = "min-max-all"
  case whitenedAll = "whitened-all"
  case imputedFromAll = "imputed-from-all"
  case groupOverlap = "group-overlap"
  case speakerOverlap = "speaker-overlap"
  case respelledGroup = "respelled-group"
  case dividedGroup = "divided-group"
  case dividedRecording = "divided-recording"
  case dialogApart = "dialog-apart"
  case timeOverlap = "time-overlap"
  case duplicates
  case nearDuplicates = "near-duplicates"
  case louderDuplicates = "louder-duplicates"
  case shiftedDuplicates = "shifted-duplicates"
  case partialDuplicates = "partial-duplicates"
  case manyCopies = "many-copies"
  case duplicatedText = "duplicated-text"
  case relabelledDuplicates = "relabelled-duplicates"
  case repeatedSentences = "repeated-sentences"
  case sharedVoice = "shared-voice"
  case speakerShortcut = "speaker-shortcut"
  case targetCopied = "target-copied"
  case targetScaled = "target-scaled"
  case targetSum = "target-sum"
  case targetNoisy = "target-noisy"
  case targetHinted = "target-hinted"
  case targetSquare = "target-square"
  case targetProduct = "target-product"
  case targetCode = "target-code"
  case targetMean = "target-mean"
  case targetBefore = "target-before"
  case targetFrame = "target-frame"
  case targetFitted = "target-fitted"
  case missingCells = "missing-cells"
  case selectedAll = "selected-all"
  case lengthShortcut = "length-shortcut"
  case orderShortcut = "order-shortcut"
  case parityShortcut = "parity-shortcut"
  case positionShortcut = "position-shortcut"
  case missingShortcut = "missing-shortcut"
  case timeShortcut = "time-shortcut"
  case wordShortcut = "word-shortcut"
  case bestEpochOnTest = "best-epoch-on-test"
  case flippedByte = "flipped-byte"

  /// What is planted, in a few words.
  public var meaning: String {
    switch self {
    case .scalersAll: "scalers fitted on train, valid and test together"
    case .scalersTrainValid: "scalers fitted on train and valid together"
    case .scalersTest: "scalers fitted on test"
    case .scalersOwn: "each split scaled by means and deviations of its own"
    case .standardAll: "means and deviations of all data as scalers"
    case .minMaxAll: "the ends of all data as scalers"
    case .whitenedAll: "columns made uncorrelated over all data"
    case .imputedFromAll: "rows without a frame filled with the median of all data"
    case .groupOverlap: "samples of a train group moved to test"
    case .speakerOverlap: "one speaker in train and in test"
    case .respelledGroup: "samples of a train group moved to test, under its name in other capitals"
    case .dividedGroup: "half of a train recording's samples moved to test, under another name"
    case .dividedRecording:
      "half of a train recording's samples moved to test, under another name and without times, where recordings differ"
    case .dialogApart: "the two sides of one conversation in train and in test"
    case .timeOverlap: "a stretch of one recording in train and in test"
    case .duplicates: "train samples repeated in test"
    case .nearDuplicates: "train samples repeated with noise in test"
    case .louderDuplicates: "train samples repeated in test, with sound and picture a tenth stronger"
    case .shiftedDuplicates: "train samples repeated in test, with sound and picture half as strong again, and shifted"
    case .partialDuplicates: "half of the rows of train samples repeated with noise in test"
    case .manyCopies: "a recording repeated 120 times before the split"
    case .duplicatedText: "words of train samples in test, with different sound and pictures"
    case .relabelledDuplicates: "train samples repeated in test with other labels"
    case .repeatedSentences: "sentences of train samples in test, with different signs, sound and pictures"
    case .sharedVoice: "one voice in a train and a test recording, where each recording has its own"
    case .speakerShortcut: "speakers in all splits who predict the label"
    case .targetCopied: "the label in a feature column"
    case .targetScaled: "the label, multiplied and shifted, in a feature column"
    case .targetSum: "the label as the sum of two feature columns"
    case .targetNoisy: "a feature column that goes with the label, r = 0.95"
    case .targetHinted: "a feature column that goes with the label, r = 0.90"
    case .targetSquare: "a feature column whose square is the label"
    case .targetProduct: "the label as the product of two feature columns"
    case .targetCode: "the label's class in a feature column, by numbers in no order"
    case .targetMean: "the mean label of the recording in a feature column"
    case .targetBefore: "the label of the segment before in a feature column"
    case .targetFrame: "the label in one of a sample's rows"
    case .targetFitted: "a feature column that was fitted to the labels of train"
    case .missingCells: "cells without a number that tell the label"
    case .selectedAll: "columns kept for their correlation with the label over all data"
    case .lengthShortcut: "a sample's length that reveals its label"
    case .orderShortcut: "samples sorted by their label"
    case .parityShortcut: "samples of low and of high labels by turns"
    case .positionShortcut: "labels that grow within each recording"
    case .missingShortcut: "rows without a frame that tell the label"
    case .timeShortcut: "a sample's end that tells its label by its last digits"
    case .wordShortcut: "words in an order that tells the label"
    case .bestEpochOnTest: "a training run's best epoch chosen on test"
    case .flippedByte: "one byte of a shard changed"
    }
  }

  /// The check that must detect it.
  public var check: String {
    switch self {
    case .scalersAll, .scalersTrainValid, .scalersTest, .imputedFromAll, .scalersOwn, .standardAll, .minMaxAll,
      .whitenedAll:
      "scaler-train-only"
    case .groupOverlap, .speakerOverlap, .respelledGroup, .dividedGroup, .dialogApart: "id-overlap"
    case .timeOverlap: "time-overlap"
    case .duplicates, .manyCopies, .duplicatedText: "exact-duplicates"
    case .nearDuplicates, .louderDuplicates, .shiftedDuplicates, .partialDuplicates: "near-duplicates"
    case .relabelledDuplicates: "label-conflict"
    case .repeatedSentences: "text-overlap"
    case .sharedVoice, .dividedRecording: "voice"
    case .speakerShortcut: "source-shortcut"
    case .targetCopied, .targetScaled, .targetSum, .targetNoisy, .targetHinted, .targetSquare, .targetProduct,
      .targetCode,
      .targetMean, .targetBefore, .targetFrame, .targetFitted, .missingCells, .selectedAll:
      "target-in-features"
    case .lengthShortcut, .orderShortcut, .parityShortcut, .positionShortcut, .missingShortcut, .timeShortcut,
      .wordShortcut:
      "shortcut"
    case .bestEpochOnTest: "selection"
    case .flippedByte: "integrity"
    }
  }

  /// Whether that check only warns: what it is may have an honest cause, words may be said by many, and voices are alike.
  public var isWarning: Bool {
    [
      .dividedGroup, .dividedRecording, .duplicatedText, .repeatedSentences, .sharedVoice, .targetNoisy,
      .targetHinted, .targetFitted, .selectedAll,
    ].contains(self)
  }
}
