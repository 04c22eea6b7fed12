/// A candidate pitch of a frame.
struct PitchCandidate {
  /// The pitch in tenths of a semitone above 62.5 Hz, 0 … 402.
  let bin: Int
  /// The nearest whole period in samples.
  let period: Int
  /// The natural logarithm of the candidate's probability.
  let logProbability: Float
  /// Filled in by `PitchPath`: the number of the candidate's frame, the best path that ends here, and the candidate that this
  /// path went through last (−1: none); the frames between the two are unvoiced.
  var frame = 0
  var score: Float = 0
  var before: Int32 = -1
}

/// The candidates of a frame by pYIN (Mauch and Dixon, "pYIN: A fundamental frequency estimator using probabilistic threshold
/// distributions", 2014), as librosa 0.11's `pyin` finds them.
///
/// YIN takes the first dip of the normalised difference below a threshold. pYIN takes a hundred thresholds, with a Beta(2, 18)
/// prior, and earlier dips more often than later ones; a candidate's probability is the share of cases that choose it.
struct PitchCandidates {
  /// Periods in samples: 640 Hz down to 62.5 Hz.
  static let periods = 25...256
  /// Tenths of a semitone from 62.5 to below 640 Hz. A pitch rounded to 640 Hz itself has no bin and is lost, in
  /// librosa too.
  static let binCount = 403
  /// Tenths of a semitone in an octave.
  static let binsPerOctave = 120

  /// The sum of the frame's probabilities.
  private(set) var voicing = 0.0
  /// The whole period of the lowest dip, not counting a fall at the shortest period; 0 where there is none below 1.
  private(set) var lowestPeriod = 0

  /// In the order of their periods. No two are neighbours, so there are no more than 116.
  private var dips: [Dip] = []
  /// For each number of thresholds that a dip is not below, such dips as bits: the first 64 and the others.
  private var members = [Bits](repeating: Bits(), count: thresholdCount + 1)

  private struct Dip {
    let lag: Int
    var probability = 0.0
  }

  private struct Bits {
    var (low, high): (UInt64, UInt64) = (0, 0)
    var count: Int { low.nonzeroBitCount + high.nonzeroBitCount }

    mutating func insert(_ number: Int) {
      if number < 64 { low |= 1 << UInt64(number) } else { high |= 1 << UInt64(number - 64) }
    }

    mutating func formUnion(_ other: Bits) {
      low |= other.low
      high |= other.high
    }

    mutating func popFirst() -> Int {
      if low != 0 {
        defer { low &= low - 1 }
        return low.trailingZeroBitCount
      }
      defer { high &= high &- 1 }
      return 64 + high.trailingZeroBitCount
    }
  }

  /// librosa's `n_thresholds`: 0.01, 0.02 … 1.
  private static let thresholdCount = 100
  /// The share of thresholds up to each: the Beta(2, 18) distribution function, 1 − (1 − x)¹⁸·(1 + 18x).
  private static let prior = (0...thresholdCount).map { number in
    let x = Double(number) / Double(thresholdCount)
    return 1 - (0..<18).reduce(1) { product, _ in product * (1 - x) } * (1 + 18 * x)
  }
  /// librosa's `no_trough_prob`: the share that the lowest dip gets of the thresholds that no dip is below.
  private static let lowestShare = 0.01
  /// e^−2: librosa's `boltzmann_parameter` is 2. A threshold's weight falls by this factor from dip to dip.
  private static let decay = 0.135_335_283_236_612_7
  /// The most dips that share a threshold; the next one would get e^−36, less than the others' rounding errors.
  private static let sharerLimit = 18
  /// The weight of the first of that many dips: 1 / Σ decayᵏ.
  private static let firstWeights = (0...sharerLimit).map { count in
    1 / (0..<max(count, 1)).reduce(0) { sum, _ in 1 + decay * sum }
  }

  init() { dips.reserveCapacity(Self.periods.count / 2 + 1) }

  /// Appends the candidates of a frame, in the order of their periods.
  ///
  /// - Parameter difference: the normalised difference at lags 1 … 256.
  mutating func find(_ difference: UnsafePointer<Float>, into candidates: inout [PitchCandidate]) {
    let start = candidates.count
    findDips(difference)
    voicing = 0
    var last = 0.0
    for dip in dips where dip.probability > 0 {
      let period = Float(dip.lag) + Self.shift(difference, dip.lag)
      let octaves = logarithm(Float(Self.periods.upperBound) / period) / 0.693_147_18
      let bin = max(0, Int((Float(Self.binsPerOctave) * octaves).rounded(.toNearestOrEven)))
      if bin >= Self.binCount { continue }
      // librosa keeps the later of two in one bin.
      if candidates.count > start, candidates[candidates.count - 1].bin == bin {
        candidates.removeLast()
        voicing -= last
      }
      candidates.append(
        PitchCandidate(bin: bin, period: Int(period.rounded()), logProbability: logarithm(Float(dip.probability))))
      voicing += dip.probability
      last = dip.probability
    }
    voicing = max(0, min(1, voicing))
  }

  /// Finds the dips and gives each its share of the thresholds.
  private mutating func findDips(_ difference: UnsafePointer<Float>) {
    dips.removeAll(keepingCapacity: true)
    lowestPeriod = 0
    var (lowest, lowestHeight): (Int, Float) = (-1, .infinity)
    var periodHeight: Float = 1
    var first = Self.thresholdCount
    for lag in Self.periods {
      let height = difference[lag - 1]
      let falls = height < difference[lag - 2]
      // librosa sees no shorter or longer period: at the shortest a rise counts as a dip, at the longest a fall.
      let isDip =
        switch lag {
        case Self.periods.lowerBound: height < difference[lag]
        case Self.periods.upperBound: falls
        default: falls && height <= difference[lag]
        }
      if !isDip { continue }
      if height < lowestHeight { (lowest, lowestHeight) = (dips.count, height) }
      if height < periodHeight, falls { (lowestPeriod, periodHeight) = (lag, height) }
      // In float32 the product would round up to thresholds that the dip is below.
      let above = Int(Double(min(1, height)) * Double(Self.thresholdCount))
      members[above].insert(dips.count)
      first = min(first, above)
      dips.append(Dip(lag: lag))
    }
    if lowest >= 0 { dips[lowest].probability = Self.lowestShare * Self.prior[first] }
    shareThresholds(from: first)
  }

  /// Between the heights of one dip and the next, the thresholds choose among the same dips.
  private mutating func shareThresholds(from first: Int) {
    var below = Bits()
    var level = first
    while level < Self.thresholdCount {
      below.formUnion(members[level])
      members[level] = Bits()
      var next = level + 1
      while next < Self.thresholdCount, members[next].count == 0 { next += 1 }
      let sharerCount = min(below.count, Self.sharerLimit)
      var weight = (Self.prior[next] - Self.prior[level]) * Self.firstWeights[sharerCount]
      var remaining = below
      for _ in 0..<sharerCount {
        dips[remaining.popFirst()].probability += weight
        weight *= Self.decay
      }
      level = next
    }
    members[Self.thresholdCount] = Bits()
  }

  /// Where the parabola through a dip and its neighbours is lowest, −1 … 1 from the dip; 0 at the shortest and longest period.
  private static func shift(_ difference: UnsafePointer<Float>, _ lag: Int) -> Float {
    if lag == periods.lowerBound || lag == periods.upperBound { return 0 }
    let (left, middle, right) = (difference[lag - 2], difference[lag - 1], difference[lag])
    let curvature = left + right - 2 * middle
    let slope = (right - left) / 2
    return abs(slope) >= abs(curvature) ? 0 : -slope / curvature
  }
}
