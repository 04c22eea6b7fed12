/// A period that a frame may have.
struct PitchCandidate {
  /// The period in samples, between whole ones.
  let period: Float
  /// Log frequency in tenths of a semitone.
  let pitch: Float
  /// The natural logarithm of the candidate's probability.
  let logProbability: Float
  /// Filled in by `PitchPath`: the best path that ends here, and where it came from in the frame before (−1: unvoiced).
  var score: Float = 0
  var before: Int32 = -1
}

/// The candidates of a frame by pYIN (Mauch and Dixon, "pYIN: A fundamental frequency estimator using probabilistic threshold
/// distributions", 2014), with the choices of librosa 0.11's `pyin`.
///
/// YIN takes the first dip of the normalised difference below a threshold. pYIN takes every threshold, with a Beta(2, 18)
/// prior, and earlier dips more often than later ones; a candidate's probability is the share of cases that choose it.
struct PitchCandidates {
  /// Periods in samples: 640 Hz down to 62.5 Hz.
  static let periods = 25...256

  /// The sum of the frame's probabilities.
  private(set) var voicing: Float = 0
  /// The whole period of the lowest dip; 0 where there is none.
  private(set) var lowestPeriod = 0

  private var dips: [Dip] = []
  /// Numbers of `dips` from the lowest on.
  private var order: [Int] = []

  private struct Dip {
    let lag: Int
    let height: Float
    var probability: Float = 0
  }

  /// Dips above this have a share of 4·10⁻⁵ of the prior together.
  private static let heightLimit: Float = 0.5
  /// Dips that take part; noise has fewer below the limit, and the ones at long periods fall out first.
  private static let dipLimit = 24
  /// librosa's `no_trough_prob`: what the lowest dip gets of the thresholds below it.
  private static let lowestShare: Float = 0.01
  /// Candidates below this cannot win a path.
  private static let probabilityLimit: Float = 1e-6
  /// e^−2: librosa's `boltzmann_parameter` is 2.
  private static let decay: Float = 0.135_335_28
  /// Tenths of a semitone in an octave.
  static let stepsPerOctave: Float = 120

  init() {
    dips.reserveCapacity(Self.dipLimit)
    order.reserveCapacity(Self.dipLimit)
  }

  /// Appends the candidates of a frame, in the order of their periods.
  ///
  /// - Parameter difference: the normalised difference at lags 1 … 256.
  mutating func find(_ difference: UnsafePointer<Float>, into candidates: inout [PitchCandidate]) {
    findDips(difference)
    voicing = 0
    lowestPeriod = 0
    guard let lowest = order.first else { return }
    lowestPeriod = dips[lowest].lag
    shareThresholds()
    for dip in dips where dip.probability > Self.probabilityLimit {
      let period = max(Float(Self.periods.lowerBound), Float(dip.lag) + Self.shift(difference, dip.lag))
      candidates.append(
        PitchCandidate(
          period: period, pitch: -Self.stepsPerOctave / 0.693_147_18 * logarithm(period),
          logProbability: logarithm(dip.probability)))
      voicing += dip.probability
    }
    voicing = min(voicing, 1)
  }

  /// The dips below the limit; where there is none, the lowest of all.
  ///
  /// librosa knows no difference at shorter periods than the shortest, and calls it a dip where the next one is higher; here
  /// that one must be a dip like any other.
  private mutating func findDips(_ difference: UnsafePointer<Float>) {
    dips.removeAll(keepingCapacity: true)
    order.removeAll(keepingCapacity: true)
    var lowest: Dip?
    for lag in Self.periods {
      let height = difference[lag - 1]
      // The longest has one neighbour only.
      guard height < difference[lag - 2], lag == Self.periods.upperBound || height <= difference[lag] else { continue }
      if height < Self.heightLimit, dips.count < Self.dipLimit {
        dips.append(Dip(lag: lag, height: height))
      } else if dips.isEmpty, height < 1, height < lowest?.height ?? 1 {
        lowest = Dip(lag: lag, height: height)
      }
    }
    if dips.isEmpty, let lowest { dips.append(lowest) }
    for number in dips.indices {
      var place = order.count
      while place > 0, dips[order[place - 1]].height > dips[number].height { place -= 1 }
      order.insert(number, at: place)
    }
  }

  /// Gives each dip its share: between the heights of one dip and the next, the thresholds choose among the dips below.
  private mutating func shareThresholds() {
    dips[order[0]].probability += Self.lowestShare * Self.prior(dips[order[0]].height)
    var below = Self.prior(dips[order[0]].height)
    for count in 1...order.count {
      let above = count < order.count ? Self.prior(dips[order[count]].height) : 1
      let mass = above - below
      below = above
      if mass <= 0 { continue }
      let limit = count < order.count ? dips[order[count]].height : .infinity
      // Ranks count along the periods; their weights fall by e² each.
      var weight = mass * (1 - Self.decay) / (1 - Self.power(Self.decay, count))
      var remaining = count
      for number in dips.indices where remaining > 0 && isAmong(number, count, limit) {
        dips[number].probability += weight
        weight *= Self.decay
        remaining -= 1
      }
    }
  }

  /// Whether a dip is one of the `count` lowest, `limit` being the height of the next.
  private func isAmong(_ number: Int, _ count: Int, _ limit: Float) -> Bool {
    let height = dips[number].height
    return height < limit || (height == limit && order[..<count].contains(number))
  }

  /// The share of thresholds below `x`: the Beta(2, 18) distribution function, 1 − (1 − x)¹⁸·(1 + 18x).
  private static func prior(_ x: Float) -> Float {
    let rest = 1 - max(0, min(1, x))
    let second = rest * rest
    let fourth = second * second
    let sixteenth = fourth * fourth * fourth * fourth
    return 1 - sixteenth * second * (1 + 18 * (1 - rest))
  }

  private static func power(_ base: Float, _ exponent: Int) -> Float {
    var result: Float = 1
    for _ in 0..<exponent { result *= base }
    return result
  }

  /// Where the parabola through a dip and its neighbours is lowest, −1 … 1 from the dip; 0 at the longest period.
  private static func shift(_ difference: UnsafePointer<Float>, _ lag: Int) -> Float {
    if lag == periods.upperBound { return 0 }
    let (left, middle, right) = (difference[lag - 2], difference[lag - 1], difference[lag])
    let curvature = left + right - 2 * middle
    let slope = (right - left) / 2
    return abs(slope) >= abs(curvature) ? 0 : -slope / curvature
  }
}
