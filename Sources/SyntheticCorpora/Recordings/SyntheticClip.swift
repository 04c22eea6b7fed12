import TensorCore
import Text

/// A clip of a synthetic folder of recordings: a medium, its words, its faces, and its line in the table.
struct SyntheticClip: Sendable {
  let name: String
  let recording: String
  /// The number of its recording, and its own number in it.
  let place: (recording: Int, clip: Int)
  /// The path of its files without an extension.
  let stem: String
  /// Whether there is a file of words with times beside it.
  let hasWords: Bool
  /// How high the voice is among those of the same sex, as a session's number.
  let voice: Int
  let split: String
  let turn: ReleaseTurn
  let seed: UInt64
  let trouble: RecordingTrouble?

  /// Frames a second of the faces.
  private static let frameRate = 25
  private static let stream: UInt32 = 242

  var seconds: Double { Double(turn.length) / Double(ReleaseTurn.tickRate) }
  private var spoken: [ReleaseTurn.Segment] { turn.segments.filter(\.isWord) }

  /// What is said.
  var sentence: String { spoken.map(\.text).joined(separator: " ") }

  // MARK: - The table

  /// The cells of its line; nil if the table does not name it.
  var line: [String]? {
    if trouble == .noLine { return nil }
    let times: (start: String, end: String) =
      switch trouble {
      case .beyond: ("0", (seconds + 30).fixed(2))
      case .reversed: ("0.5", "0.25")
      default: ("", "")
      }
    let valence = Double(turn.ratings.reduce(0) { $0 + $1.valence }) / Double(turn.ratings.count)
    let activation = Double(turn.ratings.reduce(0) { $0 + $1.activation }) / Double(turn.ratings.count)
    return [
      stem + ".wav", times.start, times.end,
      trouble == .wordsLost ? "clips/nowhere.json" : "", trouble == .wordless ? "" : sentence, recording,
      "speaker of " + recording, trouble == .strangeSplit ? "holdout" : split,
      trouble == .textLabel ? "good" : ((valence - 3) * 1.5).fixed(3), (activation - 3).fixed(3), turn.label,
    ]
  }

  // MARK: - The files

  /// The paths and bytes of its files.
  func files() -> [(String, [UInt8])] {
    var files: [(String, [UInt8])] = []
    if trouble != .lost { files.append((stem + ".wav", sound())) }
    if hasWords, trouble != .transcriptOnly, trouble != .wordless {
      files.append((stem + ".json", Array(words().utf8)))
    }
    files.append((stem + ".csv", Array(faces().utf8)))
    return files
  }

  private func sound() -> [UInt8] {
    let wave = ReleaseSound(turn, session: voice, seed: seed).wav()
    switch trouble {
    case .empty: return []
    case .cut: return Array(wave.prefix(wave.count / 2))
    case .noSound: return Array("This is a note about a recording, not the recording.\n".utf8)
    case .silence: return wave.prefix(44) + [UInt8](repeating: 0, count: wave.count - 44)
    default: return wave
    }
  }

  /// Whisper's JSON: a segment with its words, each with a blank in front.
  private func words() -> String {
    var times = spoken.map { (start: Double($0.frames.lowerBound) / 100, end: Double($0.frames.upperBound) / 100) }
    if trouble == .wordsBackward { times.reverse() }
    if trouble == .wordsBeyond, let last = times.indices.last { times[last].end = seconds + 20 }
    let words = zip(spoken, times).map { segment, time -> JSONValue in
      [
        "word": .string(" " + segment.text), "start": .number(time.start), "end": .number(time.end),
        "probability": .number(0.98),
      ]
    }
    let text = spoken.map { " " + $0.text }.joined()
    let document: JSONValue = [
      "text": .string(text), "language": "en",
      "segments": [
        [
          "id": 0, "start": .number(0), "end": .number(seconds), "text": .string(text), "words": .array(words),
        ]
      ],
    ]
    let json = document.prettyText
    return trouble == .wordsMalformed ? String(json.prefix(json.count / 2)) : json
  }

  /// OpenFace's columns: action units, of which some follow the valence, and the head's pose.
  private static let units = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 20, 23, 25, 26, 45]

  private func faces() -> String {
    var random = PhiloxStream(seed: seed, stream: Self.stream, step: turn.stream)
    let header =
      ["frame", "face_id", "timestamp", "confidence", "success", "pose_Rx", "pose_Ry", "pose_Rz"]
      + Self.units.map { "AU\($0 < 10 ? "0" : "")\($0)_r" }
    var lines = [header.joined(separator: ", ")]
    let count = max(1, Int(seconds * Double(Self.frameRate)) / (trouble == .shortFaces ? 3 : 1))
    // People show what they feel to a varying degree; frames of one clip agree about it.
    let shown = 0.5 * turn.valence + 0.7 * random.normal()
    for frame in 0..<count {
      let found = trouble != .noFace && random.uniform() > 0.02
      let smile = max(0, 1.5 + 0.5 * shown + 0.3 * random.normal())
      let frown = max(0, 1.2 - 0.4 * shown + 0.3 * random.normal())
      let units = Self.units.map { unit -> Double in
        let own = max(0, 0.6 + 0.3 * random.normal())
        return unit == 6 || unit == 12 ? smile : unit == 4 || unit == 15 ? frown : own
      }
      let pose = (0..<3).map { _ in 0.1 * random.normal() }
      let time = Double(frame) / Double(Self.frameRate)
      for face in 0..<(trouble == .twoFaces ? 2 : 1) {
        let cells =
          ["\(frame + 1)", "\(face)", time.fixed(3), found ? "0.98" : "0.00", found ? "1" : "0"]
          + (pose + units).map { found ? $0.fixed(3) : "0.000" }
        lines.append(cells.joined(separator: ", "))
      }
    }
    if trouble == .facesMalformed { lines[lines.count - 1] = "7, 0, 0.1" }
    return lines.joined(separator: "\n") + "\n"
  }
}
