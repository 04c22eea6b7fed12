/// Why a sample, or a whole recording, is not in the output.
public enum DropReason: String, CaseIterable, Sendable {
  // recordings
  case missingVisual = "not in the visual file"
  case missingAudio = "not in the audio file"
  case missingText = "not in the text file"
  case missingLabels = "not in the label file"
  case inNoFold = "in no fold"
  case beyondLimit = "beyond --limit"
  case badEntry = "an entry of it cannot be read or is not as it has to be"
  case partnerOfHeldOut = "the partner of the speaker that test consists of"
  // label rows
  case emptyLabelInterval = "the label's interval is shorter than 0.00001 s"
  case reversedLabelInterval = "the label's interval ends before it starts"
  case nonFiniteLabelInterval = "the label's interval has a NaN or infinite time"
  case nonFiniteLabel = "a label is NaN or infinite"
  case badRecording = "in a recording that is left out because of a bad entry"
  case noMajorityEmotion = "the raters have no majority for one emotion (xxx)"
  case otherEmotion = "the emotion is none of the classes of --labels"
  case noWord = "no word overlaps the label's interval"
  case noRow = "no row of any modality overlaps the label's interval"
  case laterSegment = "only the first label of a recording is used at video granularity"
  case allZero = "every modality is entirely zero or missing"
}
