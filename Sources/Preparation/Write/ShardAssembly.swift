import ArrayFiles
import Samples
import Shards
import Storage
import TensorCore

/// Turns the spilled blocks of a shard into the shard: scales, converts, writes.
struct ShardAssembly: Sendable {
  let plan: PreparationPlan
  let spill: SpilledBlocks
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

  /// Rows that are scaled and converted at a time: a few hundred kilobytes, which stay in cache until they are written.
  private static let pieceBytes = 256 << 10

  /// Writes a shard, which has at least one sample.
  func write(_ shard: PlannedShard) throws -> Outcome {
    let blocks = try shard.blocks.map { try spill.open($0) }
    let samples = shard.blocks.flatMap { spill.summaries[$0].samples }
    let modalities = plan.modalities
    let description = ShardDescription(
      split: shard.split, granularity: plan.configuration.granularity.rawValue, dataset: plan.configuration.dataset,
      dtype: plan.configuration.dtype, ids: samples.map(\.id.description), labelNames: plan.sources.labelNames,
      modalities: modalities.map { ($0, plan.sources.width(of: $0)) },
      rowCounts: Dictionary(
        uniqueKeysWithValues: modalities.map { modality in (modality, blocks.reduce(0) { $0 + $1.rowCount(modality) }) }
      ))
    var writer = try ShardWriter(path: output + "/" + shard.file, description: description)
    var tally = Tally()
    for modality in modalities {
      for block in blocks { try writer.append(block.intervals(modality), to: "\(modality)_intervals") }
    }
    for modality in modalities { try append(offsets(of: samples, modality), to: "\(modality)_offsets", &writer) }
    try append(samples.flatMap(\.labels), to: "labels", &writer)
    for modality in modalities {
      for block in blocks { try appendValues(of: block, modality, &writer, &tally) }
    }
    for modality in modalities {
      for block in blocks {
        let mask = block.mask(modality)
        tally.add(mask.count { $0 == 0 }, to: "\(modality).missing_rows.\(shard.split)")
        try writer.append(mask, to: "\(modality)_mask")
      }
    }
    return Outcome(shard: shard, record: try writer.commit(), tally: tally)
  }

  private func offsets(of samples: [BlockSample], _ modality: Modality) -> [Int64] {
    var offsets: [Int64] = [0]
    for sample in samples { offsets.append(offsets[offsets.count - 1] + Int64(sample.rows[modality] ?? 0)) }
    return offsets
  }

  private func append<Element>(_ values: [Element], to tensor: String, _ writer: inout ShardWriter) throws {
    try values.withUnsafeBytes { try writer.append($0, to: tensor) }
  }

  private func appendValues(
    of block: SpilledBlock, _ modality: Modality, _ writer: inout ShardWriter, _ tally: inout Tally
  ) throws {
    guard let scaler = scalers[modality] else { throw DataError(.internalBug, "no scaler for \(modality)") }
    let width = plan.sources.width(of: modality)
    let rows = block.rowCount(modality)
    let values = block.values(modality)
    let pieceRows = max(1, Self.pieceBytes / (4 * width))
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: 4 * pieceRows * width, alignment: 64)
    defer { buffer.deallocate() }
    var row = 0
    while row < rows {
      let count = min(pieceRows, rows - row)
      let result = scaler.transform(
        values + row * width, rowCount: count, as: plan.configuration.dtype.format, into: buffer)
      tally.add(result.imputed, to: "\(modality).imputed_cells")
      tally.add(result.saturated, to: "\(modality).saturated")
      let bytes = count * width * plan.configuration.dtype.byteCount
      try writer.append(UnsafeRawBufferPointer(start: buffer, count: bytes), to: String(describing: modality))
      row += count
    }
    withExtendedLifetime(block) {}
  }
}

extension StoredFloat {
  /// The tensor core's name for the type.
  fileprivate var format: FloatFormat {
    switch self {
    case .f16: .float16
    case .bf16: .bfloat16
    case .f32: .float32
    }
  }
}
