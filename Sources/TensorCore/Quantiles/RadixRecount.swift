import Workers

/// Exact order statistics by counting the digits of the cells' keys, one digit per pass over the rows: slow, but independent
/// of any guess. This finds what brackets missed.
struct RadixRecount {
  let rows: any RowSource
  let workers: OrderedWorkers
  /// The most bytes of histograms, beyond those of one column with the smallest digits.
  let byteLimit: Int

  /// A column and the ranks of its valid cells to find.
  struct Request: Sendable {
    var column: Int
    var ranks: [Int]
  }

  /// How wide a digit is, and how many columns are counted at once.
  struct Plan: Hashable {
    var digitBits: Int
    var columnsAtOnce: Int
    var passCount: Int
  }

  /// The widest digit.
  private static let mostBits = 16

  /// The plan that takes the fewest passes within the limit: wide digits for a few columns, narrow digits for many.
  func plan(columns: Int, ranks: Int) -> Plan {
    let plans = (1...Self.mostBits).map { bits in
      let bytes = workers.threadCount * max(1, ranks) * MemoryLayout<UInt32>.size << bits
      let atOnce = max(1, byteLimit / bytes)
      let rounds = (columns + atOnce - 1) / atOnce
      return (bytes: bytes, Plan(digitBits: bits, columnsAtOnce: atOnce, passCount: rounds * Self.digitCount(bits)))
    }
    let affordable = plans.filter { $0.bytes <= byteLimit }
    return (affordable.isEmpty ? [plans[0]] : affordable).map(\.1).min { $0.passCount < $1.passCount }!  // never empty
  }

  private static func digitCount(_ bits: Int) -> Int { (UInt32.bitWidth + bits - 1) / bits }

  /// The values at the ranks of each request, in order.
  func values(_ requests: [Request]) throws -> [[Float]] {
    let plan = plan(columns: requests.count, ranks: requests.map(\.ranks.count).max() ?? 1)
    var found: [[Float]] = []
    for start in stride(from: 0, to: requests.count, by: plan.columnsAtOnce) {
      let requests = requests[start..<min(start + plan.columnsAtOnce, requests.count)]
      found += try values(Array(requests), digitBits: plan.digitBits)
    }
    return found
  }

  private func values(_ requests: [Request], digitBits: Int) throws -> [[Float]] {
    var places = requests.map { $0.ranks.map { Place(prefix: 0, rank: $0) } }
    var rest = UInt32.bitWidth
    while rest > 0 {
      let digit = Digit(columns: requests.map(\.column), places, rest: rest, bits: min(digitBits, rest))
      let histograms = try count(digit)
      for (index, here) in places.enumerated() {
        places[index] = here.map { digit.extended($0, of: index, in: histograms) }
      }
      rest -= digit.bits
    }
    return places.map { $0.map { SortableKey.value($0.prefix) } }
  }

  /// Histograms of the digit, as many lists of them as there were workers.
  private func count(_ digit: Digit) throws -> [[UInt32]] {
    let rows = rows
    let counts = rows.pieceRowCounts
    return try workers.states(
      count: counts.count, state: { [UInt32](repeating: 0, count: digit.prefixes.count << digit.bits) }
    ) { piece, histograms in
      try histograms.withUnsafeMutableBufferPointer { histograms in
        try rows.withPiece(piece) { cells in
          require(cells.count == checkedCount(counts[piece], rows.width), "a piece has its rows")
          digit.count(cells, width: rows.width, into: histograms)
        }
      }
    }
  }
}

/// Where an order statistic has been found to lie.
private struct Place {
  /// The upper bits of its key that are known.
  var prefix: UInt32
  /// Its rank among the cells that have these bits.
  var rank: Int
}

/// The next digit of the keys of some columns: one histogram for each prefix that a wanted key may have.
private struct Digit: Sendable {
  private let columns: [Int]
  /// The prefixes of every column, one column after the other, ascending in each.
  let prefixes: [UInt32]
  /// Where each column's prefixes begin; one number more than there are columns.
  private let starts: [Int]
  /// The bits below the known ones.
  private let rest: Int
  /// The bits of this digit, the uppermost of the rest.
  let bits: Int

  init(columns: [Int], _ places: [[Place]], rest: Int, bits: Int) {
    let lists = places.map { Set($0.map(\.prefix)).sorted() }
    (self.columns, self.rest, self.bits) = (columns, rest, bits)
    prefixes = lists.flatMap(\.self)
    starts = lists.reduce(into: [0]) { $0.append($0.last! + $1.count) }  // begins with a 0
  }

  /// Counts rows, [rows, width], row by row, so that memory is read in order.
  func count(_ cells: UnsafeBufferPointer<Float>, width: Int, into histograms: UnsafeMutableBufferPointer<UInt32>) {
    require(
      columns.allSatisfy { $0 < width } && histograms.count == prefixes.count << bits, "histograms belong to the digit")
    let (known, low, mask) = (UInt64(rest), UInt64(rest - bits), UInt64(1) << UInt64(bits) - 1)
    columns.withUnsafeBufferPointer { columns in
      starts.withUnsafeBufferPointer { starts in
        prefixes.withUnsafeBufferPointer { prefixes in
          for row in stride(from: 0, to: cells.count, by: width) {
            for index in columns.indices {
              let cell = cells[row + columns[index]]
              if cell.isNaN { continue }
              let key = UInt64(SortableKey.key(cell))
              let (prefix, digit) = (UInt32(truncatingIfNeeded: key &>> known), Int(key &>> low & mask))
              for number in starts[index]..<starts[index + 1] where prefixes[number] == prefix {
                histograms[number &<< bits | digit] &+= 1
              }
            }
          }
        }
      }
    }
  }

  /// A place of a column with this digit known as well.
  func extended(_ place: Place, of index: Int, in histograms: [[UInt32]]) -> Place {
    let number = prefixes[starts[index]..<starts[index + 1]].firstIndex(of: place.prefix)!  // made from these places
    var before = 0
    for digit in 0..<1 << bits {
      let here = histograms.reduce(0) { $0 + Int($1[number << bits | digit]) }
      if place.rank < before + here {
        return Place(prefix: place.prefix << UInt32(bits) | UInt32(digit), rank: place.rank - before)
      }
      before += here
    }
    promiseBroken("a rank lies among the valid cells of its column")
  }
}
