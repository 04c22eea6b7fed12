import Leaks

/// The first of the pairs that a finding concerns, and how many there are.
struct LeakExcerpt: Sendable {
  private(set) var first: [LeakRow] = []
  private(set) var count = 0

  /// Pairs that a page shows; leaks.csv has all.
  private static let limit = 25

  /// Counts a pair, and keeps it if it is one of the first.
  mutating func add(_ row: LeakRow) {
    if first.count < Self.limit { first.append(row) }
    count += 1
  }
}
