import ArrayFiles
import Files
import Samples
import Shards
import Signals
import Text
public import Workers

/// Masks of a missing-modality protocol: what a model does not get to see of the samples of a prepared folder.
///
/// `masks/<rate>-<seed>.safetensors` in the folder, with samples in the order of samples.jsonl and modalities in the order
/// visual, audio, text:
///
/// - `sample_mask` U8 [samples, 3]: 1 where the sample has the modality and keeps it. One modality always stays.
/// - `<m>_row_mask` U8 [rows]: 1 where the row is kept, for protocols that take rows instead; a row that the shard's own
///   mask calls missing stays missing.
/// - `sample_present` U8 [samples, 3]: 1 where the sample has a row of the modality in the folder
/// - `<m>_offsets` I64 [samples + 1]: sample i has the rows offsets[i] ..< offsets[i + 1]
///
/// Its metadata hold `ids`, `seed` and the bounds, so that the masks can be made again from nothing else. From
/// SHA-256("seed:modality:id"), as hexadecimal digits, the first 16 are the number of the sample's modality, the next 16
/// the state of a SplitMix64 generator, whose output k is the number of row k. A number shifted right by 11 bits that is
/// less than `sample_bound` or `row_bound` takes the modality or row; of a sample that would lose all it has, the modality
/// with the greatest number stays, the first of equals.
public enum MissingMasks {
  /// `format` in the metadata.
  static let format = "msa-masks/1"
  /// The folder of the masks inside the prepared folder.
  static let folder = "masks"

  /// Writes the masks for a rate.
  ///
  /// - Parameter rate: the share of modalities, or of rows, that is taken; more than 0 and less than 1.
  /// - Throws: `DataError` 66 or 65 when `folder` is not a readable prepared folder, or is prepared again meanwhile; 73 or
  ///   74 when writing fails; 130 when the user interrupts.
  public static func write(
    in folder: String, rate: Double, seed: UInt64, progress: any ProgressSink
  ) throws -> MaskSummary {
    let source = try ExportSource(folder: folder)
    let samples = try Self.samples(of: source, seed: seed, progress)
    let masks = folder + "/" + Self.folder
    try Folder.makeOwn(masks)
    let path = "\(masks)/\(JSONValue.number(rate).canonicalText)-\(seed).safetensors"
    return try MaskFile(
      samples: samples, modalities: source.modalities, rate: rate, seed: seed, manifest: source.manifest
    ).write(to: path) {
      guard try Manifest.read(folder) == source.manifest else {
        throw DataError(.badData, file: folder, "was prepared again in the meantime", advice: "Run again.")
      }
    }
  }

  private static func samples(
    of source: ExportSource, seed: UInt64, _ progress: any ProgressSink
  ) throws -> [MaskedSample] {
    let draws = MissingDraws(seed: seed)
    let files = source.manifest.presentSplits.flatMap(source.shardFiles(of:))
    progress.begin("mask", total: files.count, unit: "shard")
    defer { progress.end() }
    return try files.flatMap { file in
      let (shard, lines) = try source.open(file)
      progress.advance(by: 1)
      return lines.map { line in
        var sample = MaskedSample(id: line.id)
        for modality in source.modalities {
          let rows = shard.rows(of: line.index, modality)
          sample.parts[modality] = MaskedSample.Part(
            rowCount: rows.count, isPresent: shard.mask(modality)?[rows].contains(1) ?? false,
            draws: draws.stream(of: line.id, modality))
        }
        return sample
      }
    }
  }
}

/// A sample and the numbers that decide what is taken from it.
struct MaskedSample: Sendable {
  struct Part: Sendable {
    let rowCount: Int
    /// Whether the folder has anything of the modality for the sample.
    let isPresent: Bool
    let draws: MissingDraws.Stream
  }

  let id: String
  var parts: [Modality: Part] = [:]

  /// The modalities that it has and keeps: at least one, unless it has none.
  func kept(_ rate: MissingRate) -> Set<Modality> {
    let present = parts.filter(\.value.isPresent)
    let kept = present.filter { !rate.takes(whole: $0.value.draws.whole) }
    if !kept.isEmpty { return Set(kept.keys) }
    let greatest = present.values.map(\.draws.whole).max()
    let last = present.keys.sorted().first { present[$0]?.draws.whole == greatest }
    return Set(last.map { [$0] } ?? [])
  }

  /// 1 for each row of a modality that is kept.
  func rowMask(_ modality: Modality, _ rate: MissingRate) -> [UInt8] {
    guard let part = parts[modality] else { return [] }
    return (0..<part.rowCount).map { rate.takes(row: part.draws.row($0)) ? 0 : 1 }
  }
}

/// The file of the masks of one rate and seed.
private struct MaskFile {
  let samples: [MaskedSample]
  let modalities: [Modality]
  let rate: Double
  let seed: UInt64
  let manifest: Manifest

  private var bounds: MissingRate { MissingRate(rate, modalityCount: modalities.count) }

  /// Writes the file; `check` runs before it gets its name.
  func write(to path: String, check: () throws -> Void) throws -> MaskSummary {
    let bounds = bounds
    var summary = MaskSummary(path: path, sampleCount: samples.count)
    var writer = try SafetensorsWriter(path: path, header: header, digest: .none)
    for modality in modalities {
      var end: Int64 = 0
      let ends = samples.map { sample in
        end += Int64(sample.parts[modality]?.rowCount ?? 0)
        return end
      }
      try writer.append([0] + ends, to: TensorName.offsets(modality))
    }
    for sample in samples {
      try writer.append(Modality.allCases.map { flag(sample.parts[$0]?.isPresent ?? false) }, to: Self.present)
    }
    for sample in samples {
      let kept = sample.kept(bounds)
      try writer.append(Modality.allCases.map { flag(kept.contains($0)) }, to: Self.mask)
      for modality in modalities where sample.parts[modality]?.isPresent == true {
        summary.taken[modality, default: .init()].samples += 1
        if !kept.contains(modality) { summary.taken[modality]?.samplesTaken += 1 }
      }
    }
    var hasRows = Array(repeating: false, count: samples.count)
    for modality in modalities {
      for (number, sample) in samples.enumerated() {
        if number.isMultiple(of: 1 << 10) { try Interrupt.check() }
        let mask = sample.rowMask(modality, bounds)
        try writer.append(mask, to: Self.rowMask(modality))
        summary.taken[modality, default: .init()].rows += mask.count
        summary.taken[modality]?.rowsTaken += mask.count { $0 == 0 }
        if mask.contains(1), sample.parts[modality]?.isPresent == true { hasRows[number] = true }
      }
    }
    summary.emptiedCount = zip(samples, hasRows).count { sample, hasRows in
      !hasRows && sample.parts.values.contains(where: \.isPresent)
    }
    let largest = MissingRate.largest(modalityCount: modalities.count)
    if rate > largest {
      summary.notes.append(
        "One of \(modalities.count.counted("modality", plural: "modalities")) always stays, so the sample masks take at "
          + "most \(Int((100 * largest).rounded())) % of them.")
    }
    try check()
    _ = try writer.commit()
    return summary
  }

  private func flag(_ isSet: Bool) -> UInt8 { isSet ? 1 : 0 }

  private static let mask = "sample_mask"
  private static let present = "sample_present"
  private static func rowMask(_ modality: Modality) -> String { "\(modality)_row_mask" }

  private var header: SafetensorsHeader {
    let shape = [samples.count, Modality.allCases.count]
    var tensors: [(name: String, type: TensorType, shape: [Int])] = modalities.map {
      (TensorName.offsets($0), .int64, [samples.count + 1])
    }
    tensors += [Self.present, Self.mask].map { ($0, .uint8, shape) }
    tensors += modalities.map { modality in
      (Self.rowMask(modality), .uint8, [samples.reduce(0) { $0 + ($1.parts[modality]?.rowCount ?? 0) }])
    }
    let ids = JSONValue.array(samples.map { .string($0.id) })
    return SafetensorsHeader(
      laying: tensors,
      metadata: [
        "format": MissingMasks.format, "generator": "sha256-splitmix64", "ids": ids.canonicalText,
        "manifest_sha256": manifest.sha256, "rate": JSONValue.number(rate).canonicalText, "seed": "\(seed)",
        "row_bound": "\(bounds.rowBound)", "sample_bound": "\(bounds.wholeBound)",
      ])
  }
}
