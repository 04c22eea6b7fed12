/// The most probable course of pitch through a sound.
///
/// A hidden Markov model with librosa 0.11's numbers for `pyin`: pitch moves by less than 2 semitones from frame to frame, by a
/// triangular distribution; voicing starts and ends with probability 0.01. librosa's states are all pitches twice, voiced and
/// not; here they are the candidates of a frame and one unvoiced state, which any pitch may follow. The best path is found by
/// Viterbi's algorithm.
public struct PitchPath {
  private var candidates: [PitchCandidate] = []
  private var frames: [Frame] = []
  private var finder = PitchCandidates()

  private struct Frame {
    /// The first of the frame's candidates.
    let start: Int
    let voicing: Float
    let lowestPeriod: Int
    /// The best path that ends unvoiced here, and where it came from (−1: unvoiced).
    var score: Float = 0
    var before: Int32 = -1
  }

  /// What a frame came out as.
  public struct Result {
    /// The period in samples; 0 for an unvoiced frame.
    public let period: Float
    /// pYIN's probability that the frame is voiced.
    public let voicing: Float
    /// The nearest whole period of the frame, voiced or not; 0 where the sound does not repeat at all.
    public let wholePeriod: Int
  }

  /// Pitches that librosa would tell apart between 62.5 and 640 Hz: an unvoiced frame spreads over as many states.
  private static let pitchCount: Float = 403
  /// The triangle of 41 tenths of a semitone: its values sum up to 21.
  private static let triangleReach = 21
  private static let stay = logarithm(Float(0.99) / Float(triangleReach))
  private static let change = logarithm(Float(0.01) / Float(triangleReach))
  /// A leap: as much as going through an unvoiced state.
  private static let leap = logarithm(Float(0.01 * 0.01) / Float(triangleReach))
  /// Logarithms of 0.99 · triangle, by whole tenths of a semitone.
  private static let moves = (0..<triangleReach).map {
    stay + logarithm(Float(triangleReach - $0) / Float(triangleReach))
  }
  /// In place of the logarithm of 0.
  private static let impossible: Float = -1e3

  /// Makes room for a short sound; more comes when a longer one does.
  public init() {}

  /// Forgets the last sound.
  public mutating func begin() {
    candidates.removeAll(keepingCapacity: true)
    frames.removeAll(keepingCapacity: true)
  }

  /// Takes the normalised difference of the next frame at lags 1 … 256.
  public mutating func append(_ difference: UnsafePointer<Float>) {
    let start = candidates.count
    finder.find(difference, into: &candidates)
    let rest = 1 - finder.voicing
    var frame = Frame(start: start, voicing: finder.voicing, lowestPeriod: finder.lowestPeriod)
    frame.score = rest > 0 ? max(Self.impossible, logarithm(rest / Self.pitchCount)) : Self.impossible
    if let last = frames.last { connect(last, &frame) } else { startPaths(frame) }
    frames.append(frame)
  }

  private mutating func startPaths(_ frame: Frame) {
    for number in frame.start..<candidates.count { candidates[number].score = candidates[number].logProbability }
  }

  /// Finds the best way into each state of `frame` from those of `last`.
  private mutating func connect(_ last: Frame, _ frame: inout Frame) {
    let old = last.start..<frame.start
    var (best, origin) = (last.score + Self.stay, Int32(-1))
    for number in old {
      let score = candidates[number].score + Self.change
      if score > best { (best, origin) = (score, Int32(number - last.start)) }
    }
    frame.before = origin
    // Only differences of scores matter. Counted from the best way to be unvoiced they stay small, and the frame's own
    // score is already the whole one of its unvoiced state.
    for number in frame.start..<candidates.count {
      var (way, from) = (last.score + Self.change, Int32(-1))
      for before in old {
        let distance = abs(candidates[before].pitch - candidates[number].pitch)
        let move = distance < Float(Self.triangleReach) - 0.5 ? Self.moves[Int(distance + 0.5)] : Self.leap
        let score = candidates[before].score + move
        if score > way { (way, from) = (score, Int32(before - last.start)) }
      }
      candidates[number].score = candidates[number].logProbability + way - best
      candidates[number].before = from
    }
  }

  /// Calls `body` for each frame, from the last to the first.
  public func forEachFrameBackwards(_ body: (Int, Result) -> Void) {
    guard let last = frames.last else { return }
    var state = Int32(-1)
    var best = last.score
    for number in last.start..<candidates.count where candidates[number].score > best {
      best = candidates[number].score
      state = Int32(number - last.start)
    }
    for index in frames.indices.reversed() {
      let frame = frames[index]
      if state < 0 {
        body(index, Result(period: 0, voicing: frame.voicing, wholePeriod: frame.lowestPeriod))
        state = frame.before
      } else {
        let candidate = candidates[frame.start + Int(state)]
        let whole = Int(candidate.period.rounded())
        body(index, Result(period: candidate.period, voicing: frame.voicing, wholePeriod: whole))
        state = candidate.before
      }
    }
  }
}
