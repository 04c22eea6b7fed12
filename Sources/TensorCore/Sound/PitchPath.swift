/// The most probable course of pitch through a sound: librosa 0.11's `pyin`, given the normalised differences.
///
/// A hidden Markov model. Its states are 403 pitches, tenths of a semitone from 62.5 Hz on, twice: voiced and not. A
/// voiced state is observed with the probability of its candidate, an unvoiced one with an equal part of what the
/// candidates leave; voicing starts and ends with probability 0.01, and pitch moves as in `PitchMoves`. The best path
/// is found by Viterbi's algorithm, whose memory here is the candidates: a path through unvoiced states is only worth
/// the candidate that it left.
///
/// Three things are not as in librosa. A frame's probability of being unvoiced is at least 2⁻⁵³ here, where librosa's
/// is either that or 0, depending on rounding. What librosa gives the probability 2⁻¹⁰²² so that it has a logarithm,
/// voiced states without a candidate and leaps of pitch, is left out: going through unvoiced states is likelier than
/// that. Scores are float32, so paths that are equally good up to rounding may come out differently.
public struct PitchPath {
  private var candidates: [PitchCandidate] = []
  private var frames: [Frame] = []
  private var finder = PitchCandidates()
  private let moves = PitchMoves()
  /// The last candidate on the best path so far; −1 for none.
  private var origin: Int32 = -1

  private struct Frame {
    /// The first of the frame's candidates.
    let start: Int
    let voicing: Float
    let lowestPeriod: Int
  }

  /// The result for a frame.
  public struct Result {
    /// In Hz; 0 for an unvoiced frame.
    public let frequency: Float
    /// pYIN's probability that the frame is voiced.
    public let voicing: Float
    /// The nearest whole period of the frame in samples, voiced or not; 0 where the sound does not repeat at all.
    public let wholePeriod: Int
  }

  /// Logarithms: voicing stays as it is, and changes.
  private static let stay = logarithm(Float(0.99) / 21)
  private static let change = logarithm(Float(0.01) / 21)
  /// The share of being unvoiced that rounding leaves.
  private static let smallestRest = 0x1p-53
  private static let frequencies = (0..<PitchCandidates.binCount).map { bin in
    Float(62.5 * exponential(Double(bin) / Double(PitchCandidates.binsPerOctave) * 0.693_147_180_559_945_3))
  }

  /// Makes room for a short sound; more comes when a longer one does.
  public init() {}

  /// Forgets the last sound.
  public mutating func begin() {
    candidates.removeAll(keepingCapacity: true)
    frames.removeAll(keepingCapacity: true)
    origin = -1
  }

  /// Takes the normalised difference of the next frame at lags 1 … 256.
  public mutating func append(_ difference: UnsafeBufferPointer<Float>) {
    require(difference.count >= LagDifferences.lagCount, "a difference a lag")
    let difference = difference.start
    let start = candidates.count
    finder.find(difference, into: &candidates)
    let rest = max(1 - finder.voicing, Self.smallestRest)
    let unvoiced = logarithm(Float(rest)) - logarithm(Float(PitchCandidates.binCount))
    var best: (score: Float, origin: Int32)
    if let last = frames.last {
      moves.find(from: candidates, last.start..<start)
      best = moves.advance(observation: unvoiced, stay: Self.stay, change: Self.change)
      for number in start..<candidates.count { candidates[number].enter(by: moves, Self.stay, Self.change) }
    } else {
      moves.begin(unvoiced)
      best = (unvoiced, -1)
      for number in start..<candidates.count { candidates[number].score = candidates[number].logProbability }
    }
    for number in start..<candidates.count {
      candidates[number].frame = frames.count
      if candidates[number].score >= best.score {
        best = (candidates[number].score, Int32(truncatingIfNeeded: number))
      }
    }
    // Only differences of scores matter. Measured from the best one, they stay small.
    for number in start..<candidates.count { candidates[number].score -= best.score }
    moves.subtract(best.score)
    origin = best.origin
    frames.append(Frame(start: start, voicing: Float(finder.voicing), lowestPeriod: finder.lowestPeriod))
  }

  /// Calls `body` for each frame, from the last to the first.
  public func forEachFrameBackwards(_ body: (Int, Result) -> Void) {
    var number = Int(origin)
    for index in frames.indices.reversed() {
      let frame = frames[index]
      if number >= 0, candidates[number].frame == index {
        let candidate = candidates[number]
        body(
          index,
          Result(
            frequency: Self.frequencies[candidate.bin], voicing: frame.voicing, wholePeriod: candidate.period))
        number = Int(candidate.before)
      } else {
        body(index, Result(frequency: 0, voicing: frame.voicing, wholePeriod: frame.lowestPeriod))
      }
    }
  }
}

extension PitchCandidate {
  /// Takes the best transition that leads here.
  fileprivate mutating func enter(by moves: PitchMoves, _ stay: Float, _ change: Float) {
    var best = (score: moves.voicedScores[bin] + stay, origin: moves.voicedOrigins[bin])
    let start = moves.unvoicedScores[bin] + change
    if start > best.score { best = (start, moves.unvoicedOrigins[bin]) }
    score = best.score + logProbability
    before = best.origin
  }
}
