import Samples

/// A pair of samples that must not stand in two splits, and why: a line of leaks.csv.
package struct LeakRow: Hashable, Sendable {
  /// A sample as the line names it.
  package struct Side: Hashable, Sendable {
    package let dataset: String
    package let id: String
    package let split: String

    package init(_ sample: AuditedSample, of dataset: AuditedDataset) {
      (self.dataset, id, split) = (dataset.name, sample.id, sample.split.rawValue)
    }
  }

  package let first: Side
  package let second: Side
  /// What is wrong with the pair, in a few words.
  package let reason: String

  /// A pair; the sample of the split that comes first in the order of splits is best given first.
  package init(_ first: Side, _ second: Side, reason: String) {
    (self.first, self.second, self.reason) = (first, second, reason)
  }
}

/// The pairs that a finding is about, handed out one after another: there may be more of them than memory holds.
package struct LeakRows: Sendable {
  private let parts: [@Sendable ((LeakRow) throws -> Void) throws -> Void]

  /// None.
  package init() { parts = [] }

  /// Pairs that are found again when they are asked for.
  package init(_ body: @escaping @Sendable ((LeakRow) throws -> Void) throws -> Void) { parts = [body] }

  private init(parts: [@Sendable ((LeakRow) throws -> Void) throws -> Void]) { self.parts = parts }

  /// Those of several findings, in their order.
  static func joining(_ rows: [LeakRows]) -> LeakRows { LeakRows(parts: rows.flatMap(\.parts)) }

  /// Calls `body` with every pair, always in the same order.
  package func forEach(_ body: (LeakRow) throws -> Void) throws {
    for part in parts { try part(body) }
  }
}
