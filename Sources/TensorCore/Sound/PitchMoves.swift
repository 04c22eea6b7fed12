import CTensorCore

/// The best transitions from the pitches of one frame to those of the next: librosa 0.11's transition matrix for
/// `pyin`.
///
/// Pitch moves by at most 2 semitones from frame to frame, by a triangular distribution, whether voiced or not; near
/// the lowest and the highest pitch, moves beyond the range are left out and the rest are renormalised. A transition
/// has a score, the logarithm of its probability, and an origin, the number of the last candidate on its path or −1.
/// There are two sets: transitions out of candidates and out of unvoiced pitches.
final class PitchMoves {
  /// The best transitions to each bin, [binCount]; −10³⁰ where there is none.
  let (voicedScores, unvoicedScores): (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
  let (voicedOrigins, unvoicedOrigins): (UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>)

  /// The paths that are unvoiced in the frame before.
  private let scores: UnsafeMutablePointer<Float>
  private let origins: UnsafeMutablePointer<Int32>
  /// The logarithms of the triangle's sums at each bin.
  private let triangleSums: UnsafeMutablePointer<Float>
  private let floats: UnsafeMutablePointer<Float>
  private let integers: UnsafeMutablePointer<Int32>

  private static let binCount = PitchCandidates.binCount
  /// The most that pitch moves, in tenths of a semitone: librosa's `max_transition_rate` of 35.92 octaves a second.
  private static let reach = 20
  /// Padding before and after the bins for those out of reach.
  private static let margin = 24
  private static let vectorCount = (binCount + 7) / 8
  private static let capacity = 8 * vectorCount + 2 * margin
  /// Logarithms of 21 … 1 … 21 of 21, then of nothing, to 48.
  private static let triangle: [Float] = (-reach..<48 - reach).map { move in
    move <= reach ? logarithm(Float(reach + 1 - abs(move)) / Float(reach + 1)) : nowhere
  }
  private static let nowhere: Float = -1e30

  init() {
    floats = .allocate(capacity: 4 * Self.capacity)
    integers = .allocate(capacity: 3 * Self.capacity)
    floats.initialize(repeating: Self.nowhere, count: 4 * Self.capacity)
    integers.initialize(repeating: -1, count: 3 * Self.capacity)
    let start = floats + Self.margin
    (voicedScores, unvoicedScores) = (start, start + Self.capacity)
    (scores, triangleSums) = (start + 2 * Self.capacity, start + 3 * Self.capacity)
    let first = integers + Self.margin
    (voicedOrigins, unvoicedOrigins, origins) = (first, first + Self.capacity, first + 2 * Self.capacity)
    for bin in 0..<Self.binCount {
      let targets = max(0, bin - Self.reach)...min(Self.binCount - 1, bin + Self.reach)
      let sum = targets.reduce(0) { $0 + Self.reach + 1 - abs($1 - bin) }
      triangleSums[bin] = logarithm(Float(sum) / Float(Self.reach + 1))
    }
  }

  deinit {
    floats.deallocate()
    integers.deallocate()
  }

  /// Sets the one score of all unvoiced paths of a sound's first frame.
  func begin(_ score: Float) {
    for bin in 0..<Self.binCount {
      scores[bin] = score - triangleSums[bin]
      origins[bin] = -1
    }
  }

  /// Finds the transitions out of the previous frame: to each bin the best out of `candidates`, and the best out of an
  /// unvoiced pitch.
  ///
  /// - Parameter range: the numbers of the frame's candidates.
  func find(from candidates: [PitchCandidate], _ range: Range<Int>) {
    (voicedScores - Self.margin).update(repeating: Self.nowhere, count: Self.capacity)
    Self.triangle.withUnsafeBufferPointer { triangle in
      // The count is a constant, so there is an address.
      let triangle = triangle.baseAddress!
      for number in range { spread(candidates[number], Int32(truncatingIfNeeded: number), triangle) }
      msa_best_unvoiced(
        scores - Self.reach, origins - Self.reach, triangle, 2 * Self.reach + 1, 8 * Self.vectorCount, Self.nowhere,
        unvoicedScores, unvoicedOrigins)
    }
  }

  /// Offers the transitions out of a candidate.
  private func spread(_ candidate: PitchCandidate, _ number: Int32, _ triangle: UnsafePointer<Float>) {
    let first = candidate.bin - Self.reach
    msa_spread_candidate(
      candidate.score - triangleSums[candidate.bin], number, triangle, 48, voicedScores + first, voicedOrigins + first)
  }

  /// Makes each bin's best transition the unvoiced path of the new frame.
  ///
  /// - Parameters:
  ///   - observation: what being unvoiced adds to a score.
  ///   - stay: what staying unvoiced adds.
  ///   - change: what turning unvoiced adds.
  /// - Returns: the best of all.
  func advance(observation: Float, stay: Float, change: Float) -> (score: Float, origin: Int32) {
    var best: (score: Float, origin: Int32) = (0, -1)
    best.score = msa_advance_unvoiced(
      voicedScores, voicedOrigins, unvoicedScores, unvoicedOrigins, triangleSums, 8 * Self.vectorCount, observation,
      stay, change, Self.nowhere, scores, origins, &best.origin)
    // The last vector reaches past the bins, where nothing is better than in the last of them.
    for bin in Self.binCount..<8 * Self.vectorCount { scores[bin] = Self.nowhere }
    return best
  }

  /// Subtracts `score` from every unvoiced path.
  func subtract(_ score: Float) {
    for bin in 0..<Self.binCount { scores[bin] -= score }
  }
}
