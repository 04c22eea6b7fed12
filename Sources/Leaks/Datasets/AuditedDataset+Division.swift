package import Samples
import Shards

extension AuditedDataset {
  /// Returns the same samples under a different division into splits.
  ///
  /// - Parameter splits: one for each sample.
  package func divided(as splits: [Split]) -> AuditedDataset {
    precondition(splits.count == samples.count, "a split for each sample")
    let order = Split.allCases.flatMap { split in samples.indices.filter { splits[$0] == split } }
    return AuditedDataset(self, order: order, splits: splits)
  }
}

/// The rows of samples in a different order.
struct ReorderedRows: RowStore {
  let store: any RowStore
  /// The original place of each sample.
  let order: [Int]

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    try store.withRows(of: order[sample], modality, body)
  }

  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? {
    try store.intervals(of: order[sample], modality)
  }
}

extension AuditedDataset {
  /// Whether it is data for a trained model: one split, `predict`, on which nothing was fitted.
  package var isLikeAnother: Bool { manifest?.likeSHA256 != nil }

  /// The splits that it is divided into, or the one that it is.
  package var ownSplits: [Split] { isLikeAnother ? [.predict] : Split.allCases }
}
