import Samples

/// A line of a table of recordings: a medium, or a stretch of one, that becomes a sample.
struct Clip: Sendable {
  let id: String
  /// The line of the table, from 1.
  let line: Int
  /// The medium's path below the root; nil if only files of features are named.
  var medium: String?
  /// Whether the table names a medium that is not there, and what it calls it.
  var missingMedium: String?
  /// When it begins, in seconds of the medium.
  var start = 0.0
  /// When it ends; nil for the end of the medium.
  var end: Double?
  /// What is said, if the table tells.
  var text: String?
  /// The file of words with their times, below the root.
  var words: String?
  /// Files of ready features, below the root.
  var features: [Modality: String] = [:]
  /// The words' indices of the tokens in the file of text features, below the root.
  var tokenWords: String?
  /// A file with arrays of several modalities, below the root, for those that `features` lacks.
  var arrays: String?
  /// The recording that must not be divided.
  var group = ""
  var speaker: String?
  var session: String?
  var dialog: String?
  var split: Split?
  var annotation: String?
  /// [label columns]
  var labels: [Float] = []
  /// What the table itself says wrongly; nil if the clip can be read.
  var fault: ClipFault?

  /// What its times are counted from: the medium, or itself.
  var recording: String { medium ?? id }

  /// Whether files may have ready features of a modality.
  func hasReady(_ modality: Modality) -> Bool { features[modality] != nil || arrays != nil }

  /// All files that are read for it, besides the table.
  var files: [String] { [medium, words, arrays, tokenWords].compactMap(\.self) + features.values }
}

/// Why a clip is skipped.
struct ClipFault: Error, Hashable, Sendable {
  let reason: DropReason
  /// The file or value, and what is wrong with it.
  let detail: String

  init(_ reason: DropReason, _ detail: String) {
    self.reason = reason
    self.detail = detail
  }
}
