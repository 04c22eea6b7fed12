import Samples
import Shards
import Synchronization

/// The rows of a folder that is about to be sealed. Few of its shards are ever looked into, so each is mapped when it is.
final class UnsealedRows: RowStore {
  private let folder: String
  private let lines: [SampleLine]
  private let shards = Mutex<[String: ShardReader]>([:])

  init(folder: String, lines: [SampleLine]) {
    self.folder = folder
    self.lines = lines
  }

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    try rows(of: sample).withRows(of: 0, modality, body)
  }

  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? {
    try rows(of: sample).intervals(of: 0, modality)
  }

  /// The shard of a sample, with that sample alone.
  private func rows(of sample: Int) throws -> PreparedRows {
    let line = lines[sample]
    let shard = try shards.withLock { shards in
      if let known = shards[line.shard] { return known }
      let shard = try ShardReader(path: folder + "/" + line.shard)
      shards[line.shard] = shard
      return shard
    }
    return PreparedRows(shards: [shard], places: [(0, line.index)])
  }
}
