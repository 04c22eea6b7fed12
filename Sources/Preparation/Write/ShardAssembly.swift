import ArrayFiles
import Corpora
import Files
import Samples
import Shards
import TensorCore
import Text

/// Turns the blocks of a shard into the shard: scales, converts, writes.
struct ShardAssembly: Sendable {
  let plan: PreparationPlan
  let aligned: AlignedBlocks
  let scalers: [Modality: RobustScaler]
  /// The prepared folder.
  let output: String

  /// A written shard and what was counted on the way.
  struct Outcome: Sendable {
    let shard: PlannedShard
    let record: ShardRecord
    /// `visual.imputed_cells`, `visual.missing_rows`, `visual.saturated`, …
    let tally: Tally
  }

  /// Rows that are read, scaled and converted at a time: few enough to stay in cache until they are written.
  private struct Piece {
    let cleaned: FloatBuffer
    let scaled: FloatBuffer

    init(cellCount: Int) {
      cleaned = FloatBuffer(capacity: cellCount)
      scaled = FloatBuffer(capacity: cellCount)
    }
  }

  private static let pieceBytes = 128 << 10

  /// Writes a shard, which has at least one sample.
  func write(_ shard: PlannedShard) throws -> Outcome {
    let samples = shard.blocks.flatMap { aligned.summaries[$0].samples }
    var writer = try ShardWriter(path: output + "/" + shard.file, description: describe(shard, samples))
    var tally = Tally()
    try forEachBlock(of: shard) { block, modality in
      try block.intervals(modality).withUnsafeBytes { try writer.append($0, to: TensorName.intervals(modality)) }
    }
    for modality in plan.modalities {
      try writer.append(offsets(of: samples, modality), to: TensorName.offsets(modality))
    }
    try writer.append(samples.flatMap(\.labels), to: TensorName.labels)
    let piece = Piece(cellCount: Self.pieceBytes / 4 + (plan.modalities.map(plan.corpus.width).max() ?? 0))
    try forEachBlock(of: shard) { try appendValues(of: $0, $1, through: piece, &writer, &tally) }
    try forEachBlock(of: shard) { block, modality in
      let mask = try block.mask(modality)
      tally.add(mask.count { $0 == 0 }, to: "\(modality).missing_rows.\(shard.split)")
      try mask.withUnsafeBytes { try writer.append($0, to: TensorName.mask(modality)) }
    }
    return Outcome(shard: shard, record: try writer.commit(), tally: tally)
  }

  private func describe(_ shard: PlannedShard, _ samples: [BlockSample]) -> ShardDescription {
    let rowCounts = plan.modalities.map { modality in
      (modality, shard.blocks.reduce(0) { $0 + aligned.summaries[$1].rowCount(modality) })
    }
    return ShardDescription(
      split: shard.split, granularity: plan.configuration.granularity.rawValue, dataset: plan.configuration.corpus.name,
      dtype: plan.configuration.dtype, ids: samples.map(\.id.description),
      labelNames: plan.corpus.labels.columns.names,
      modalities: plan.modalities.map { ($0, plan.corpus.width(of: $0)) },
      rowCounts: Dictionary(uniqueKeysWithValues: rowCounts))
  }

  /// Visits the blocks of a shard, modality by modality.
  private func forEachBlock(of shard: PlannedShard, _ body: (any BlockRows, Modality) throws -> Void) throws {
    for modality in plan.modalities {
      for number in shard.blocks {
        try body(try aligned.rows(ofBlock: number), modality)
      }
    }
  }

  private func offsets(of samples: [BlockSample], _ modality: Modality) -> [Int64] {
    var offsets: [Int64] = [0]
    for sample in samples { offsets.append(offsets[offsets.count - 1] + Int64(sample.rows[modality] ?? 0)) }
    return offsets
  }

  private func appendValues(
    of block: any BlockRows, _ modality: Modality, through piece: Piece, _ writer: inout ShardWriter,
    _ tally: inout Tally
  ) throws {
    guard let scaler = scalers[modality] else { throw DataError(.internalBug, "no scaler for \(modality)") }
    let width = plan.corpus.width(of: modality)
    let rows = block.rowCount(modality)
    let pieceRows = max(1, Self.pieceBytes / (4 * width))
    var row = 0
    while row < rows {
      let count = min(pieceRows, rows - row)
      let scaled = UnsafeMutableRawBufferPointer(piece.scaled.values)
      let result = try block.withValues(modality, rows: row..<row + count, through: piece.cleaned) {
        scaler.transform(
          UnsafeBufferPointer(start: $0, count: count * width), rowCount: count, as: plan.configuration.dtype.format,
          into: scaled)
      }
      tally.add(result.imputed, to: "\(modality).imputed_cells")
      tally.add(result.saturated, to: "\(modality).saturated")
      let bytes = UnsafeRawBufferPointer(scaled).part(
        from: 0, count: count * width * plan.configuration.dtype.byteCount)
      try writer.append(bytes, to: TensorName.values(modality))
      row += count
    }
  }
}
