/// What is wrong with a clip of a synthetic folder of recordings; one clip for each.
enum RecordingTrouble: String, CaseIterable, Sendable {
  case lost = "lost-medium"
  case empty = "empty-medium"
  case cut = "cut-medium"
  case noSound = "text-as-medium"
  case beyond = "ends-beyond"
  case reversed = "ends-before-start"
  case textLabel = "text-as-label"
  case strangeSplit = "strange-split"
  case wordsBackward = "words-backward"
  case wordsBeyond = "words-beyond"
  case wordsMalformed = "words-malformed"
  case wordsLost = "words-lost"
  case twoFaces = "two-faces"
  case shortFaces = "few-faces"
  case facesMalformed = "faces-malformed"
  case silence
  case noFace = "no-face"
  case transcriptOnly = "transcript-only"
  case wordless
  case noLine = "no-line"

  /// Whether the clip cannot be used; others lack a modality, or only a line in the table.
  var isSkipped: Bool {
    switch self {
    case .silence, .noFace, .transcriptOnly, .wordless, .noLine: false
    default: true
    }
  }

  /// What is wrong, for `sample.json`.
  var meaning: String {
    switch self {
    case .lost: "the table names a medium that is not there"
    case .empty: "the medium is empty"
    case .cut: "the medium is cut off"
    case .noSound: "the medium is a text"
    case .beyond: "the clip ends beyond its medium"
    case .reversed: "the clip ends before it begins"
    case .textLabel: "a label is a word"
    case .strangeSplit: "the split is none of the three"
    case .wordsBackward: "the times of the words run backward"
    case .wordsBeyond: "the words go on beyond the medium"
    case .wordsMalformed: "the file of words is cut off"
    case .wordsLost: "the table names a file of words that is not there"
    case .twoFaces: "two faces are in the picture"
    case .shortFaces: "the faces are of a third of the clip"
    case .facesMalformed: "a line of the faces lacks columns"
    case .silence: "the medium is silent"
    case .noFace: "no face was found"
    case .transcriptOnly: "there is a transcript without times"
    case .wordless: "there are neither words nor a transcript"
    case .noLine: "the table does not name the medium"
    }
  }
}
