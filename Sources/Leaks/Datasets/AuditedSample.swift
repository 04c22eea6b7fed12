public import Samples
package import Shards

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

  /// The recording that `interval` counts from, where it is neither the dialog nor what the id names: arrays have it beside the id, and a list
  /// of an episode's utterances counts from the start of the episode.
  package var ownRecording: String?
  /// What is read aloud, where the name of a sample tells: the number or code of a sentence.
  package var script: String?
  /// What `recording` is a clip of, where the spelling of all ids tells that it is one.
  private(set) var clipOf: String?

  /// A sample with all that is known of it.
  package init(
    id: String, group: String?, dialog: String?, session: String?, speaker: String?, split: Split,
    interval: Interval?, rows: [Modality: Int], label: [Float], words: String?
  ) {
    self.id = id
    self.group = group
    self.dialog = dialog
    self.session = session
    self.speaker = speaker
    self.split = split
    self.interval = interval
    self.rows = rows
    self.label = label
    self.words = words
  }

  /// A sample of a prepared folder, by its line of samples.jsonl and what its shard says.
  package init(_ line: SampleLine, split: Split, rows: [Modality: Int], label: [Float], dialog: String?) {
    self.init(
      id: line.id, group: line.group, dialog: dialog, session: line.session, speaker: line.speaker, split: split,
      interval: line.interval, rows: rows, label: label, words: line.words)
  }

  /// The recording that `interval` counts from: what is said to be it, else the dialog where there is one, so that partners
  /// who talk at the same time share it, else the recording that the id names.
  public var recording: String { ownRecording ?? dialog ?? SampleID(parsing: id).recording }

  /// The recording as a whole: two clips of one have clocks of their own.
  package var wholeRecording: String { clipOf ?? recording }
}

extension AuditedSample {
  /// Puts the clips of one recording together where the ids of a data set tell, by their spelling, that they are such; what
  /// only looks so is left as it is, for the checks to say.
  ///
  /// - Returns: what the spelling tells.
  static func groupClips(_ samples: inout [AuditedSample]) -> ClipGrouping {
    // Turns of a dialog have a parser of their own, and without a group there is no name.
    let isOpen = samples.map { $0.dialog == nil && $0.group != nil }
    let clips = ClipGrouping(of: zip(samples, isOpen).filter(\.1).map(\.0.recording))
    guard clips.standing == .certain else { return clips }
    for index in samples.indices where isOpen[index] {
      let recording = samples[index].recording
      let whole = clips.recording(of: recording)
      if samples[index].group == recording { samples[index].group = whole }
      if whole != recording { samples[index].clipOf = whole }
    }
    return clips
  }
}
