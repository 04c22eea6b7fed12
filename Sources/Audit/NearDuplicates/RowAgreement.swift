import Foundation
import Leaks
import Samples
import Shards

/// Compares two samples row by row: copies rise and fall together, while other samples merely have similar means.
final class RowAgreement {
  /// The result of a comparison.
  struct Result {
    /// The correlation of the rows' deviations from their means, between −1 and 1.
    let correlation: Double
    /// How much more often than not both cells are on the same side of their means, between −1 and 1; insensitive to
    /// outliers.
    let agreement: Double
    /// The number of compared rows, minus one.
    let freedom: Int
    /// The number of cells that deviate from their means in both samples.
    let cellCount: Int
    /// The mean distance between two cells, in deviations of the sample means.
    let difference: Double
    /// Whether each sample has several rows, all of them equal.
    let isStill: Bool

    /// Whether the rows differ: by more than noise can explain, and without moving together.
    var contradicts: Bool { freedom > 0 && correlation < 0.5 && agreement < 0.5 && difference > 0.2 }

    /// Whether the rows are equal except for a little noise, however common such rows are in the data.
    var isSame: Bool { cellCount >= 32 && correlation >= 0.9 && agreement >= 0.9 }
  }

  private let datasets: [AuditedDataset]
  /// The index of each data set's first sample among all samples.
  private let starts: [Int]
  private let factors: [(modality: Modality, factors: [Double])]
  private let partCount: Int
  /// Whether values are compared as they were before scaling.
  private let undoesScaling: Bool
  private let drawn: PairSample
  private var independence: [[Int]: Double] = [:]

  /// From this value on, rows move together, beyond what the way people speak accounts for.
  private static let together = 0.75
  private static let drawnPairs = 2000
  private static let fewestPairs = 20
  private static let fewestDirections = 8.0

  /// - Parameters:
  ///   - factors: for each modality, what brings the deviations of the sample means to 1.
  ///   - partCount: the number of parts of each sample that are compared on their own, the whole one first.
  init(
    _ datasets: [AuditedDataset], _ factors: [(modality: Modality, factors: [Double])], partCount: Int,
    undoesScaling: Bool, drawn: PairSample
  ) {
    self.datasets = datasets
    starts = datasets.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.samples.count) }
    self.factors = factors
    self.partCount = partCount
    self.undoesScaling = undoesScaling
    self.drawn = drawn
  }

  /// Returns the probability that the rows of two samples that are not copies agree as well as these; 1 if they do not
  /// agree or nothing can be concluded.
  func chance(_ result: Result, in spaces: [Int]) throws -> Double {
    if result.agreement < Self.together || result.correlation < Self.together { return 1 }
    // Too few directions do not amount to a sum of many small chances.
    let directions = try directions(spaces) * Double(result.freedom) - Self.fewestDirections
    // Hoeffding, "Probability inequalities for sums of bounded random variables", 1963.
    return directions <= 0 ? 1 : exp(-directions * result.agreement * result.agreement / 2)
  }

  /// Returns the number of independent directions in which rows vary, from randomly drawn pairs: 1 / mean of the
  /// squared agreements.
  private func directions(_ spaces: [Int]) throws -> Double {
    if let known = independence[spaces] { return known }
    var (sum, count) = (0.0, 0.0)
    let step = max(1, drawn.pairs.count / Self.drawnPairs)
    for index in stride(from: 0, to: drawn.pairs.count, by: step) {
      let pair = drawn.pairs[index]
      guard let result = try compare(Int(pair.first), Int(pair.second), in: spaces), result.freedom > 0 else {
        continue
      }
      sum += result.agreement * result.agreement * Double(result.freedom)
      count += 1
    }
    let found = count < Double(Self.fewestPairs) || sum == 0 ? 1 : max(1, count / sum)
    independence[spaces] = found
    return found
  }

  /// Whether a sample has several rows in a space, all of them equal.
  func isStill(_ sample: Int, in space: Int) throws -> Bool {
    let place = local(sample)
    let (modality, dataset) = (factors[space].modality, datasets[place.dataset])
    return try dataset.withRows(of: place.sample, modality) { values, mask in
      Rows(values, mask, factors[space].factors, place.part).isStill
    }
  }

  /// Compares two samples in some of the spaces; returns nil if no two of their rows are comparable.
  func compare(_ first: Int, _ second: Int, in spaces: [Int]) throws -> Result? {
    var sums = Sums()
    for space in spaces {
      let (one, other) = (local(first), local(second))
      let modality = factors[space].modality
      let scales = [one.dataset, other.dataset].map { factors(space, of: datasets[$0], modality) }
      try datasets[one.dataset].withRows(of: one.sample, modality) { values, mask in
        try datasets[other.dataset].withRows(of: other.sample, modality) { otherValues, otherMask in
          sums.add(
            Rows(values, mask, scales[0], one.part), Rows(otherValues, otherMask, scales[1], other.part))
        }
      }
    }
    return sums.result
  }

  /// Returns the place of a sample, of which only a part may be meant.
  private func local(_ sample: Int) -> (dataset: Int, sample: Int, part: SamplePart) {
    let (whole, part) = (sample / partCount, SamplePart.allCases[sample % partCount])
    let dataset = (starts.firstIndex { $0 > whole } ?? starts.count) - 1
    return (dataset, whole - starts[dataset], part)
  }

  /// Returns the factors for cells that bring the deviations of the sample means to 1.
  private func factors(_ space: Int, of dataset: AuditedDataset, _ modality: Modality) -> [Double] {
    let factors = self.factors[space].factors
    guard undoesScaling, let columns = dataset.scalers?.columns[modality], columns.scale.count == factors.count else {
      return factors
    }
    return zip(factors, columns.scale).map { $0 * $1 }
  }

  /// The rows of a sample, or of a part of one.
  private struct Rows {
    let values: UnsafeBufferPointer<Float>
    let mask: UnsafeBufferPointer<UInt8>
    let scales: [Double]

    init(
      _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>, _ scales: [Double], _ part: SamplePart
    ) {
      let rows = part.rows(of: mask.count)
      self.mask = UnsafeBufferPointer(rebasing: mask[rows])
      self.values =
        values.count == mask.count * scales.count
        ? UnsafeBufferPointer(rebasing: values[rows.lowerBound * scales.count..<rows.upperBound * scales.count])
        : values
      self.scales = scales
    }

    /// Whether a row equals the one before or after it in every column: silence, a black picture or a face that was lost, which
    /// samples share by nature, among rows that move.
    func isHeld(_ row: Int) -> Bool { isSame(row, row - 1) || isSame(row, row + 1) }

    /// Whether there are several rows, all of them equal.
    var isStill: Bool {
      let present = mask.indices.filter { mask[$0] != 0 }
      if present.count < 2 || values.count != mask.count * scales.count { return false }
      return present.dropFirst().allSatisfy { isSame(present[0], $0) }
    }

    private func isSame(_ row: Int, _ other: Int) -> Bool {
      let width = scales.count
      guard mask.indices.contains(other), mask[other] != 0 else { return false }
      return (0..<width).allSatisfy { values[row * width + $0] == values[other * width + $0] }
    }

    func cell(_ row: Int, _ column: Int) -> Double {
      let value = Double(values[row * scales.count + column]) * scales[column]
      return value.isFinite ? value : 0
    }
  }

  private struct Sums {
    private var (ownSquares, otherSquares, products) = (0.0, 0.0, 0.0)
    private var (cells, freedom) = (0, 0)
    private var (sameSide, offMean) = (0, 0)
    private var moves = false

    /// Adds rows at equal positions or, if their numbers differ, at equal fractions of the whole.
    mutating func add(_ one: Rows, _ other: Rows) {
      let width = one.scales.count
      guard width == other.scales.count, one.values.count == one.mask.count * width,
        other.values.count == other.mask.count * width
      else { return }
      let (count, otherCount) = (one.mask.count, other.mask.count)
      let short = min(count, otherCount)
      let present = (0..<short).map { row in
        (own: (2 * row + 1) * count / (2 * max(1, short)), other: (2 * row + 1) * otherCount / (2 * max(1, short)))
      }.filter { one.mask[$0.own] != 0 && other.mask[$0.other] != 0 }
      if present.count < 2 { return }
      let moving = present.filter { !one.isHeld($0.own) && !other.isHeld($0.other) }
      let rows = moving.count < 2 ? present : moving
      for column in 0..<width where one.scales[column] > 0 {
        var (sum, otherSum) = (0.0, 0.0)
        for row in rows {
          sum += one.cell(row.own, column)
          otherSum += other.cell(row.other, column)
          moves =
            moves || one.cell(row.own, column) != one.cell(rows[0].own, column)
            || other.cell(row.other, column) != other.cell(rows[0].other, column)
        }
        let (mean, otherMean) = (sum / Double(rows.count), otherSum / Double(rows.count))
        for row in rows {
          let (own, second) = (one.cell(row.own, column) - mean, other.cell(row.other, column) - otherMean)
          ownSquares += own * own
          otherSquares += second * second
          products += own * second
          if own != 0, second != 0 {
            offMean += 1
            sameSide += own * second > 0 ? 1 : -1
          }
        }
        cells += rows.count
      }
      freedom = max(freedom, rows.count - 1)
    }

    var result: Result? {
      if cells == 0 { return nil }
      let size = (ownSquares * otherSquares).squareRoot()
      let difference = max(0, ownSquares + otherSquares - 2 * products)
      return Result(
        correlation: size > 0 ? products / size : 0,
        agreement: offMean > 0 ? Double(sameSide) / Double(offMean) : 0, freedom: size > 0 ? freedom : 0,
        cellCount: offMean,
        difference: (difference / Double(cells)).squareRoot(), isStill: !moves)
    }
  }
}
