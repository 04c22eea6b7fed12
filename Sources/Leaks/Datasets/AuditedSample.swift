public import Samples
package import Shards

/// A sample as the audit sees it; a property is nil if the form does not provide it.
public struct AuditedSample: Sendable {
  /// The name, e.g. `125845[3]` or `Ses01F_impro01_F000`; derived from split and place if `group` is nil.
  public var id: String
  /// The unit that must not be divided between splits: the video or session.
  public var group: String?
  /// The conversation shared by both speakers' turns, in corpora where two people talk.
  public var dialog: String?
  /// The recording session.
  public var session: String?
  /// The speaker.
  public var speaker: String?
  /// The split.
  public var split: Split
  /// The sample's stretch of its recording, in seconds.
  public var interval: Interval?
  /// The number of rows of each modality.
  public var rows: [Modality: Int]
  /// One value for each label name; NaN if missing.
  public var label: [Float]
  /// The spoken words, separated by single spaces.
  public var words: String?

  /// The recording that `interval` counts from, if it is neither the dialog nor the one named by the id: arrays name it
  /// beside the id, and lists of an episode's utterances count from the start of the episode.
  package var ownRecording: String?
  /// The number or code of the sentence that is read aloud, if the sample's name tells.
  package var script: String?
  /// The series or channel that it is of, where a list says.
  package var show: String?
  /// What it was recorded with, where a list says.
  package var device: String?
  /// The recording that `recording` is a clip of, if the spelling of all ids shows that it is one.
  package private(set) var clipOf: String?

  /// Creates a sample from everything known about it.
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

  /// Creates a sample of a prepared folder from its line in samples.jsonl and its entry in the shard.
  package init(_ line: SampleLine, split: Split, rows: [Modality: Int], label: [Float], dialog: String?) {
    self.init(
      id: line.id, group: line.group, dialog: dialog, session: line.session, speaker: line.speaker, split: split,
      interval: line.interval, rows: rows, label: label, words: line.words)
  }

  /// The recording that `interval` counts from: the stated one; otherwise the dialog, if any, so that partners who talk
  /// at the same time share it; otherwise the recording that the id names.
  public var recording: String { ownRecording ?? dialog ?? SampleID(parsing: id).recording }

  /// The whole recording, whose clips each have their own clock.
  package var wholeRecording: String { clipOf ?? recording }
}

extension AuditedSample {
  /// Groups clips of one recording if the spelling of a data set's ids shows that they are; ambiguous cases are left
  /// unchanged for the checks to report.
  ///
  /// - Returns: what the spelling reveals.
  static func groupClips(_ samples: inout [AuditedSample]) -> ClipGrouping {
    // Turns of a dialog have a parser of their own, and without a group there is no real name.
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
