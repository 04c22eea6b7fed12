import Leaks
import Samples
import Workers

/// How much of a label those that samples are from tell: the share of its variance between them (η²), beside what chance
/// makes of it.
///
/// Where some stand in several splits, their samples alone are judged: only of them a model may know something. Chance is
/// what labels come to that change places, whole blocks of samples where what is smaller (a dialog of a speaker) keeps labels
/// together too.
struct OriginTest: Sendable {
  let origin: SampleOrigin
  let field: LabelField
  /// How many there are, and how many of them are in several splits.
  let count: Int
  let tornCount: Int
  /// Samples that are judged.
  let sampleCount: Int
  /// The share of the label's variance that lies between them.
  let explained: Double
  /// The same share for labels that changed places, in the mean.
  let byChance: Double
  /// The share of permutations, the observed order counted in, that explain as much.
  let pValue: Double
  /// Samples whose label is guessed rightly by the most frequent one of where they are from, and of all.
  let majority: Int
  let base: Int

  /// What is explained beyond chance.
  var effect: Double { byChance >= 1 ? 0 : max(0, (explained - byChance) / (1 - byChance)) }
  /// Whether any stands in several splits.
  var isTorn: Bool { tornCount > 0 }

  /// Permutations; the smallest p-value is one in a thousand.
  private static let permutationCount = 999
  /// The same where no alarm comes of it: they give the share by chance.
  private static let fewPermutations = 99
  private static let permutationsPerTask = 33
  private static let seed: UInt64 = 1979

  /// - Returns: nil where every sample is from elsewhere, all are from one place, or the label does not vary.
  init?(_ origin: SampleOrigin, _ field: LabelField, in dataset: AuditedDataset, threads: Int) throws {
    let samples = dataset.samples.filter { sample in
      origin.name(of: sample) != nil && field.columns.allSatisfy { sample.label[$0].isFinite }
    }
    var numbers: [String: Int] = [:]
    var splits: [Set<Split>] = []
    let places = samples.map { sample -> Int in
      let name = origin.name(of: sample) ?? ""
      let number = numbers[name] ?? splits.count
      if number == splits.count {
        numbers[name] = number
        splits.append([])
      }
      splits[number].insert(sample.split)
      return number
    }
    if splits.count < 2 || splits.count == samples.count { return nil }
    let torn = splits.map { $0.count > 1 }
    let isAnyTorn = torn.contains(true)
    let judged = isAnyTorn ? torn : torn.map { _ in true }
    let values = samples.map { sample in field.columns.map { Double(sample.label[$0]) } }
    let variance = BetweenVariance(values: values, places: places, judged: judged)
    guard let variance else { return nil }
    let explained = variance.explained(in: nil)
    let permutation = BlockPermutation(groups: Self.blocks(samples, places, count: splits.count), seed: Self.seed)
    func permuted(_ numbers: Range<Int>) throws -> [Double] {
      let tasks = (numbers.count + Self.permutationsPerTask - 1) / Self.permutationsPerTask
      return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
        let first = numbers.lowerBound + task * Self.permutationsPerTask
        return (first..<min(first + Self.permutationsPerTask, numbers.upperBound)).map {
          variance.explained(in: permutation.order($0))
        }
      }.flatMap(\.self)
    }
    var shares = try permuted(0..<Self.fewPermutations)
    let mean = shares.reduce(0, +) / Double(shares.count)
    if isAnyTorn, mean < 1, (explained - mean) / (1 - mean) >= SourceShortcut.suspiciousShare {
      shares += try permuted(Self.fewPermutations..<Self.permutationCount)
    }
    // Rounding must not decide between equal orders.
    pValue = Double(1 + shares.count { $0 >= explained * (1 - 1e-12) }) / Double(1 + shares.count)
    byChance = mean
    self.explained = explained
    self.origin = origin
    self.field = field
    count = splits.count
    tornCount = torn.count { $0 }
    sampleCount = places.count { judged[$0] }
    (majority, base) = Self.guesses(field.classes(of: values), places, judged)
  }

  /// What keeps its labels when samples change places: where each of those that samples are from has several smaller parts,
  /// these; else samples.
  private static func blocks(_ samples: [AuditedSample], _ places: [Int], count: Int) -> [String] {
    let parts = zip(samples, places).map { sample, place in "\(place) \(sample.group ?? "") \(sample.dialog ?? "")" }
    return Set(parts).count >= 2 * count ? parts : samples.indices.map(String.init)
  }

  private static func guesses(_ classes: [Int], _ places: [Int], _ judged: [Bool]) -> (majority: Int, base: Int) {
    var all: [Int: Int] = [:]
    var own: [[Int: Int]] = Array(repeating: [:], count: judged.count)
    for (label, place) in zip(classes, places) where judged[place] {
      all[label, default: 0] += 1
      own[place][label, default: 0] += 1
    }
    return (own.reduce(0) { $0 + ($1.values.max() ?? 0) }, all.values.max() ?? 0)
  }
}

/// The share of the variance of values that lies between the places they are from.
private struct BetweenVariance: Sendable {
  /// Deviations from the mean of each column, row-major [samples, columns].
  private let deviations: [Double]
  private let width: Int
  private let places: [Int]
  private let judged: [Bool]
  /// How many samples each place has.
  private let counts: [Double]

  /// - Returns: nil where the values do not vary.
  init?(values: [[Double]], places: [Int], judged: [Bool]) {
    width = values[0].count
    var means = [Double](repeating: 0, count: width)
    for row in values { for column in row.indices { means[column] += row[column] / Double(values.count) } }
    deviations = values.flatMap { row in row.indices.map { row[$0] - means[$0] } }
    self.places = places
    self.judged = judged
    var counts = [Double](repeating: 0, count: judged.count)
    for place in places { counts[place] += 1 }
    self.counts = counts
    if total(in: nil) <= 1e-12 * Double(values.count) { return nil }
  }

  /// - Parameter order: whose value each sample gets; nil for its own.
  func explained(in order: [Int]?) -> Double {
    var sums = [Double](repeating: 0, count: judged.count * width)
    for sample in places.indices where judged[places[sample]] {
      let source = (order?[sample] ?? sample) * width
      let target = places[sample] * width
      for column in 0..<width { sums[target + column] += deviations[source + column] }
    }
    var between = 0.0
    for place in judged.indices where judged[place] {
      for column in 0..<width {
        let sum = sums[place * width + column]
        between += sum * sum / counts[place]
      }
    }
    let total = total(in: order)
    return total > 0 ? between / total : 0
  }

  /// The sum of squares of the samples that are judged.
  private func total(in order: [Int]?) -> Double {
    var total = 0.0
    for sample in places.indices where judged[places[sample]] {
      let source = (order?[sample] ?? sample) * width
      for column in 0..<width { total += deviations[source + column] * deviations[source + column] }
    }
    return total
  }
}
