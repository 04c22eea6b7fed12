import Files
import TensorCore
import Workers

/// What many columns together tell of a target in recordings that the model has not seen: partial least squares, fitted to four
/// fifths of the recordings and applied to the rest, in turn.
///
/// Conjugate gradients on the products of samples give a model of one component more with each step (Phatak and de Hoog,
/// "Exploiting the connection between PLS, Lanczos methods and conjugate gradients", Journal of Chemometrics 16, 2002), which takes no
/// more columns than samples and no inverse.
struct CrossFit: Sendable {
  /// A model's values for samples that it has not seen.
  struct Prediction: Sendable {
    let values: [Double]
    /// The share of the target's variance that they explain; negative if they are worse than the mean.
    let explained: Double
  }

  private let columns: UnitColumns
  /// [samples, samples]
  private let products: FixedFloats
  private let foldOfSample: [Int]

  /// More samples would change no share by much.
  static let mostSamples = 768
  private static let foldCount = 5
  static let mostComponents = 8

  /// - Parameters:
  ///   - columns: the columns, outliers drawn in.
  ///   - groups: the recording of each sample.
  init(_ columns: UnitColumns, groups: [String], threads: Int) throws {
    self.columns = columns
    products = try columns.sampleProducts(threads: threads)
    var numbers: [String: Int] = [:]
    foldOfSample = groups.map { group in
      let number = numbers[group] ?? numbers.count
      numbers[group] = number
      return number % Self.foldCount
    }
  }

  /// Predicts a target from all columns but one.
  ///
  /// - Parameters:
  ///   - target: one value per sample; NaN if it has none.
  ///   - column: the column to leave out, if any.
  func prediction(of target: [Double], leavingOut column: Int?) -> Prediction {
    let left = column.map(columns.column)
    let known = target.indices.filter { !target[$0].isNaN }
    let mean = known.reduce(0) { $0 + target[$1] } / Double(max(1, known.count))
    var predicted = [[Double]](
      repeating: [Double](repeating: mean, count: target.count), count: Self.mostComponents)
    for fold in 0..<Self.foldCount {
      predict(fold, target, known, leavingOut: left, into: &predicted)
    }
    let total = known.reduce(0) { $0 + (target[$1] - mean) * (target[$1] - mean) }
    let shares = predicted.map { values in
      1 - known.reduce(0) { $0 + (target[$1] - values[$1]) * (target[$1] - values[$1]) } / max(total, 1e-300)
    }
    let best = shares.indices.max { shares[$0] < shares[$1] } ?? 0
    return Prediction(values: predicted[best], explained: shares[best])
  }

  /// Fits models of growing size to all folds but one, and writes their values for that one.
  private func predict(
    _ fold: Int, _ target: [Double], _ known: [Int], leavingOut left: [Double]?, into predicted: inout [[Double]]
  ) {
    let train = known.filter { foldOfSample[$0] != fold }
    let held = known.filter { foldOfSample[$0] == fold }
    if train.count < 3 || held.isEmpty { return }
    func mean(_ values: [Double]) -> Double { train.reduce(0) { $0 + values[$1] } / Double(train.count) }
    let constant = mean(target)
    var rest = [Double](repeating: 0, count: target.count)
    for sample in train { rest[sample] = target[sample] - constant }
    var direction = rest
    var fit = [Double](repeating: 0, count: target.count)
    var square = train.reduce(0) { $0 + rest[$1] * rest[$1] }
    let smallest = 1e-12 * square
    for component in predicted.indices {
      var image = self.image(of: direction, leavingOut: left)
      let offset = mean(image)
      for sample in image.indices { image[sample] -= offset }
      let curvature = train.reduce(0) { $0 + direction[$1] * image[$1] }
      if curvature > 0, square > smallest {
        let step = square / curvature
        for sample in image.indices { fit[sample] += step * image[sample] }
        for sample in train { rest[sample] -= step * image[sample] }
        let next = train.reduce(0) { $0 + rest[$1] * rest[$1] }
        for sample in train { direction[sample] = rest[sample] + next / square * direction[sample] }
        square = next
      }
      for sample in held { predicted[component][sample] = constant + fit[sample] }
    }
  }

  /// Returns the products of all samples times a vector.
  private func image(of vector: [Double], leavingOut left: [Double]?) -> [Double] {
    let count = vector.count
    let factors = vector.map { Float($0) }
    let part = left.map { left in zip(left, vector).reduce(0) { $0 + $1.0 * $1.1 } } ?? 0
    return factors.withUnsafeBufferPointer { factors in
      (0..<count).map { row in
        let cells = UnsafeBufferPointer(rebasing: products.values[row * count..<(row + 1) * count])
        var sums = SIMD8<Float>.zero
        let whole = count & ~7
        for place in stride(from: 0, to: whole, by: 8) {
          sums += Self.load(cells, place) * Self.load(factors, place)
        }
        var sum = Double(sums.sum())
        for place in whole..<count { sum += Double(cells[place] * factors[place]) }
        return sum - part * (left?[row] ?? 0)
      }
    }
  }

  private static func load(_ values: UnsafeBufferPointer<Float>, _ place: Int) -> SIMD8<Float> {
    UnsafeRawBufferPointer(values).loadUnaligned(
      fromByteOffset: place * MemoryLayout<Float>.stride, as: SIMD8<Float>.self)
  }

  /// Returns the direction in which the samples vary most, one value a sample: what it is cannot hang on any target.
  func principalDirection(leavingOut column: Int?) -> [Double] {
    let left = column.map(columns.column)
    var direction = (0..<foldOfSample.count).map { Double($0 % 7) - 3 }
    for _ in 0..<Self.iterations {
      direction = image(of: direction, leavingOut: left)
      let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length <= 1e-12 { return direction }
      for sample in direction.indices { direction[sample] /= length }
    }
    return direction
  }

  private static let iterations = 16
}
