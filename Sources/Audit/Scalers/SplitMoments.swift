import Leaks
import Samples
import Workers

/// Sums, squares and ends of a modality's cells by column, and products of some columns with each other, one set a split.
struct SplitMoments: Sendable {
  /// What the cells of some rows come to; cells that are no number do not count.
  struct Moments: Sendable {
    var count: [Int]
    var nonzero: [Int]
    var sum: [Double]
    var magnitude: [Double]
    var squares: [Double]
    var least: [Float]
    var greatest: [Float]
    /// How many cells are the least, and the greatest.
    var leastCount: [Int]
    var greatestCount: [Int]
    /// Rows in which every chosen column is a number, their sums, and the sums of the products of two, [chosen, chosen].
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

  /// Columns whose products are taken, evenly spread.
  let chosen: [Int]
  /// By split; only splits with samples.
  let bySplit: [Split: Moments]

  /// Pairs of so many columns are plenty to tell what is uncorrelated by construction from what is so by chance.
  private static let mostChosen = 24
  private static let samplesPerTask = 256

  /// Looks at every row of a modality.
  ///
  /// - Parameters:
  ///   - countsMissingRows: whether rows without a frame take part.
  ///   - needsColumns: whether every column's sums are wanted, or products alone.
  init(
    of dataset: AuditedDataset, _ modality: Modality, countsMissingRows: Bool, needsColumns: Bool, threads: Int
  ) throws {
    let width = dataset.widths[modality] ?? 0
    let chosenCount = min(width, Self.mostChosen)
    let chosen = (0..<chosenCount).map { $0 * width / chosenCount }
    let summedWidth = needsColumns ? width : 0
    let tasks = (dataset.samples.count + Self.samplesPerTask - 1) / Self.samplesPerTask
    var bySplit: [Split: Moments] = [:]
    // Sums are joined in the order of the samples: no bit depends on the number of threads.
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

  /// Those of several splits together; nil where one of them has no samples.
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
    if !chosen.allSatisfy({ cells[$0].isFinite }) { return }
    rowCount += 1
    for (place, column) in chosen.enumerated() {
      let value = Double(cells[column])
      chosenSum[place] += value
      for other in 0...place { products[place * chosen.count + other] += value * Double(cells[chosen[other]]) }
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

  /// How far chosen columns are from being uncorrelated, in units of what chance makes of independent rows: the root mean
  /// square of r · √rows over their pairs. nil where there are too few pairs or rows to tell.
  func correlation() -> Double? {
    let (count, width) = (Double(rowCount), chosenSum.count)
    if rowCount < SplitMoments.rowsPerColumn * width { return nil }
    func covariance(_ one: Int, _ other: Int) -> Double {
      products[one * width + other] / count - chosenSum[one] / count * chosenSum[other] / count
    }
    let deviations = (0..<width).map { place -> Double in
      let variance = covariance(place, place)
      let square = products[place * width + place] / count
      // What is left of a constant column is rounding.
      return variance > 1e-9 * square ? variance.squareRoot() : 0
    }
    var (sum, pairs) = (0.0, 0)
    for one in 0..<width where deviations[one] > 0 {
      for other in 0..<one where deviations[other] > 0 {
        let r = covariance(one, other) / (deviations[one] * deviations[other])
        sum += r * r * count
        pairs += 1
      }
    }
    return pairs < SplitMoments.fewestPairs ? nil : (sum / Double(pairs)).squareRoot()
  }
}

extension SplitMoments {
  /// Below, products of columns are never small together.
  fileprivate static let rowsPerColumn = 4
  /// So many correlations are all a tenth of what chance makes of them in one of 10⁹ cases.
  fileprivate static let fewestPairs = 10
}
