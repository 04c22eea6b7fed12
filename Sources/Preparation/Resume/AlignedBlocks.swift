import Corpora
import Files
import Samples
import Synchronization
import TensorCore
import Text

/// All blocks of a run, aligned and cleaned, after the first pass.
struct AlignedBlocks: Sendable {
  /// Where a block's rows are.
  enum Place: Sendable {
    case memory(KeptBlock)
    /// The path of a `SpillFile`.
    case file(String)
  }

  private let plan: PreparationPlan
  private var places: [Place] = []
  /// One per block, in plan order, without the counts by column.
  private(set) var summaries: [BlockSummary] = []
  /// Non-finite cells by column of all blocks together: kept by block, they would take more memory than everything else
  /// known about a large corpus.
  private(set) var nonFinite: [Modality: NonFiniteCounts] = [:]
  private let buffers = SpillBuffers()

  init(plan: PreparationPlan) { self.plan = plan }

  /// Adds the next block in plan order.
  mutating func append(_ place: Place, summary: BlockSummary) {
    var summary = summary
    for (modality, counts) in summary.nonFinite {
      let none = NonFiniteCounts(width: counts.nan.count)
      nonFinite[modality, default: none].add(counts)
    }
    summary.nonFinite = [:]
    places.append(place)
    summaries.append(summary)
  }

  /// A block's rows.
  ///
  /// - Throws: `DataError` 65 when their file is damaged.
  func rows(ofBlock block: Int) throws -> any BlockRows {
    switch places[block] {
    case .memory(let block): block
    case .file(let path): try SpilledBlock(path: path, summary: summaries[block], widths: widths)
    }
  }

  /// The shards that have a sample, numbered without gaps.
  var shardsWithSamples: [PlannedShard] {
    var counts: [Split: Int] = [:]
    return plan.shards.compactMap { shard in
      guard shard.blocks.contains(where: { !summaries[$0].samples.isEmpty }) else { return nil }
      let number = counts[shard.split, default: 0]
      counts[shard.split] = number + 1
      return PlannedShard(split: shard.split, number: number, blocks: shard.blocks)
    }
  }

  /// The ids of a split's samples in plan order.
  func sampleIDs(of split: Split) -> [String] {
    plan.blocks.indices.filter { plan.blocks[$0].split == split }.flatMap {
      summaries[$0].samples.map(\.id.description)
    }
  }

  /// Makes sure that alignment left samples in every split.
  ///
  /// - Throws: `DataError` 65 naming the split that has none.
  func requireSamples() throws {
    let alive = Set(shardsWithSamples.map(\.split))
    for split in plan.division.splits where !alive.contains(split) {
      if split == .valid, plan.configuration.hasNoValid { continue }
      throw DataError(
        .badData, file: plan.corpus.labels.path, "no labelled segment of the \(split) split overlaps any row",
        expected: "at least one sample in each split",
        advice: "Check that features and labels belong to one corpus, or change the folds or ratios.")
    }
  }

  /// Makes sure that every entry could be read, unless the run may continue without the bad ones.
  ///
  /// - Throws: `DataError` 65 that counts the entries that could not.
  func requireReadable() throws {
    let unreadable = summaries.flatMap(\.unreadable)
    if unreadable.isEmpty || plan.configuration.skipsBadEntries { return }
    throw plan.corpus.refusal(ofUnreadable: unreadable)
  }

  /// Makes sure that every modality has a row somewhere.
  ///
  /// - Throws: `DataError` 65 naming the modality that is missing in all samples.
  func requireRows() throws {
    for modality in plan.modalities where !summaries.contains(where: { $0.tally["\(modality).rows_present"] > 0 }) {
      // One recording that a model is asked about may lack what others had.
      if plan.configuration.like != nil, plan.configuration.missing == .keep { continue }
      // Times that the user let pass may well leave nothing.
      if plan.configuration.allowsSuspectTimes { continue }
      if modality == .text, let vectors = plan.corpus.sources.first(where: { $0.role == "glove" }) {
        throw DataError(
          .badData, file: vectors.path, "has no vector for any word of the samples",
          expected: "vectors of words in the corpus's language",
          advice: "Give --glove other vectors, or leave text out with --modalities.")
      }
      throw DataError(
        .badData, file: plan.corpus.features[modality]?.path, "\(modality) is missing in every sample",
        expected: "a row of it in at least one sample",
        advice: "Check that it belongs to the corpus, or leave it out with --modalities.")
    }
  }

  private var widths: [(modality: Modality, width: Int)] {
    plan.modalities.map { ($0, plan.corpus.width(of: $0)) }
  }

  /// The rows of a modality that a statistic may see: those of the blocks whose recordings are all in `train`.
  func rows(of train: TrainSplit, _ modality: Modality) -> AlignedRows {
    let groups = Set(train.groups)
    let blocks = plan.blocks.indices.filter { block in
      plan.recordings[plan.blocks[block].recordings].allSatisfy { groups.contains($0.group) }
    }
    return AlignedRows(
      blocks: self, buffers: buffers, modality: modality, width: plan.corpus.width(of: modality), numbers: blocks,
      pieceRowCounts: blocks.map { summaries[$0].rowCount(modality) })
  }
}

/// The rows of one modality, one piece per block.
struct AlignedRows: RowSource {
  let blocks: AlignedBlocks
  let buffers: SpillBuffers
  let modality: Modality
  let width: Int
  let numbers: [Int]
  let pieceRowCounts: [Int]

  func withPiece(_ index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    let rows = try blocks.rows(ofBlock: numbers[index])
    let count = rows.rowCount(modality)
    try buffers.withBuffer { buffer in
      try rows.withValues(modality, rows: 0..<count, through: buffer) {
        try body(UnsafeBufferPointer(start: $0, count: count * width))
      }
    }
  }
}

/// Buffers that threads borrow for a piece of spilled rows: as many as are in use at once, so that memory is requested
/// once, not for each piece.
final class SpillBuffers: Sendable {
  private struct Idle: @unchecked Sendable {
    // A buffer is either here or with the one thread that took it out.
    var buffers: [FloatBuffer] = []
  }

  private let idle = Mutex(Idle())

  /// Lends a buffer for the duration of `body`; its initial contents are undefined.
  func withBuffer<Result>(_ body: (FloatBuffer) throws -> Result) rethrows -> Result {
    let buffer = idle.withLock { $0.buffers.popLast() } ?? FloatBuffer()
    defer { idle.withLock { $0.buffers.append(buffer) } }
    return try body(buffer)
  }
}
