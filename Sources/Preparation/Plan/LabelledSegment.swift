import Samples
import Storage

/// A row of the label sequence that may become a sample.
struct LabelledSegment: Hashable, Sendable {
  let id: SampleID
  /// The stretch of the recording that the label is about, in seconds.
  let interval: Interval
  /// [label columns]
  let labels: [Float]
}

/// Why a sample, or a whole recording, is not in the output.
enum DropReason: String, CaseIterable, Sendable {
  // recordings
  case missingVisual = "not in the visual file"
  case missingAudio = "not in the audio file"
  case missingText = "not in the text file"
  case missingLabels = "not in the label file"
  case inNoFold = "in no fold"
  case beyondLimit = "beyond --limit"
  case partnerOfHeldOut = "the partner of the speaker that test consists of"
  // label rows
  case emptyLabelInterval = "the label's interval is shorter than 0.00001 s"
  case reversedLabelInterval = "the label's interval ends before it starts"
  case nonFiniteLabelInterval = "the label's interval has a NaN or infinite time"
  case nonFiniteLabel = "a label is NaN or infinite"
  case noMajorityEmotion = "the raters have no majority for one emotion (xxx)"
  case otherEmotion = "the emotion is none of the classes of --labels"
  case noWord = "no word overlaps the label's interval"
  case noRow = "no row of any modality overlaps the label's interval"
  case laterSegment = "only the first label of a recording is used at video granularity"
  case allZero = "every modality is entirely zero or missing"
}
