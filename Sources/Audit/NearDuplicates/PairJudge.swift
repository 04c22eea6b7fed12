/// Decides whether two similar samples have the same content or are alike by chance.
final class PairJudge {
  private let vectors: [DirectionVectors]
  /// The squared distances of the drawn pairs, in each of `vectors`.
  private let squares: [[Float]]
  private let drawn: PairSample
  private let sampleCount: Int
  private let rows: RowAgreement
  private var known: [[Int]: ChanceDistances] = [:]
  /// By space and sample, as far as it has been asked for.
  private var still: [[Int: Bool]]
  private var usuallyStill: [Int: Bool] = [:]
  /// The number of further pairs, of those that chance alone explains, whose rows may be compared.
  private var comparisonsLeft = 200_000

  init(
    vectors: [DirectionVectors], squares: [[Float]], drawn: PairSample, sampleCount: Int, rows: RowAgreement
  ) {
    self.vectors = vectors
    self.squares = squares
    self.drawn = drawn
    self.sampleCount = sampleCount
    self.rows = rows
    still = vectors.map { _ in [:] }
  }

  /// Returns the distribution of chance distances over some of the spaces together.
  func chance(in spaces: [Int]) -> ChanceDistances {
    if let chance = known[spaces] { return chance }
    var sums = spaces.first.map { squares[$0] } ?? []
    for space in spaces.dropFirst() {
      for index in sums.indices { sums[index] += squares[space][index] }
    }
    let chance = ChanceDistances(
      sums, drawnOf: drawn.total, sampleCount: sampleCount,
      columnCount: spaces.reduce(0) { $0 + vectors[$1].columnCount },
      resolution: spaces.reduce(0) { $0 + vectors[$1].resolution })
    known[spaces] = chance
    return chance
  }

  /// Samples that equal another, but of a kind so frequent in the data that nothing can be told from chance.
  private(set) var common: Set<Int> = []

  /// Below these distances, in deviations per column and relative to the vectors' lengths, samples count as equal,
  /// however common they are.
  private static let sameDistance = 0.006
  private static let samePart = 0.05
  private static let sameColumns = 12

  private func isSame(_ pair: SamplePair, in spaces: [Int], square: Double) -> Bool {
    let columns = spaces.reduce(0) { $0 + vectors[$1].columnCount }
    let length = spaces.reduce(0.0) { $0 + vectors[$1].length(pair.first) * vectors[$1].length(pair.second) }
    return columns >= Self.sameColumns && square <= Double(columns) * Self.sameDistance * Self.sameDistance
      && square <= length * Self.samePart * Self.samePart
  }

  /// That a pair is no chance.
  struct Call {
    /// The number of pairs expected by chance to be as close, rows included.
    let expected: Double
    /// Whether the rows alone rise and fall together as chance does not make them.
    let isByRows: Bool
  }

  /// Whether two samples stay the same throughout in a space, where few do.
  func areStill(_ pair: SamplePair, in space: Int) throws -> Bool {
    if try !isStill(pair.first, in: space) { return false }
    return try isStill(pair.second, in: space) && !isUsuallyStill(space)
  }

  private func isStill(_ sample: Int, in space: Int) throws -> Bool {
    if let known = still[space][sample] { return known }
    let found = try rows.isStill(sample, in: space)
    still[space][sample] = found
    return found
  }

  /// Samples that tell whether they usually stay the same throughout.
  private static let stillSamples = 400

  private func isUsuallyStill(_ space: Int) throws -> Bool {
    if let known = usuallyStill[space] { return known }
    let samples = stride(from: 0, to: drawn.pairs.count, by: max(1, drawn.pairs.count / Self.stillSamples)).map {
      Int(drawn.pairs[$0].first)
    }
    let found = try 2 * samples.count { try isStill($0, in: space) } > samples.count
    usuallyStill[space] = found
    return found
  }

  /// Returns the number of pairs expected by chance to be as close in these spaces, rows included, if it is well below
  /// one.
  ///
  /// - Parameter takesStills: whether samples count that stay the same throughout: alone, they are silence, a black picture or a
  ///   face that was lost, which recordings share by nature.
  /// - Returns: nil if the number is larger, or if the rows contradict.
  func calls(_ pair: SamplePair, in spaces: [Int], takesStills: Bool) throws -> Call? {
    let square = spaces.reduce(0.0) { $0 + Double(vectors[$1].squaredDistance(pair.first, pair.second)) }
    let expected = chance(in: spaces).expected(within: square)
    if expected > 1, isSame(pair, in: spaces, square: square) { common.formUnion([pair.first, pair.second]) }
    if expected > NearDuplicateSearch.chanceLimit {
      // The rows may still decide.
      if comparisonsLeft == 0 { return nil }
      comparisonsLeft -= 1
    }
    guard let result = try rows.compare(pair.first, pair.second, in: spaces) else {
      return expected <= NearDuplicateSearch.chanceLimit ? Call(expected: expected, isByRows: false) : nil
    }
    if result.contradicts || result.isStill && !takesStills { return nil }
    let byRows = try rows.chance(result, in: spaces)
    let both = expected * byRows
    if both <= NearDuplicateSearch.chanceLimit {
      return Call(expected: both, isByRows: byRows <= NearDuplicateSearch.chanceLimit)
    }
    if result.isSame { common.formUnion([pair.first, pair.second]) }
    return nil
  }
}
