import TensorCore

// The kernels take buffers, but tests have arrays.

extension FloatConversion {
  static func toFloat16(_ values: [Float], count: Int, into bits: inout [UInt16]) -> Int {
    values.withUnsafeBufferPointer { values in
      bits.withUnsafeMutableBytes { toFloat16(values.part(from: 0, count: count), into: $0) }
    }
  }

  static func toBFloat16(_ values: [Float], count: Int, into bits: inout [UInt16]) {
    values.withUnsafeBufferPointer { values in
      bits.withUnsafeMutableBytes { toBFloat16(values.part(from: 0, count: count), into: $0) }
    }
  }

  static func fromFloat16(_ bits: [UInt16], count: Int, into values: inout [Float]) {
    bits.withUnsafeBytes { bits in values.withUnsafeMutableBufferPointer { fromFloat16(bits, into: $0) } }
  }

  static func fromBFloat16(_ bits: [UInt16], count: Int, into values: inout [Float]) {
    bits.withUnsafeBytes { bits in values.withUnsafeMutableBufferPointer { fromBFloat16(bits, into: $0) } }
  }
}

extension RowScaling {
  static func transform<Output>(
    _ rows: [Float], rowCount: Int, center: [Float], scale: [Double], as format: FloatFormat,
    into output: inout [Output]
  ) -> ScalingCounts {
    rows.withUnsafeBufferPointer { rows in
      output.withUnsafeMutableBytes {
        transform(rows, rowCount: rowCount, center: center, scale: scale, as: format, into: $0)
      }
    }
  }
}

extension RowMean {
  mutating func mean(of matrix: [Float], rows: Range<Int>, into output: inout [Float]) {
    matrix.withUnsafeBufferPointer { matrix in
      output.withUnsafeMutableBufferPointer { mean(of: matrix, rows: rows, into: $0) }
    }
  }

  mutating func mean(of matrix: [Float], rowIndices: UnsafeBufferPointer<Int>, into output: inout [Float]) {
    matrix.withUnsafeBufferPointer { matrix in
      output.withUnsafeMutableBufferPointer { mean(of: matrix, rowIndices: rowIndices, into: $0) }
    }
  }

  mutating func add(_ matrix: [Float], rows: Range<Int>) {
    matrix.withUnsafeBufferPointer { add($0, rows: rows) }
  }

  mutating func finish(into output: inout [Float]) { output.withUnsafeMutableBufferPointer { finish(into: $0) } }
}

extension UnitHistograms {
  mutating func add(_ rows: [Float], rowCount: Int, width: Int, mask: [UInt8]?) {
    rows.withUnsafeBufferPointer { rows in
      guard let mask else { return add(rows, rowCount: rowCount, width: width, mask: nil) }
      mask.withUnsafeBufferPointer { add(rows, rowCount: rowCount, width: width, mask: $0) }
    }
  }
}

extension SignProjections {
  func bits(of vector: [Float], into words: inout [UInt64]) {
    vector.withUnsafeBufferPointer { vector in
      words.withUnsafeMutableBufferPointer { bits(of: vector, into: $0) }
    }
  }
}

extension VectorProduct {
  static func dot(_ first: [Float], _ second: [Float], count: Int) -> Float {
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { dot(first.part(from: 0, count: count), $0.part(from: 0, count: count)) }
    }
  }
}

extension Philox {
  func fill(_ words: inout [UInt32], blockCount: Int, first: Int, stream: UInt32, step: UInt64) {
    words.withUnsafeMutableBufferPointer {
      fill($0, blockCount: blockCount, first: first, stream: stream, step: step)
    }
  }
}

extension WaveMeasures {
  static func energy(_ x: [Float], count: Int) -> Float {
    x.withUnsafeBufferPointer { energy($0.part(from: 0, count: count)) }
  }

  static func crossings(_ x: [Float]) -> Int { x.withUnsafeBufferPointer { crossings($0) } }

  static func correlation(_ x: [Float], lag: Int, count: Int) -> Float {
    x.withUnsafeBufferPointer { correlation($0, lag: lag, count: count) }
  }
}

extension Logarithms {
  static func logarithms(_ x: [Float], floor: Float, factor: Float = 1, into output: inout [Float]) {
    x.withUnsafeBufferPointer { x in
      output.withUnsafeMutableBufferPointer { logarithms(x, floor: floor, factor: factor, into: $0) }
    }
  }
}

extension SpectralMeter {
  func magnitudes(_ power: [Float], into magnitude: inout [Float]) {
    power.withUnsafeBufferPointer { power in
      magnitude.withUnsafeMutableBufferPointer { magnitudes(power, into: $0) }
    }
  }

  func shape(power: [Float], magnitude: [Float], logarithm: [Float]) -> SpectralShape {
    power.withUnsafeBufferPointer { power in
      magnitude.withUnsafeBufferPointer { magnitude in
        logarithm.withUnsafeBufferPointer { shape(power: power, magnitude: magnitude, logarithm: $0) }
      }
    }
  }

  func flux(_ magnitude: [Float], _ norm: Float, before: [Float], _ normBefore: Float) -> Float {
    magnitude.withUnsafeBufferPointer { magnitude in
      before.withUnsafeBufferPointer { flux(magnitude, norm, before: $0, normBefore) }
    }
  }
}

extension LagDifferences {
  static func block(_ x: [Float], count: Int, into output: inout [Float]) {
    x.withUnsafeBufferPointer { x in
      output.withUnsafeMutableBufferPointer { block(x, count: count, into: $0) }
    }
  }

  static func addBlocks(_ blocks: [Float], count: Int, last: Int, rest: Int, to output: inout [Float]) {
    blocks.withUnsafeBufferPointer { blocks in
      output.withUnsafeMutableBufferPointer { addBlocks(blocks, count: count, last: last, rest: rest, to: $0) }
    }
  }

  static func normalise(_ difference: inout [Float], firstSample: Float, sum: inout [Float]) {
    difference.withUnsafeMutableBufferPointer { difference in
      sum.withUnsafeMutableBufferPointer { normalise(difference, firstSample: firstSample, sum: $0) }
    }
  }
}
