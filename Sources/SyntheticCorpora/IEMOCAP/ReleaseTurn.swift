/// A turn of a synthetic release: who says what and when, and how it was rated.
struct ReleaseTurn: Sendable {
  /// A word, a pause or a noise in the forced alignment, as a half-open range of 10 ms frames from the start of the
  /// turn.
  struct Segment: Sendable {
    /// The spelling in the transcript; empty for pauses.
    let text: String
    /// The spelling in the alignment: upper case, perhaps with the number of a pronunciation.
    let token: String
    let frames: Range<Int>
    /// Whether it is a word rather than a pause or a noise.
    let isWord: Bool
  }

  /// The ratings of one rater, on scales from 1 to 5; dominance may be missing.
  struct Rating: Sendable {
    var valence: Int
    var activation: Int
    var dominance: Int?
  }

  /// The id, e.g. `Ses01F_impro01_M000`.
  let id: String
  /// The speaker, `F` or `M`.
  let speaker: Character
  /// Whether the speaker wears the markers.
  let isOnMarker: Bool
  /// The start and end in the dialog, in tenths of a millisecond.
  let ticks: Range<Int>
  /// The label, of three letters.
  let label: String
  /// The intended valence relative to the middle of the scale, −2…2; it shows in words, sound and motion.
  let valence: Double
  let activation: Double
  var ratings: [Rating]
  let segments: [Segment]
  /// Distinguishes the turn's random numbers from those of other turns.
  let stream: UInt64

  /// The number of ticks per second.
  static let tickRate = 10_000

  /// The length in ticks.
  var length: Int { ticks.count }
  /// The number of samples of its sound, at 16 kHz.
  var sampleCount: Int { length * ReleaseSound.sampleRate / Self.tickRate }
  /// The number of rows of its motion capture.
  var motionRowCount: Int { max(1, length * ReleaseMotion.frameRate / Self.tickRate) }
}

/// A dialog of a synthetic release.
struct ReleaseDialog: Sendable {
  /// The session, 1 to 5.
  let session: Int
  /// The name, e.g. `Ses01F_impro01`.
  let name: String
  /// The turns, in order of their starts.
  var turns: [ReleaseTurn]

  /// The wearer of the markers, `F` or `M`.
  var wearer: Character { name[name.index(name.startIndex, offsetBy: 5)] }
  /// The scene, whoever plays it, e.g. `script01_1`.
  var scene: Substring { name.dropFirst(7) }
}
