/// How much of a target a single column explains: by a line, by its ranks, by a parabola, or by its distinct values or bins.
struct ColumnScan: Sendable {
  /// The form that explains the most.
  enum Form: String, Sendable {
    case line
    case ranks
    case parabola
    case values
    /// The other way about: the label decides the column.
    case decided

    /// The words after the share in a finding.
    var words: String {
      switch self {
      case .line, .ranks: ""
      case .parabola: " by a parabola"
      case .values: " by the values that it has"
      case .decided: ""
      }
    }
  }

  /// How much of a target a column explains.
  struct Effect: Sendable {
    /// R², adjusted for the form's degrees of freedom.
    var explained = 0.0
    var form = Form.line
    /// The degrees of freedom that the form takes.
    var freedom = 1
    /// R² of the line, adjusted.
    var line = 0.0
    /// The area under the ROC curve for the target's sign, or 1 minus the area if that is larger; ½ if a class is too small.
    var area = 0.5
  }

  /// A target: one value per sample, NaN if it is missing, and its sign for the area under the curve.
  struct Target: Sendable {
    let values: [Double]
    /// 1, −1, or 0 for neither; nil if a class has too few samples.
    let classes: [Int8]?
    /// Whether no value is missing.
    let isWhole: Bool

    init(values: [Double], classes: [Int8]? = nil) {
      self.values = values
      self.classes = classes
      isWhole = !values.contains(where: \.isNaN)
    }

    /// The classes as numbers; NaN for neither.
    var signs: [Double] { (classes ?? []).map { $0 == 0 ? .nan : Double($0) } }
  }

  /// The number of bins for a column with more distinct values.
  private static let mostBins = 24
  private static let samplesPerBin = 8

  // Buffers that are reused from column to column.
  private var keys: [UInt64] = []
  private var order: [Int] = []
  private var line: [Double] = []
  private var ranks: [Double] = []
  private var bend: [Double] = []
  private var bin: [Int] = []
  private var binCounts: [Double] = []
  private var binSums: [Double] = []

  /// Whether the current column has many equal values.
  private(set) var hasTies = false

  /// Takes the next column.
  ///
  /// - Returns: whether enough of its values are finite, and not all are equal.
  mutating func take(_ values: [Float], fewest: Int) -> Bool {
    keys.removeAll(keepingCapacity: true)
    for index in values.indices where values[index].isFinite {
      keys.append(UInt64(Self.ordered(values[index])) << 32 | UInt64(index))
    }
    guard keys.count >= fewest, 2 * keys.count >= values.count else { return false }
    keys.sort()
    order.removeAll(keepingCapacity: true)
    for key in keys { order.append(Int(key & 0xffff_ffff)) }
    guard let first = order.first, let last = order.last, values[first] < values[last] else { return false }
    let count = values.count
    if line.count != count {
      (line, ranks, bend) = (
        Array(repeating: 0, count: count), Array(repeating: 0, count: count), Array(repeating: 0, count: count)
      )
      bin = Array(repeating: 0, count: count)
    }
    var kinds = 0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      for place in start..<end {
        ranks[order[place]] = Double(start + end - 1) / 2
        bin[order[place]] = kinds
      }
      kinds += 1
      start = end
    }
    hasTies = kinds < order.count - order.count / 10
    let most = max(2, min(Self.mostBins, order.count / Self.samplesPerBin))
    if kinds > most {
      // Equal values share a rank, and therefore a bin.
      for index in order { bin[index] = min(most - 1, Int(ranks[index]) * most / order.count) }
      kinds = most
    }
    if order.count < count {
      for index in 0..<count where !values[index].isFinite { (line[index], ranks[index], bend[index]) = (0, 0, 0) }
    }
    binCounts = Array(repeating: 0, count: kinds)
    binSums = binCounts
    for index in order {
      binCounts[bin[index]] += 1
      line[index] = Double(values[index])
    }
    Self.normalize(&line, over: order)
    Self.normalize(&ranks, over: order)
    for index in order { bend[index] = line[index] * line[index] * Double(order.count) }
    Self.normalize(&bend, over: order)
    let part = order.reduce(0) { $0 + line[$1] * bend[$1] }
    for index in order { bend[index] -= part * line[index] }
    Self.normalize(&bend, over: order)
    return true
  }

  /// Returns bits that are ordered as numbers are; both zeros have the same.
  private static func ordered(_ value: Float) -> UInt32 {
    let bits = (value + 0).bitPattern
    return bits >> 31 == 0 ? bits | 1 << 31 : ~bits
  }

  /// Returns how much of a target the column explains.
  mutating func effect(on target: Target) -> Effect {
    let y = target.values
    if !target.isWhole { return lineEffect(on: y) }
    let count = Double(order.count)
    var (sum, square) = (0.0, 0.0)
    for index in binSums.indices { binSums[index] = 0 }
    // Column by column in the order of samples, where every sample has a value: memory is read in one direction.
    let isComplete = order.count == y.count
    y.withUnsafeBufferPointer { y in
      bin.withUnsafeBufferPointer { bin in
        binSums.withUnsafeMutableBufferPointer { binSums in
          for place in order.indices {
            let index = isComplete ? place : order[place]
            let value = y[index]
            sum += value
            square += value * value
            binSums[bin[index]] += value
          }
        }
      }
    }
    let (byLine, byRanks, byBend) = (part(of: y, line), part(of: y, ranks), part(of: y, bend))
    let total = square - sum * sum / max(1, count)
    guard count > 2, total > 1e-12 * square else { return Effect() }
    var between = -sum * sum / count
    for index in binSums.indices where binCounts[index] > 0 {
      between += binSums[index] * binSums[index] / binCounts[index]
    }
    func adjusted(_ share: Double, _ columns: Int) -> Double {
      let free = count - 1 - Double(columns)
      return free <= 0 ? 0 : 1 - (1 - share) * (count - 1) / free
    }
    let curve = byLine * byLine + byBend * byBend
    let forms: [(form: Form, share: Double, freedom: Int)] = [
      (.line, byLine * byLine / total, 1), (.ranks, byRanks * byRanks / total, 1), (.parabola, curve / total, 2),
      (.values, between / total, binSums.count - 1),
    ]
    var effect = Effect()
    // The simplest form is named unless another explains clearly more.
    for (form, share, freedom) in forms {
      let share = adjusted(share, freedom)
      if form == .line { effect.line = share }
      if share > effect.explained + (effect.explained > 0 ? Self.simpler : 0) {
        (effect.explained, effect.form, effect.freedom) = (share, form, freedom)
      }
    }
    if let classes = target.classes { effect.area = area(classes) }
    return effect
  }

  private static let simpler = 0.01

  /// Returns the product of a target with a form of the column, which is 0 where the column has no value.
  private func part(of target: [Double], _ form: [Double]) -> Double {
    OrthonormalBasis.product(form, target)
  }

  /// Returns the least-squares fit of a form to a target, for each sample; its mean for samples without a value.
  func fitted(_ form: Form, to target: [Double]) -> [Double] {
    let mean = order.reduce(0) { $0 + target[$1] } / Double(max(1, order.count))
    var result = [Double](repeating: mean, count: target.count)
    func part(_ column: [Double]) -> Double { order.reduce(0) { $0 + column[$1] * target[$1] } }
    switch form {
    case .line:
      let slope = part(line)
      for index in order { result[index] += slope * line[index] }
    case .ranks:
      let slope = part(ranks)
      for index in order { result[index] += slope * ranks[index] }
    case .parabola:
      let (slope, curve) = (part(line), part(bend))
      for index in order { result[index] += slope * line[index] + curve * bend[index] }
    case .values, .decided:
      var sums = [Double](repeating: 0, count: binCounts.count)
      for index in order { sums[bin[index]] += target[index] }
      for index in order { result[index] = sums[bin[index]] / binCounts[bin[index]] }
    }
    return result
  }

  /// Returns what a line explains of a target that some samples lack: the forms are normalised over all samples.
  private func lineEffect(on target: [Double]) -> Effect {
    let (r, count) = correlation(with: target) { _ in true }
    guard count > 2, 2 * count >= order.count else { return Effect() }
    let share = 1 - (1 - r * r) * Double(count - 1) / Double(count - 2)
    return Effect(explained: share, line: share)
  }

  /// Returns r over some of the samples.
  func correlation(with target: [Double], over includes: (Int) -> Bool) -> (r: Double, count: Int) {
    var (count, x, y, xx, yy, xy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    for index in order where includes(index) && !target[index].isNaN {
      let (a, b) = (line[index], target[index])
      count += 1
      x += a
      y += b
      xx += a * a
      yy += b * b
      xy += a * b
    }
    let (vx, vy) = (xx - x * x / max(1, count), yy - y * y / max(1, count))
    guard vx > 1e-12 * xx, vy > 1e-12 * yy else { return (0, Int(count)) }
    return ((xy - x * y / count) / (vx * vy).squareRoot(), Int(count))
  }

  /// Returns the larger of the area under the curve and its complement; a tie counts half.
  private func area(_ classes: [Int8]) -> Double {
    var (negatives, wins, positives) = (0.0, 0.0, 0.0)
    var start = 0
    while start < order.count {
      var end = start
      var (tiedPositives, tiedNegatives) = (0.0, 0.0)
      while end < order.count, ranks[order[end]] == ranks[order[start]] {
        if classes[order[end]] > 0 { tiedPositives += 1 } else if classes[order[end]] < 0 { tiedNegatives += 1 }
        end += 1
      }
      wins += tiedPositives * (negatives + tiedNegatives / 2)
      negatives += tiedNegatives
      positives += tiedPositives
      start = end
    }
    let share = positives * negatives == 0 ? 0.5 : wins / (positives * negatives)
    return max(share, 1 - share)
  }

  private static func normalize(_ values: inout [Double], over order: [Int]) {
    let mean = order.reduce(0) { $0 + values[$1] } / Double(max(1, order.count))
    var square = 0.0
    for index in order {
      values[index] -= mean
      square += values[index] * values[index]
    }
    let factor = square > 1e-20 ? 1 / square.squareRoot() : 0
    for index in order { values[index] *= factor }
  }
}
