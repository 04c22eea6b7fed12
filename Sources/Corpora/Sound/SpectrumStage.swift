import Files
import TensorCore

/// The features that come from spectra: MFCC and deltas, chroma, and the spectrum's shape.
final class SpectrumStage {
  private static let transformLength = 512
  private static let windowLength = 400
  private static let bandCount = 40
  private static let coefficientCount = 25
  private static let chromaCount = 12
  /// Frames that are transformed together: enough for the products, few enough for the second-level cache.
  private static let blockRowCount = 64
  /// The floats of a spectrum, padded to keep rows apart.
  private static let stride = 264
  /// 10 / ln 10: natural logarithms to decibels.
  private static let decibels: Float = 4.342_944_8
  /// librosa's `top_db`.
  private static let dynamicRange: Float = 80

  private let transform: FourierProduct
  private let meter: SpectralMeter
  private let melTable: [Float]
  private let chromaTable: [Float]
  private let cosineTable: [Float]

  private let scratch: FloatBuffer
  private let powers = FloatBuffer(capacity: blockRowCount * stride)
  private let logs = FloatBuffer(capacity: stride)
  /// Magnitudes of this frame and the one before.
  private let magnitudes = FloatBuffer(capacity: 2 * stride)
  private let bands = FloatBuffer()

  init() {
    let rate = Double(AudioFeatures.sampleRate)
    // Hann's window of even length: its middle is at sample 200 and its first weight is 0.
    let half = Self.windowLength / 2
    transform = FourierProduct(
      length: Self.transformLength,
      halfWindow: (0..<half).map { 0.5 + 0.5 * cosine(Double($0) / Double(half) * .pi) })
    meter = SpectralMeter(binCount: transform.binCount, binWidth: rate / Double(Self.transformLength))
    melTable = SpectrumTables.mel(
      sampleRate: rate, transformLength: Self.transformLength, bandCount: Self.bandCount)
    chromaTable = SpectrumTables.chroma(sampleRate: rate, transformLength: Self.transformLength)
    cosineTable = SpectrumTables.cosineTransform(
      bandCount: Self.bandCount, coefficientCount: Self.coefficientCount)
    scratch = FloatBuffer(capacity: Self.blockRowCount * transform.scratchPerFrame)
  }

  /// Fills the columns of a sound that starts at `sound`; `rows` is [frames, 74].
  func run(_ sound: PaddedSound, into rows: Matrix) {
    bands.reserve(rows.rows * Self.bandCount)
    var inverseNorm: Float = 0
    for first in Swift.stride(from: 0, to: rows.rows, by: Self.blockRowCount) {
      let block = first..<min(first + Self.blockRowCount, rows.rows)
      let power = Matrix(powers.values, rows: block.count, columns: transform.binCount, stride: Self.stride)
      transform.power(
        of: sound.samples, centre: sound.start + first * AudioFeatures.hop, hop: AudioFeatures.hop,
        scratch: scratch.values, into: power)
      multiply(
        power, melTable, into: Matrix(bands.values, rows: rows.rows, columns: Self.bandCount).rows(block))
      let chroma = rows.rows(block).columns(AudioFeatures.Column.chroma..<AudioFeatures.Column.f0)
      multiply(power, chromaTable, into: chroma)
      for row in 0..<block.count {
        normalise(chroma.row(row))
        inverseNorm = shape(
          UnsafeBufferPointer(power.vector(row)), isFirst: first + row == 0, inverseNorm, into: rows.row(first + row))
      }
    }
    cepstra(into: rows)
    deltas(in: rows)
  }

  /// `output = x · table`; the table is [x.columns, output.columns].
  private func multiply(_ x: Matrix, _ table: [Float], into output: Matrix) {
    table.withUnsafeBufferPointer { table in
      // Products only reads its second factor.
      let w = Matrix(Vector(mutating: table), rows: x.columns, columns: output.columns)
      Products.multiply(x, w, into: output)
    }
  }

  /// Divides by the largest of the twelve, like `librosa.util.normalize(norm=inf)`.
  private func normalise(_ chroma: UnsafeMutablePointer<Float>) {
    var largest: Float = 0
    for index in 0..<Self.chromaCount { largest = max(largest, chroma[index]) }
    if largest < .leastNormalMagnitude { largest = 1 }
    for index in 0..<Self.chromaCount { chroma[index] /= largest }
  }

  /// Writes the shape of a frame's spectrum; returns the factor that makes its magnitudes a unit vector.
  private func shape(
    _ power: UnsafeBufferPointer<Float>, isFirst: Bool, _ inverseNormBefore: Float,
    into row: UnsafeMutablePointer<Float>
  ) -> Float {
    let room = magnitudes.values.part(from: 0, count: Self.stride)
    let before = magnitudes.values.part(from: Self.stride, count: Self.stride)
    meter.magnitudes(power, into: room)
    let magnitude = UnsafeBufferPointer(room)
    Logarithms.logarithms(power, floor: SpectralShape.powerFloor, into: logs.values)
    let shape = meter.shape(power: power, magnitude: magnitude, logarithm: UnsafeBufferPointer(logs.values))
    let output = row + AudioFeatures.Column.shape
    output[0] = shape.centroid
    output[1] = shape.bandwidth
    output[2] = shape.rollOff
    output[3] = shape.flatness
    output[4] =
      isFirst ? 0 : meter.flux(magnitude, shape.inverseNorm, before: UnsafeBufferPointer(before), inverseNormBefore)
    output[5] = shape.slope
    output[6] = shape.entropy
    magnitudes.base.advanced(by: Self.stride).update(from: magnitudes.base, count: transform.binCount)
    return shape.inverseNorm
  }

  /// Mel bands to decibels, cut off below the loudest, to cepstra.
  private func cepstra(into rows: Matrix) {
    let count = rows.rows * Self.bandCount
    let decibels = bands.values.part(from: 0, count: count)
    Logarithms.logarithms(
      UnsafeBufferPointer(decibels), floor: SpectralShape.powerFloor, factor: Self.decibels, into: decibels)
    var loudest = bands.base[0]
    for index in 0..<count { loudest = max(loudest, bands.base[index]) }
    for index in 0..<count { bands.base[index] = max(bands.base[index], loudest - Self.dynamicRange) }
    multiply(
      Matrix(bands.values, rows: rows.rows, columns: Self.bandCount), cosineTable,
      into: rows.columns(AudioFeatures.Column.mfcc..<AudioFeatures.Column.mfcc + Self.coefficientCount))
  }

  /// Slopes of the cepstra by least squares over nine frames (`scipy.signal.savgol_filter` of order 1, mode "interp":
  /// near an edge, the line through the nine frames there); over all frames if there are fewer.
  private func deltas(in rows: Matrix) {
    let length = min(9, rows.rows)
    let middle = Float(length - 1) / 2
    var squares: Float = 0
    for index in 0..<length { squares += (Float(index) - middle) * (Float(index) - middle) }
    for row in 0..<rows.rows {
      let start = max(0, min(row - length / 2, rows.rows - length))
      let output = rows.row(row) + AudioFeatures.Column.delta
      output.update(repeating: 0, count: Self.coefficientCount)
      if length < 2 { continue }
      for index in 0..<length {
        let weight = (Float(index) - middle) / squares
        let cepstrum = rows.row(start + index)
        for column in 0..<Self.coefficientCount { output[column] += weight * cepstrum[column] }
      }
    }
  }
}
