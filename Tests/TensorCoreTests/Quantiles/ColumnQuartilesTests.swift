import Synchronization
import Testing
import Workers

@testable import TensorCore

@Suite("ColumnQuartiles")
struct ColumnQuartilesTests {
  static func search(_ rows: any RowSource, threads: Int = 1, limits: QuartileSearch.Limits) throws -> [ColumnQuartiles]
  {
    var search = QuartileSearch(rows: rows, workers: OrderedWorkers(threadCount: threads))
    search.limits = limits
    return try search.run()
  }

  /// Computed by sorting each column.
  static func sorted(_ values: [Float], width: Int) -> [ColumnQuartiles] {
    (0..<width).map { column in
      let cells = stride(from: column, to: values.count, by: width).map { values[$0] + 0 }.filter { !$0.isNaN }.sorted()
      guard let least = cells.first, let greatest = cells.last else { return .empty }
      return ColumnQuartiles(
        validCount: cells.count, minimum: least, maximum: greatest,
        values: ColumnQuartiles.ranks(count: cells.count).map { cells[$0] })
    }
  }

  /// Whether all numbers have the same bits; NaN equals NaN.
  static func agree(_ first: [ColumnQuartiles], _ second: [ColumnQuartiles]) -> Bool {
    func bits(_ quartiles: ColumnQuartiles) -> [UInt64] {
      [
        UInt64(quartiles.validCount), UInt64(quartiles.minimum.bitPattern), quartiles.lower.bitPattern,
        UInt64(quartiles.median.bitPattern), quartiles.upper.bitPattern, UInt64(quartiles.maximum.bitPattern),
      ]
    }
    return first.map(bits) == second.map(bits)
  }

  /// Difficult columns, each in its own way.
  static func awkward(rowCount: Int, seed: UInt64) -> (values: [Float], width: Int) {
    var numbers = TestNumbers(seed: seed)
    let width = 19
    var values: [Float] = []
    for row in 0..<rowCount {
      let uniform = Float.random(in: -1...1, using: &numbers)
      let coin = Bool.random(using: &numbers)
      let die = Int.random(in: 0..<5, using: &numbers)
      values += [
        uniform, uniform * 1e30, uniform * Float.leastNormalMagnitude, 7, coin ? 0 : -0.0, coin ? 0 : uniform,
        Float(die), Float(die / 2), Float(row), Float(-row), Float(row % 2), die == 0 ? .nan : uniform,
        die > 0 ? .nan : uniform, .nan, row == rowCount / 2 ? 3 : .nan, (uniform * 8).rounded(),
        uniform * uniform * uniform, row < rowCount / 3 ? 0 : 1, coin ? .nan : Float(die % 2),
      ]
    }
    return (values, width)
  }

  @Test("two, three and four cells match worked examples")
  func byHand() throws {
    let rows = MemoryRows(
      [
        1, 4, .nan,
        2, 3, .nan,
        5, .nan, .nan,
        9, 8, .nan,
      ], width: 3)
    let result = try ColumnQuartiles.of(rows, workers: OrderedWorkers(threadCount: 1))
    // 1 2 5 9: ranks 0.75, 1.5, 2.25. 3 4 8: ranks 0.5, 1, 1.5.
    let first = ColumnQuartiles(validCount: 4, minimum: 1, lower: 1.75, median: 3.5, upper: 6, maximum: 9)
    let second = ColumnQuartiles(validCount: 3, minimum: 3, lower: 3.5, median: 4, upper: 6, maximum: 8)
    #expect(Self.agree(result, [first, second, .empty]))
  }

  @Test("an input without rows gives columns without valid cells")
  func noRows() throws {
    let rows = MemoryRows([], width: 2)
    let result = try ColumnQuartiles.of(rows, workers: OrderedWorkers(threadCount: 1))
    #expect(Self.agree(result, [.empty, .empty]))
  }

  @Test("the difference of neighbours is rounded to float32 before weighting, as in NumPy")
  func roundingOrder() {
    let low: Float = 1e-8
    let high: Float = 1
    let quartiles = ColumnQuartiles(
      validCount: 2, minimum: low, maximum: high, values: [low, high, low, high, low, high])
    let difference = Double(high - low)
    #expect(quartiles.lower == Double(low) + difference * 0.25)
    #expect(quartiles.upper == Double(high) - difference * 0.25)
    #expect(quartiles.lower != Double(low) + (Double(high) - Double(low)) * 0.25)
  }

  @Test("cells near the largest float32 do not overflow")
  func overflow() {
    let large = Float.greatestFiniteMagnitude
    let same = ColumnQuartiles(
      validCount: 2, minimum: large, maximum: large, values: [Float](repeating: large, count: 6))
    #expect(same.median == large && same.lower == Double(large))
    let apart = ColumnQuartiles(
      validCount: 2, minimum: -large, maximum: large, values: [-large, large, -large, large, -large, large])
    #expect(apart.median == 0 && apart.upper - apart.lower == Double(large))
  }

  @Test(
    "median and quartile range match scikit-learn bit for bit on awkward columns", arguments: [37, 640])
  func golden(rowCount: Int) throws {
    let values = try Fixture.load("\(rowCount)-rows.f32", as: Float.self)
    let expected = try Fixture.load("\(rowCount)-center-scale.f64", as: Double.self)
    let width = expected.count / 2
    let rows = MemoryRows(values, width: width, rowsPerPiece: 11)
    let result = try ColumnQuartiles.of(rows, workers: OrderedWorkers(threadCount: 1))
    for column in 0..<width {
      let center = expected[column]
      let scale = expected[width + column]
      if center.isNaN {
        #expect(result[column].validCount == 0)
        continue
      }
      // scikit-learn leaves the sign of a zero to chance.
      #expect(Double(result[column].median) == center)
      let range = result[column].upper - result[column].lower
      #expect(range == scale || (range < 10 * Double.ulpOfOne && scale == 1), "column \(column)")
    }
  }
}

// MARK: - The same bits by every route

extension ColumnQuartilesTests {
  /// Limits so small that a few thousand rows take the route of millions.
  private static let tight = QuartileSearch.Limits(
    wholeCells: 0, sampleCells: 19 * 100, sampleRows: 100, poolCells: 19 * 3000, recountBytes: 1 << 20, deviations: 4)

  @Test("a sample and one pass find the same as sorting", arguments: [101, 1500, 4003])
  func sampled(rowCount: Int) throws {
    let (values, width) = Self.awkward(rowCount: rowCount, seed: 1)
    let result = try Self.search(MemoryRows(values, width: width, rowsPerPiece: 97), limits: Self.tight)
    #expect(Self.agree(result, Self.sorted(values, width: width)))
  }

  @Test("threads and pieces do not change a bit")
  func divisions() throws {
    let (values, width) = Self.awkward(rowCount: 1200, seed: 2)
    let expected = Self.sorted(values, width: width)
    let divisions = [[1200], [1, 1199], [600, 0, 593, 7], [Int](repeating: 8, count: 150)]
    for (counts, threads) in zip(divisions, [1, 2, 3, 5]) {
      let rows = MemoryRows(values, width: width, pieceRowCounts: counts)
      #expect(Self.agree(try Self.search(rows, threads: threads, limits: Self.tight), expected))
    }
  }

  @Test("brackets that miss are corrected by counting again")
  func misses() throws {
    let (values, width) = Self.awkward(rowCount: 700, seed: 3)
    var limits = Self.tight
    limits.deviations = 0
    let result = try Self.search(MemoryRows(values, width: width, rowsPerPiece: 97), threads: 2, limits: limits)
    #expect(Self.agree(result, Self.sorted(values, width: width)))
  }

  @Test("a pool too small for the candidates costs time, not exactness", arguments: [0, 500, 4000])
  func smallPool(cells: Int) throws {
    let (values, width) = Self.awkward(rowCount: 900, seed: 4)
    var limits = Self.tight
    limits.poolCells = cells
    let result = try Self.search(MemoryRows(values, width: width, rowsPerPiece: 200), threads: 2, limits: limits)
    #expect(Self.agree(result, Self.sorted(values, width: width)))
  }

  @Test("many columns whose candidates never fit take few passes")
  func manyMisses() throws {
    let (width, rowCount) = (200, 3000)
    // Each value stands in many rows, so that a bracket around it cannot become narrow.
    let values = (0..<rowCount * width).map { Float(($0 / width &* 7 &+ $0 % width) % 11) }
    let rows = CountedRows(MemoryRows(values, width: width, rowsPerPiece: rowCount))
    let limits = QuartileSearch.Limits(
      wholeCells: 0, sampleCells: 64 * width, sampleRows: 64, poolCells: 8, recountBytes: 1 << 20, deviations: 4)
    let result = try Self.search(rows, threads: 2, limits: limits)
    #expect(Self.agree(result, Self.sorted(values, width: width)))
    #expect(rows.passes <= 10)
  }

  @Test(
    "a recount takes wide digits for few columns and narrow ones for many",
    arguments: zip([1, 2, 713, 5000], [(16, 2), (16, 2), (7, 5), (4, 8)]))
  func digits(columns: Int, expected: (bits: Int, passes: Int)) {
    let recount = RadixRecount(
      rows: MemoryRows([], width: 1), workers: OrderedWorkers(threadCount: 2), byteLimit: 6 << 20)
    let plan = recount.plan(columns: columns, ranks: 6)
    #expect(plan.digitBits == expected.bits && plan.passCount == expected.passes, "\(plan)")
  }

  @Test("if candidates would not fit, a larger sample first narrows the brackets")
  func narrowing() throws {
    var numbers = TestNumbers(seed: 6)
    let values = (0..<40_000).map { _ in Float.random(in: 0...1, using: &numbers) }
    let limits = QuartileSearch.Limits(
      wholeCells: 0, sampleCells: 128, sampleRows: 64, poolCells: 5000, recountBytes: 1 << 20, deviations: 4)
    let result = try Self.search(MemoryRows(values, width: 2), threads: 2, limits: limits)
    #expect(Self.agree(result, Self.sorted(values, width: 2)))
  }

  /// Rows that count how often they are visited.
  private final class CountedRows: RowSource {
    private let rows: MemoryRows
    private let visits = Atomic(0)
    var width: Int { rows.width }
    var pieceRowCounts: [Int] { rows.pieceRowCounts }
    /// The number of passes over the only piece.
    var passes: Int { visits.load(ordering: .relaxed) }

    init(_ rows: MemoryRows) { self.rows = rows }

    func withPiece(_ index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
      visits.add(1, ordering: .relaxed)
      try rows.withPiece(index, body)
    }
  }

  @Test("an error in a piece ends the search")
  func failure() {
    struct Broken: RowSource {
      let width = 1
      let pieceRowCounts = [4]
      struct Failure: Error {}
      func withPiece(_ index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws { throw Failure() }
    }
    #expect(throws: Broken.Failure.self) {
      try ColumnQuartiles.of(Broken(), workers: OrderedWorkers(threadCount: 1))
    }
  }
}
