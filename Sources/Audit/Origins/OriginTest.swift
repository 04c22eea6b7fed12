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
  /// Samples that are judged and have a label.
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
  var effect: Double { Self.effect(explained, byChance) }
  /// Whether any stands in several splits.
  var isTorn: Bool { tornCount > 0 }

  /// Permutations; the smallest p-value is one in a thousand.
  private static let permutationCount = 999
  /// The same where no alarm comes of it: they give the share by chance.
  private static let fewPermutations = 99
  private static let permutationsPerTask = 33
  private static let seed: UInt64 = 1979

  /// The tests of all labels that vary; none where every sample is from elsewhere, or all are from one place.
  static func all(
    _ origin: SampleOrigin, _ fields: [LabelField], in dataset: AuditedDataset, threads: Int
  ) throws -> [OriginTest] {
    let all = dataset.samples
    let named = all.indices.compactMap { sample in origin.name(of: all[sample]).map { (sample: sample, name: $0) } }
    let parts = named.map { "\($0.name) \(all[$0.sample].group ?? "") \(all[$0.sample].dialog ?? "")" }
    var ranks: [String: Int] = [:]
    let places = parts.map { part in
      if let rank = ranks[part] { return rank }
      ranks[part] = ranks.count
      return ranks.count - 1
    }
    // Blocks change places as they stand in the list, so that the samples of each have to stand together.
    let order = named.indices.sorted { (places[$0], $0) < (places[$1], $1) }
    let origins = OriginPlaces(order.map { (named[$0].name, all[named[$0].sample].split) })
    if origins.count < 2 || origins.count == order.count { return [] }
    let known = fields.compactMap { field -> (field: LabelField, values: [[Double]], variance: BetweenVariance)? in
      let values = order.map { place in field.columns.map { Double(all[named[place].sample].label[$0]) } }
      return BetweenVariance(values: values, origins).map { (field, values, $0) }
    }
    // Where each of those that samples are from has several smaller parts, these keep their labels; else samples do.
    let areSmaller = ranks.count >= 2 * origins.count
    let permutation = BlockPermutation(
      groups: areSmaller ? order.map { parts[$0] } : order.indices.map(String.init), seed: seed)
    func permuted(_ variances: [BetweenVariance], _ numbers: Range<Int>) throws -> [[Double]] {
      let tasks = (numbers.count + permutationsPerTask - 1) / permutationsPerTask
      let shares = try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
        let first = numbers.lowerBound + task * permutationsPerTask
        return (first..<min(first + permutationsPerTask, numbers.upperBound)).map { number in
          let order = permutation.order(number)
          return variances.map { $0.explained(in: order) }
        }
      }.flatMap(\.self)
      return variances.indices.map { place in shares.map { $0[place] } }
    }
    let few = try permuted(known.map(\.variance), 0..<fewPermutations)
    return try zip(known, few).map { label, shares in
      let explained = label.variance.explained(in: nil)
      let byChance = shares.reduce(0, +) / Double(shares.count)
      var shares = shares
      let isNoteworthy = effect(explained, byChance) >= SourceShortcut.suspiciousShare
      if origins.isAnyTorn, isNoteworthy {
        shares += try permuted([label.variance], fewPermutations..<permutationCount)[0]
      }
      let guesses = guesses(label.field, label.values, origins)
      return OriginTest(
        origin: origin, field: label.field, count: origins.count, tornCount: origins.isTorn.count { $0 },
        sampleCount: guesses.known, explained: explained, byChance: byChance,
        // Rounding must not decide between equal orders.
        pValue: Double(1 + shares.count { $0 >= explained * (1 - 1e-12) }) / Double(1 + shares.count),
        majority: guesses.majority, base: guesses.base)
    }
  }

  private static func effect(_ explained: Double, _ byChance: Double) -> Double {
    byChance >= 1 ? 0 : max(0, (explained - byChance) / (1 - byChance))
  }

  private static func guesses(
    _ field: LabelField, _ values: [[Double]], _ origins: OriginPlaces
  ) -> (known: Int, majority: Int, base: Int) {
    let known = values.indices.filter { origins.isJudged(sample: $0) && values[$0].allSatisfy(\.isFinite) }
    var all: [Int: Int] = [:]
    var own: [[Int: Int]] = Array(repeating: [:], count: origins.count)
    for (label, sample) in zip(field.classes(of: known.map { values[$0] }), known) {
      all[label, default: 0] += 1
      own[origins.places[sample]][label, default: 0] += 1
    }
    return (known.count, own.reduce(0) { $0 + ($1.values.max() ?? 0) }, all.values.max() ?? 0)
  }
}

/// Where samples are from, as numbers, and which of these places are in several splits.
private struct OriginPlaces: Sendable {
  /// One a sample.
  private(set) var places: [Int] = []
  private(set) var isTorn: [Bool]
  let isAnyTorn: Bool

  var count: Int { isTorn.count }

  init(_ names: [(name: String, split: Split)]) {
    var numbers: [String: Int] = [:]
    var splits: [Set<Split>] = []
    for (name, split) in names {
      let number = numbers[name] ?? splits.count
      if number == splits.count {
        numbers[name] = number
        splits.append([])
      }
      splits[number].insert(split)
      places.append(number)
    }
    isTorn = splits.map { $0.count > 1 }
    isAnyTorn = isTorn.contains(true)
  }

  /// Where some places are in several splits, their samples alone count.
  func isJudged(_ place: Int) -> Bool { !isAnyTorn || isTorn[place] }

  func isJudged(sample: Int) -> Bool { isJudged(places[sample]) }
}

/// The share of the variance of values that lies between the places they are from.
private struct BetweenVariance: Sendable {
  /// Deviations from the mean of each column, row-major [samples, columns]; 0 for a missing value.
  private let deviations: [Double]
  private let width: Int
  /// The samples that are judged, and the place of each.
  private let judged: [(sample: Int, place: Int)]
  /// How many samples each place has.
  private let counts: [Double]

  /// - Returns: nil where the values do not vary.
  init?(values: [[Double]], _ origins: OriginPlaces) {
    let width = values[0].count
    var (means, known) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
    for row in values {
      for column in 0..<width where row[column].isFinite {
        means[column] += row[column]
        known[column] += 1
      }
    }
    for column in 0..<width { means[column] /= max(1, known[column]) }
    deviations = values.flatMap { row in (0..<width).map { row[$0].isFinite ? row[$0] - means[$0] : 0 } }
    self.width = width
    judged = origins.places.enumerated().filter { origins.isJudged($0.element) }.map { ($0.offset, $0.element) }
    var counts = [Double](repeating: 0, count: origins.count)
    for place in origins.places { counts[place] += 1 }
    self.counts = counts
    let total = judged.reduce(0) { total, one in
      (0..<width).reduce(total) { $0 + deviations[one.sample * width + $1] * deviations[one.sample * width + $1] }
    }
    if total <= 1e-12 * Double(values.count) { return nil }
  }

  /// - Parameter order: whose value each sample gets; nil for its own.
  func explained(in order: [Int]?) -> Double {
    var sums = [Double](repeating: 0, count: counts.count * width)
    var total = 0.0
    deviations.withUnsafeBufferPointer { deviations in
      sums.withUnsafeMutableBufferPointer { sums in
        for (sample, place) in judged {
          let source = (order?[sample] ?? sample) * width
          for column in 0..<width {
            let deviation = deviations[source + column]
            sums[place * width + column] += deviation
            total += deviation * deviation
          }
        }
      }
    }
    // Places that are not judged have sums of 0.
    var between = 0.0
    for (place, count) in counts.enumerated() {
      for column in 0..<width {
        let sum = sums[place * width + column]
        between += sum * sum / count
      }
    }
    return total > 0 ? between / total : 0
  }
}
