/// A turn of a synthetic release: who says what when, and how it was rated.
struct ReleaseTurn: Sendable {
  /// A word, a pause or a noise of the forced alignment. Frames of 10 ms from the turn's start, half-open.
  struct Segment: Sendable {
    /// As the transcript spells it; empty for pauses.
    let text: String
    /// As the alignment spells it: upper case, perhaps with the number of a pronunciation.
    let token: String
    let frames: Range<Int>
    /// Whether it is a word, not a pause or noise.
    let isWord: Bool
  }

  /// What one rater said, on scales of 1 to 5; a dominance may be missing.
  struct Rating: Sendable {
    var valence: Int
    var activation: Int
    var dominance: Int?
  }

  /// E.g. `Ses01F_impro01_M000`.
  let id: String
  /// `F` or `M`.
  let speaker: Character
  /// Whether the speaker wears the markers.
  let isOnMarker: Bool
  /// Start and end in the dialog, in tenths of milliseconds.
  let ticks: Range<Int>
  /// Three letters.
  let label: String
  /// What is meant, away from the middle of the scale: −2…2. It shows in words, sound and motion.
  let valence: Double
  let activation: Double
  var ratings: [Rating]
  let segments: [Segment]
  /// Tells its random numbers from those of other turns.
  let stream: UInt64

  /// Ticks a second.
  static let tickRate = 10_000

  /// How long it is, in ticks.
  var length: Int { ticks.count }
  /// Samples of its sound at 16 kHz.
  var sampleCount: Int { length * ReleaseSound.sampleRate / Self.tickRate }
  /// Rows of its motion capture.
  var motionRowCount: Int { max(1, length * ReleaseMotion.frameRate / Self.tickRate) }
}

/// A dialog of a synthetic release.
struct ReleaseDialog: Sendable {
  /// 1 to 5.
  let session: Int
  /// E.g. `Ses01F_impro01`.
  let name: String
  /// In the order of their starts.
  var turns: [ReleaseTurn]

  /// `F` or `M`: who wears the markers.
  var wearer: Character { name[name.index(name.startIndex, offsetBy: 5)] }
  /// `script01_1`: what is played, whoever plays it.
  var scene: Substring { name.dropFirst(7) }
}
