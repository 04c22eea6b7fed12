import Files
import TensorCore
import Workers

/// Columns of numbers, each with mean 0 and length 1, so that their products are correlations.
///
/// [samples, columns], row-major, float32; means and lengths are computed in float64. A constant column is 0
/// throughout.
struct UnitColumns: Sendable {
  let sampleCount: Int
  let columnCount: Int
  private let cells: FixedFloats

  /// The number of columns in one product; fixed, so that results do not depend on the number of threads.
  private static let columnsPerProduct = 256

  /// - Parameters:
  ///   - samples: the indices of the samples that count.
  ///   - columnCount: the number of columns.
  ///   - value: returns the value of a sample in a column; NaN counts as the mean.
  init(
    samples: [Int], columnCount: Int, threads: Int, value: @escaping @Sendable (_ sample: Int, _ column: Int) -> Float
  ) throws {
    sampleCount = samples.count
    self.columnCount = columnCount
    let blocks = (columnCount + Self.columnsPerProduct - 1) / Self.columnsPerProduct
    cells = try FixedFloats(count: samples.count * columnCount) { cells in
      // Each block writes to its own columns.
      nonisolated(unsafe) let cells = cells
      try OrderedWorkers(threadCount: threads).forEach(count: blocks) { block in
        let range = Self.range(block, columnCount)
        for (row, sample) in samples.enumerated() {
          for column in range { cells[row * columnCount + column] = value(sample, column) }
        }
        for column in range { Self.normalize(cells, column, count: samples.count, stride: columnCount) }
      } consume: { _, _ in
      }
    }
  }

  private init(sampleCount: Int, columnCount: Int, cells: FixedFloats) {
    (self.sampleCount, self.columnCount, self.cells) = (sampleCount, columnCount, cells)
  }

  /// The same columns with cells beyond a few deviations drawn in, so that no outlier stands for all samples.
  func drawnIn() -> UnitColumns {
    // Columns have the length 1.
    let most = Self.mostDeviations / Float(max(1, sampleCount)).squareRoot()
    let drawn = FixedFloats(count: sampleCount * columnCount) { drawn in
      for place in drawn.indices { drawn[place] = max(-most, min(most, cells.values[place])) }
    }
    return UnitColumns(sampleCount: sampleCount, columnCount: columnCount, cells: drawn)
  }

  /// Returns the products of all columns with each other: [columns, columns], row-major, of which only the diagonal and what
  /// stands right of it means anything.
  func correlations(threads: Int) throws -> [Float] { try products(of: cells, threads: threads) }

  /// Sums of the products of two columns and a weight a sample: [columns, columns], row-major, of which only what stands right of
  /// the diagonal means anything. Weights are moved to the mean 0.
  func products(weightedBy weights: [Double], threads: Int) throws -> [Float] {
    let count = columnCount
    let mean = weights.reduce(0, +) / Double(max(1, weights.count))
    let weighted = FixedFloats(count: sampleCount * count) { weighted in
      for row in 0..<sampleCount {
        let weight = Float(weights[row] - mean)
        for place in row * count..<(row + 1) * count { weighted[place] = cells.values[place] * weight }
      }
    }
    return try products(of: weighted, threads: threads)
  }

  /// Returns the products of some columns with these; the part right of the diagonal.
  private func products(of first: FixedFloats, threads: Int) throws -> [Float] {
    let (cells, count, rows) = (cells, columnCount, sampleCount)
    let blocks = (count + Self.columnsPerProduct - 1) / Self.columnsPerProduct
    return try [Float](unsafeUninitializedCapacity: count * count) { output, initializedCount in
      output.initialize(repeating: 0)
      // Each block writes to its own rows.
      nonisolated(unsafe) let output = output
      try OrderedWorkers(threadCount: threads).forEach(count: blocks) { block in
        let range = Self.range(block, count)
        // A product only reads its factors.
        let first = Matrix(UnsafeMutableBufferPointer(mutating: first.values), rows: rows, columns: count)
        let second = Matrix(UnsafeMutableBufferPointer(mutating: cells.values), rows: rows, columns: count)
        let result = Matrix(output, rows: count, columns: count)
        let right = range.lowerBound..<count
        Products.transposedMultiply(
          first.columns(range), second.columns(right), into: result.rows(range).columns(right))
      } consume: { _, _ in
      }
      initializedCount = count * count
    }
  }

  /// Returns the products of all samples with each other: [samples, samples], row-major.
  func sampleProducts(threads: Int) throws -> FixedFloats {
    let (cells, count, rows) = (cells, columnCount, sampleCount)
    let blocks = (rows + Self.columnsPerProduct - 1) / Self.columnsPerProduct
    return try FixedFloats(count: rows * rows) { output in
      // Each block writes to its own rows.
      nonisolated(unsafe) let output = output
      try OrderedWorkers(threadCount: threads).forEach(count: blocks) { block in
        // A product only reads its factors.
        let all = Matrix(UnsafeMutableBufferPointer(mutating: cells.values), rows: rows, columns: count)
        let range = Self.range(block, rows)
        Products.multiplyTransposed(
          all.rows(range), all, into: Matrix(output, rows: rows, columns: rows).rows(range))
      } consume: { _, _ in
      }
    }
  }

  /// Returns the column whose product with a target is largest, whatever its sign.
  ///
  /// - Parameters:
  ///   - target: one value per sample.
  ///   - others: columns that are left out.
  /// - Returns: nil where all products are 0.
  func best(for target: [Double], without others: [Int]) -> Int? {
    var sums = [Double](repeating: 0, count: columnCount)
    sums.withUnsafeMutableBufferPointer { sums in
      for (row, factor) in target.enumerated() where factor != 0 {
        let cells = cells.values.part(from: row * columnCount, count: columnCount)
        for column in sums.indices { sums[column] += factor * Double(cells[column]) }
      }
    }
    for other in others { sums[other] = 0 }
    guard let best = sums.indices.max(by: { abs(sums[$0]) < abs(sums[$1]) }), sums[best] != 0 else { return nil }
    return best
  }

  /// Returns a column, one value per sample.
  func column(_ column: Int) -> [Double] { (0..<sampleCount).map { Double(cells.values[$0 * columnCount + column]) } }

  private static let mostDeviations: Float = 4

  /// The product of one column with others, for more columns than all products have room for.
  func products(withColumn column: Int, of columns: Range<Int>) -> [Float] {
    var sums = [Double](repeating: 0, count: columns.count)
    for row in 0..<sampleCount {
      let cells = cells.values.part(from: row * columnCount, count: columnCount)
      let factor = Double(cells[column])
      for (place, other) in columns.enumerated() { sums[place] += factor * Double(cells[other]) }
    }
    return sums.map { Float($0) }
  }

  private static func range(_ block: Int, _ count: Int) -> Range<Int> {
    block * columnsPerProduct..<min((block + 1) * columnsPerProduct, count)
  }

  private static func normalize(_ cells: Vector, _ column: Int, count: Int, stride: Int) {
    guard let first = cells.baseAddress, count > 0 else { return }
    let column = first + column
    var (sum, valid) = (0.0, 0)
    for row in 0..<count where !column[row * stride].isNaN {
      sum += Double(column[row * stride])
      valid += 1
    }
    let mean = valid == 0 ? 0 : sum / Double(valid)
    var squares = 0.0
    var largest = 0.0
    for row in 0..<count where !column[row * stride].isNaN {
      let deviation = Double(column[row * stride]) - mean
      squares += deviation * deviation
      largest = max(largest, abs(deviation))
    }
    // Rounding of the mean leaves a constant column with a tiny length.
    let isConstant = largest <= abs(mean) * 0x1p-22
    let factor = isConstant ? 0 : 1 / squares.squareRoot()
    for row in 0..<count {
      let cell = column[row * stride]
      column[row * stride] = cell.isNaN ? 0 : Float((Double(cell) - mean) * factor)
    }
  }
}
