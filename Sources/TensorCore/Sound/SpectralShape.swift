import CTensorCore

/// Summary features of the shape of a power spectrum. The first four are librosa 0.11's `spectral_centroid`,
/// `_bandwidth`, `_rolloff` (of magnitudes) and `_flatness` (of powers).
public struct SpectralShape: Sendable {
  /// Σ f·S / ΣS over the magnitudes S, in Hz; 0 for silence.
  public var centroid: Float = 0
  /// √(Σ (f − centroid)²·S / ΣS), in Hz; 0 for silence.
  public var bandwidth: Float = 0
  /// The lowest frequency up to which 85 % of the magnitudes' sum lies, in Hz; 0 for silence.
  public var rollOff: Float = 0
  /// The geometric mean of the powers over their arithmetic mean, 0 … 1; powers below 1e-10 count as 1e-10, so 1 for silence.
  public var flatness: Float = 0
  /// The slope of the straight line through the powers in decibels by least squares, in dB a kHz; powers below 1e-10 count as
  /// 1e-10, so 0 for silence.
  public var slope: Float = 0
  /// −Σ p·ln p / ln(bins) of the powers' shares p, 0 … 1; powers below 1e-10 count as 1e-10, so 1 for silence.
  public var entropy: Float = 0
  /// 1 / √ΣS², to make the spectrum a unit vector; 0 for silence.
  public var inverseNorm: Float = 0

  /// The smallest power that counts: librosa's `amin`.
  public static let powerFloor: Float = 1e-10
}

/// Measures spectra of one bin count and bin width; `binCount` is 8·n + 1.
public struct SpectralMeter: Sendable {
  private let binCount: Int
  private let binWidth: Float
  private let frequencies: [Float]
  /// Frequencies in kHz less their mean, over the sum of their squares, times 10 / ln 10.
  private let slopeWeights: [Float]

  /// - Parameter binWidth: from bin to bin, in Hz.
  public init(binCount: Int, binWidth: Double) {
    require(binCount % 8 == 1, "bins fill the lanes, and one more")
    self.binCount = binCount
    self.binWidth = Float(binWidth)
    frequencies = (0..<binCount).map { Float(Double($0) * binWidth) }
    let middle = Double(binCount - 1) / 2
    let centred = (0..<binCount).map { (Double($0) - middle) * binWidth / 1000 }
    let squares = centred.reduce(0) { $0 + $1 * $1 }
    slopeWeights = centred.map { Float($0 / squares * 10 / logarithm(10.0)) }
  }

  /// Square roots of powers.
  public func magnitudes(_ power: UnsafeBufferPointer<Float>, into magnitude: Vector) {
    require(power.count >= binCount && magnitude.count >= binCount, "a power and a magnitude a bin")
    msa_square_roots(power.start, binCount, magnitude.start)
  }

  /// The shape of a spectrum; all three are [binCount].
  ///
  /// - Parameter logarithm: of each power, or of 1e-10 if that is more (`Logarithms`).
  public func shape(
    power: UnsafeBufferPointer<Float>, magnitude: UnsafeBufferPointer<Float>, logarithm: UnsafeBufferPointer<Float>
  ) -> SpectralShape {
    require(
      power.count >= binCount && magnitude.count >= binCount && logarithm.count >= binCount, "three numbers a bin")
    let (power, magnitude, logarithm) = (power.start, magnitude.start, logarithm.start)
    var shape = SpectralShape()
    let sums = msa_sum_bins(
      power, magnitude, logarithm, frequencies, slopeWeights, binCount, SpectralShape.powerFloor)
    let count = Float(binCount)
    shape.flatness = min(1, exponential(sums.logarithm / count) / (sums.power / count))
    shape.entropy = min(1, max(0, (logarithmOf(sums.power) - sums.powerLogarithm / sums.power) / logarithmOf(count)))
    shape.slope = sums.slope
    if sums.square > 0 { shape.inverseNorm = 1 / sums.square.squareRoot() }
    if sums.magnitude > 0 {
      shape.centroid = sums.moment / sums.magnitude
      shape.bandwidth = (msa_squared_deviation(magnitude, frequencies, binCount, shape.centroid) / sums.magnitude)
        .squareRoot()
      shape.rollOff = Float(msa_roll_off(magnitude, binCount, 0.85 * sums.magnitude)) * binWidth
    }
    return shape
  }

  /// The distance between two spectra as unit vectors, 0 … √2; a silent one is the zero vector.
  public func flux(
    _ magnitude: UnsafeBufferPointer<Float>, _ inverseNorm: Float, before: UnsafeBufferPointer<Float>,
    _ inverseNormBefore: Float
  ) -> Float {
    require(magnitude.count >= binCount && before.count >= binCount, "two magnitudes a bin")
    return msa_squared_flux(magnitude.start, inverseNorm, before.start, inverseNormBefore, binCount).squareRoot()
  }

  private func logarithmOf(_ x: Float) -> Float { TensorCore.logarithm(x) }
}
