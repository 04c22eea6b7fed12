package import Samples

/// A pair of samples that must not lie in two splits, and the reason: one line of leaks.csv.
package struct LeakRow: Hashable, Sendable {
  /// A sample as it is named in the line.
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

  /// Creates a pair; preferably, `first` belongs to the earlier split.
  package init(_ first: Side, _ second: Side, reason: String) {
    (self.first, self.second, self.reason) = (first, second, reason)
  }
}

/// The pairs of a finding, produced one at a time because they may not all fit in memory.
package struct LeakRows: Sendable {
  private let parts: [@Sendable ((LeakRow) throws -> Void) throws -> Void]

  /// Creates an empty collection.
  package init() { parts = [] }

  /// Creates a collection of pairs that are found again on each request.
  package init(_ body: @escaping @Sendable ((LeakRow) throws -> Void) throws -> Void) { parts = [body] }

  private init(parts: [@Sendable ((LeakRow) throws -> Void) throws -> Void]) { self.parts = parts }

  /// Joins the pairs of several findings, in order.
  package static func joining(_ rows: [LeakRows]) -> LeakRows { LeakRows(parts: rows.flatMap(\.parts)) }

  /// Calls `body` with each pair, always in the same order.
  package func forEach(_ body: (LeakRow) throws -> Void) throws {
    for part in parts { try part(body) }
  }
}

/// A column that gives a label away.
package struct LeakColumn: Hashable, Sendable {
  package let modality: Modality
  /// Its place among those of the modality.
  package let column: Int
  package let label: String

  package init(_ modality: Modality, column: Int, label: String) {
    (self.modality, self.column, self.label) = (modality, column, label)
  }
}
