import Leaks
import Samples
import Workers

/// Sums, squares and extremes of a modality's cells per column, and products of some columns with each other, per split.
struct SplitMoments: Sendable {
  /// The moments of some rows, without non-finite cells.
  struct Moments: Sendable {
    var count: [Int]
    var nonzero: [Int]
    var sum: [Double]
    var magnitude: [Double]
    var squares: [Double]
    var least: [Float]
    var greatest: [Float]
    /// The numbers of cells that equal the least, and the greatest.
    var leastCount: [Int]
    var greatestCount: [Int]
    /// The number of rows in which every chosen column is finite, their sums, and the sums of products, [chosen, chosen].
    var rowCount = 0
    var chosenSum: [Double]
    var products: [Double]

    fileprivate init(width: Int, chosen: Int) {
      count = Array(repeating: 0, count: width)
      (nonzero, leastCount, greatestCount) = (count, count, count)
      sum = Array(repeating: 0, count: width)
      (magnitude, squares) = (sum, sum)
      least = Array(repeating: .infinity, count: width)
      greatest = Array(repeating: -.infinity, count: width)
      chosenSum = Array(repeating: 0, count: chosen)
      products = Array(repeating: 0, count: chosen * chosen)
    }
  }

  /// The columns whose products are taken, evenly spaced.
  let chosen: [Int]
  /// The moments of each split that has samples.
  let bySplit: [Split: Moments]

  /// Pairs of this many columns suffice to distinguish columns that were made uncorrelated from those that are so by chance.
  private static let mostChosen = 24
  private static let samplesPerTask = 256

  /// Reads every row of a modality.
  ///
  /// - Parameters:
  ///   - countsMissingRows: whether rows without a frame count.
  ///   - needsColumns: whether the sums of every column are needed, or only products.
  init(
    of dataset: AuditedDataset, _ modality: Modality, countsMissingRows: Bool, needsColumns: Bool, threads: Int
  ) throws {
    let width = dataset.widths[modality] ?? 0
    let chosenCount = min(width, Self.mostChosen)
    let chosen = (0..<chosenCount).map { $0 * width / chosenCount }
    let summedWidth = needsColumns ? width : 0
    let tasks = (dataset.samples.count + Self.samplesPerTask - 1) / Self.samplesPerTask
    var bySplit: [Split: Moments] = [:]
    // Sums are merged in the order of the samples, so that no bit depends on the number of threads.
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task in
      let start = task * Self.samplesPerTask
      var own: [Split: Moments] = [:]
      for sample in start..<min(start + Self.samplesPerTask, dataset.samples.count) {
        try dataset.withRows(of: sample, modality) { values, mask in
          own[dataset.samples[sample].split, default: Moments(width: summedWidth, chosen: chosenCount)].add(
            values, mask, width: width, chosen: chosen, countsMissingRows: countsMissingRows)
        }
      }
      return own
    } consume: { _, own in
      for (split, moments) in own where bySplit[split]?.merge(moments) == nil { bySplit[split] = moments }
    }
    self.chosen = chosen
    self.bySplit = bySplit
  }

  /// Adds samples one after the other, and lends the moments of all so far until told to stop.
  ///
  /// - Parameter isEnough: tells whether to stop.
  /// - Throws: errors from reading rows.
  static func accumulate(
    _ samples: [Int], of dataset: AuditedDataset, _ modality: Modality, countsMissingRows: Bool,
    until isEnough: (Moments) -> Bool
  ) throws {
    let width = dataset.widths[modality] ?? 0
    let chosenCount = min(width, mostChosen)
    let chosen = (0..<chosenCount).map { $0 * width / chosenCount }
    var moments = Moments(width: width, chosen: chosenCount)
    for sample in samples {
      try dataset.withRows(of: sample, modality) { values, mask in
        moments.add(values, mask, width: width, chosen: chosen, countsMissingRows: countsMissingRows)
      }
      if isEnough(moments) { return }
    }
  }

  /// Returns the moments of several splits together; nil if one of them has no samples.
  func moments(of union: SplitUnion) -> Moments? {
    let parts = union.splits.compactMap { bySplit[$0] }
    guard parts.count == union.splits.count, var total = parts.first else { return nil }
    for part in parts.dropFirst() { total.merge(part) }
    return total
  }
}

extension SplitMoments.Moments {
  fileprivate mutating func add(
    _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>, width: Int, chosen: [Int],
    countsMissingRows: Bool
  ) {
    for row in mask.indices where countsMissingRows || mask[row] != 0 {
      let cells = UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width])
      if !sum.isEmpty { addColumns(cells) }
      addProducts(cells, chosen)
    }
  }

  private mutating func addColumns(_ cells: UnsafeBufferPointer<Float>) {
    for column in cells.indices {
      let cell = cells[column]
      if !cell.isFinite { continue }
      let value = Double(cell)
      count[column] += 1
      if cell != 0 { nonzero[column] += 1 }
      sum[column] += value
      magnitude[column] += abs(value)
      squares[column] += value * value
      if cell <= least[column] {
        leastCount[column] = cell == least[column] ? leastCount[column] + 1 : 1
        least[column] = cell
      }
      if cell >= greatest[column] {
        greatestCount[column] = cell == greatest[column] ? greatestCount[column] + 1 : 1
        greatest[column] = cell
      }
    }
  }

  private mutating func addProducts(_ cells: UnsafeBufferPointer<Float>, _ chosen: [Int]) {
    let width = chosen.count
    if !chosen.allSatisfy({ cells[$0].isFinite }) { return }
    rowCount += 1
    withUnsafeTemporaryAllocation(of: Double.self, capacity: width) { row in
      for place in 0..<width { row[place] = Double(cells[chosen[place]]) }
      chosenSum.withUnsafeMutableBufferPointer { sums in
        for place in 0..<width { sums[place] += row[place] }
      }
      products.withUnsafeMutableBufferPointer { products in
        for place in 0..<width {
          let value = row[place]
          for other in 0...place { products[place * width + other] += value * row[other] }
        }
      }
    }
  }

  mutating func merge(_ other: Self) {
    for column in sum.indices {
      count[column] += other.count[column]
      nonzero[column] += other.nonzero[column]
      sum[column] += other.sum[column]
      magnitude[column] += other.magnitude[column]
      squares[column] += other.squares[column]
      (least[column], leastCount[column]) = Self.end(
        (least[column], leastCount[column]), (other.least[column], other.leastCount[column]), by: <)
      (greatest[column], greatestCount[column]) = Self.end(
        (greatest[column], greatestCount[column]), (other.greatest[column], other.greatestCount[column]), by: >)
    }
    rowCount += other.rowCount
    for place in chosenSum.indices { chosenSum[place] += other.chosenSum[place] }
    for place in products.indices { products[place] += other.products[place] }
  }

  private static func end(
    _ one: (Float, Int), _ other: (Float, Int), by isFurther: (Float, Float) -> Bool
  ) -> (Float, Int) {
    if one.0 == other.0 { return (one.0, one.1 + other.1) }
    return isFurther(one.0, other.0) ? one : other
  }

  /// Returns the root mean square of r · √rows over the pairs of chosen columns: 1 for independent columns and rows, 0 for
  /// columns that were made uncorrelated over these rows. nil if there are too few pairs or rows.
  func correlation() -> Double? {
    let (count, width) = (Double(rowCount), chosenSum.count)
    let used = min(width, rowCount / SplitMoments.rowsPerColumn)
    let places = (0..<used).map { $0 * width / used }
    func covariance(_ one: Int, _ other: Int) -> Double {
      products[one * width + other] / count - chosenSum[one] / count * chosenSum[other] / count
    }
    let deviations = places.map { place -> Double in
      let variance = covariance(place, place)
      let square = products[place * width + place] / count
      // The variance of a constant column is rounding.
      return variance > 1e-9 * square ? variance.squareRoot() : 0
    }
    var (sum, pairs) = (0.0, 0)
    for one in places.indices where deviations[one] > 0 {
      for other in 0..<one where deviations[other] > 0 {
        let r = covariance(places[one], places[other]) / (deviations[one] * deviations[other])
        sum += r * r * count
        pairs += 1
      }
    }
    return pairs < SplitMoments.fewestPairs ? nil : (sum / Double(pairs)).squareRoot()
  }
}

extension SplitMoments {
  /// With fewer rows, correlations are large even in rows of noise.
  fileprivate static let rowsPerColumn = 4
  /// The probability that this many correlations are all a tenth of what chance gives is below 10⁻⁹.
  fileprivate static let fewestPairs = 10
}
