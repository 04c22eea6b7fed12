/// The scalar products of many columns with many labels whose samples have changed places, four by four.
///
/// Chance is asked thousands of times how much of the labels the columns explain; each label is looked up once for all
/// columns.
struct LabelProducts: Sendable {
  /// The columns of one model, as a range of all columns.
  private let models: [(columns: Range<Int>, basis: OrthonormalBasis)]
  private let labelCount: Int
  private let sampleCount: Int
  /// Four columns a part, then the samples.
  private let columns: [SIMD4<Double>]
  /// Four labels a part, then the samples.
  private let labels: [SIMD4<Double>]

  /// - Parameter labels: of mean 0 and length 1, as long as the columns.
  init(_ bases: [OrthonormalBasis], labels: [[Double]]) {
    var models: [(columns: Range<Int>, basis: OrthonormalBasis)] = []
    var all: [[Double]] = []
    for basis in bases {
      models.append((all.count..<all.count + basis.count, basis))
      all += basis.columns
    }
    self.models = models
    labelCount = labels.count
    sampleCount = labels.first?.count ?? 0
    columns = Self.packed(all)
    self.labels = Self.packed(labels)
  }

  private static func packed(_ lists: [[Double]]) -> [SIMD4<Double>] {
    stride(from: 0, to: lists.count, by: 4).flatMap { first in
      lists[first].indices.map { sample in
        var four = SIMD4<Double>.zero
        for place in first..<min(first + 4, lists.count) { four[place - first] = lists[place][sample] }
        return four
      }
    }
  }

  /// The adjusted R² of the best model for the label that it explains best, where each sample has the label of another.
  func explained(in order: [Int]) -> Double {
    let columnParts = columns.count / max(1, sampleCount)
    var products = [SIMD4<Double>](repeating: .zero, count: 4 * columnParts)
    var best = 0.0
    for part in 0..<labels.count / max(1, sampleCount) {
      multiply(part, order, into: &products)
      for label in 0..<min(4, labelCount - 4 * part) {
        for model in models {
          let explained = model.columns.reduce(0) { $0 + products[$1][label] * products[$1][label] }
          best = max(best, model.basis.adjusted(explained, sampleCount: sampleCount))
        }
      }
    }
    return best
  }

  /// Four labels with all columns: `products` gets a vector of them for each column.
  private func multiply(_ part: Int, _ order: [Int], into products: inout [SIMD4<Double>]) {
    precondition(order.count == sampleCount, "an order of other samples")
    labels.withUnsafeBufferPointer { labels in
      columns.withUnsafeBufferPointer { columns in
        let own = UnsafeBufferPointer(rebasing: labels[part * sampleCount..<(part + 1) * sampleCount])
        for block in 0..<products.count / 4 {
          let four = UnsafeBufferPointer(rebasing: columns[block * sampleCount..<(block + 1) * sampleCount])
          var (a, b, c, d) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
          for (sample, source) in order.enumerated() {
            let (label, column) = (own[source], four[sample])
            a += label * column[0]
            b += label * column[1]
            c += label * column[2]
            d += label * column[3]
          }
          (products[4 * block], products[4 * block + 1]) = (a, b)
          (products[4 * block + 2], products[4 * block + 3]) = (c, d)
        }
      }
    }
  }
}
