public import Samples

/// A sample as the audit sees it; nil stands for what the form does not tell.
public struct AuditedSample: Sendable {
  /// The name, e.g. `125845[3]` or `Ses01F_impro01_F000`; made up from split and place where `group` is nil.
  public var id: String
  /// What was never to be divided between splits: the video or session.
  public var group: String?
  /// The conversation, where the corpus has two people talk: what both speakers' turns share.
  public var dialog: String?
  /// The recording session.
  public var session: String?
  /// Who speaks.
  public var speaker: String?
  /// The split.
  public var split: Split
  /// The sample's stretch of its recording, in seconds.
  public var interval: Interval?
  /// The rows of each modality.
  public var rows: [Modality: Int]
  /// The labels, one a label name; NaN where one is missing.
  public var label: [Float]
  /// The words spoken, one blank apart.
  public var words: String?

  /// The recording where the id does not name it: arrays have it beside the id.
  var ownRecording: String?
  /// What `recording` is a clip of, where the spelling of all ids tells that it is one.
  var clipOf: String?

  /// The recording that `interval` counts from: the dialog where there is one, so that partners who talk at the same time
  /// share it, else the recording that the id names.
  public var recording: String { dialog ?? ownRecording ?? SampleID(parsing: id).recording }

  /// The recording as a whole: two clips of one have clocks of their own.
  var wholeRecording: String { clipOf ?? recording }
}
