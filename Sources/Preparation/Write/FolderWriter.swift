import Corpora
import Files
import Leaks
import Samples
import Shards
import TensorCore
import Text
import Workers

/// Writes the rest of a prepared folder once its shards and samples.jsonl are written, the manifest last.
struct FolderWriter {
  let plan: PreparationPlan
  let aligned: AlignedBlocks
  let scalers: [Modality: RobustScaler]
  let written: WrittenParts
  let output: OutputFolder
  let sourceCheck: SourceCheck
  let workers: OrderedWorkers

  /// Writes the files in the order in which a reader may rely on them.
  func write() throws -> Preparation.Outcome {
    try removeStaleShards()
    let lines = written.samples
    let scalersDigest = try writeScalers()
    try SplitsFile(
      groups: Dictionary(uniqueKeysWithValues: plan.division.splits.map { ($0, groups(of: $0, lines)) }),
      samples: Dictionary(grouping: lines, by: \.split).mapValues { $0.map(\.id) }
    ).write(to: output.path)
    var manifest = self.manifest(lines, scalersDigest: scalersDigest)
    manifest.allowedLeaks = try allowedLeaks(lines, manifest)
    let report = try PreparationReport(
      plan: plan, aligned: aligned, scalers: scalers, written: written, manifest: manifest)
    try writeReports(report, manifest)
    try sourceCheck.requireUnchanged(manifest.sources.map(\.fingerprint))
    // Nobody looks at it before the manifest is there.
    try FolderState(manifestDigest: manifest.sha256, inputs: plan.corpus.sources).write(to: output.path)
    try output.seal(manifest)
    return Preparation.Outcome(wasUpToDate: false, manifest: manifest, report: report)
  }

  /// Writes the files for people and other tools in parallel, the longest first.
  private func writeReports(_ report: PreparationReport, _ manifest: Manifest) throws {
    let (folder, configuration) = (output.path, plan.configuration)
    let files: [@Sendable () throws -> Void] = [
      { try AtomicFile.write(ReportPage.html(report: report.json), to: folder + "/report.html") },
      { try AtomicFile.write(report.json.prettyText, to: folder + "/report.json") },
      {
        let croissant = Croissant(manifest: manifest, configuration: configuration)
        try AtomicFile.write(croissant.json(folder: folder).prettyText, to: folder + "/croissant.json")
      },
    ]
    try workers.forEach(count: files.count, work: { try files[$0]() }, consume: { _, _ in })
  }

  /// The leaks that are found and allowed.
  ///
  /// - Throws: `DataError` 1 for the first one that is not allowed.
  private func allowedLeaks(_ lines: [SampleLine], _ manifest: Manifest) throws -> [Manifest.LeakRecord] {
    let leaks = try SealChecks.run(manifest, lines, in: output.path, dialog: UtteranceID.dialog(ofSample:))
    let allowed = plan.configuration.allowedLeaks
    if let leak = leaks.first(where: { !allowed.contains($0.check) }) {
      throw leak.refusal(of: output.path, all: leaks)
    }
    return leaks
  }

  /// A killed run with another layout may have left shards that this one does not have.
  private func removeStaleShards() throws {
    let folder = output.path + "/" + ShardRecord.folder
    let current = Set(written.shards.map(\.record.file))
    for name in try Folder.names(in: folder) where !current.contains(ShardRecord.folder + "/" + name) {
      try Folder.remove(folder + "/" + name)
    }
  }

  private func groups(of split: Split, _ lines: [SampleLine]) -> [String] {
    Set(lines.filter { $0.split == split }.map(\.group)).sortedByBytes()
  }

  private func manifest(_ lines: [SampleLine], scalersDigest: String) -> Manifest {
    let modalities = plan.modalities
    let splits = plan.division.splits.map { split -> (Split, Manifest.SplitRecord) in
      let records = written.shards.filter { $0.shard.split == split }.map(\.record)
      let rows = modalities.map { modality in (modality, records.reduce(0) { $0 + ($1.rows[modality] ?? 0) }) }
      return (
        split,
        Manifest.SplitRecord(
          samples: records.reduce(0) { $0 + $1.samples }, rows: Dictionary(uniqueKeysWithValues: rows),
          groups: groups(of: split, lines).count, shards: records)
      )
    }
    var scalersRecord =
      plan.configuration.like?.manifest.scalers
      ?? Manifest.ScalersRecord(
        sha256: scalersDigest, rows: scalers.mapValues(\.rowCount),
        trainSamplesSHA256: Manifest.ScalersRecord.digest(of: aligned.sampleIDs(of: .train)))
    for (modality, scaler) in scalers where !scaler.columnsWithoutValue.isEmpty {
      scalersRecord.columnsWithoutValue[modality] = scaler.columnsWithoutValue
    }
    var manifest = Manifest(
      dataset: plan.configuration.corpus.name, granularity: plan.configuration.granularity.rawValue,
      modalities: Dictionary(
        uniqueKeysWithValues: modalities.map { modality in
          (
            modality,
            Manifest.ModalityRecord(
              dim: plan.corpus.width(of: modality), dtype: plan.configuration.dtype,
              source: plan.corpus.sourceNames[modality]
                ?? plan.corpus.sources.first { $0.role == modality.rawValue }?.name ?? "",
              columns: plan.corpus.columnNames[modality], extractor: plan.configuration.extractors[modality])
          )
        }),
      labelNames: plan.corpus.labels.columns.names, splits: Dictionary(uniqueKeysWithValues: splits),
      scalers: scalersRecord,
      sources: plan.corpus.sources.map {
        Manifest.SourceRecord(
          name: $0.name, bytes: $0.byteCount, fingerprint: $0.fingerprint(in: plan, aligned.summaries))
      },
      config: output.configuration, toolVersion: ToolVersion.current)
    // Where the options do not say which classes there are.
    if case .numbered(_, let names) = plan.corpus.labels.columns.classes, manifest.config["classes"] == nil {
      manifest.classNames = names
    }
    return manifest
  }

  /// Writes the scalers that were fitted, or those of the folder that this one is like, byte for byte.
  private func writeScalers() throws -> String {
    let path = output.path + "/" + ScalersFile.name
    if let like = plan.configuration.like { return try like.writeScalers(to: path) }
    let columns = scalers.mapValues { ScalersFile.Columns(center: $0.center, scale: $0.scale) }
    return try ScalersFile(columns: columns).write(to: path).sha256
  }
}

extension Manifest.LeakRecord {
  /// Why a folder with this leak is not sealed, or not used.
  func refusal(of folder: String, all leaks: [Manifest.LeakRecord]) -> DataError {
    let sentence = summary.hasSuffix(".") ? String(summary.dropLast()) : summary
    return DataError(
      .checkFailed, file: folder, "fails the check \(check): \(sentence)",
      advice: "Divide the recordings differently with --overwrite, or seal the folder with its leak: --allow-leaks "
        + leaks.map(\.check).joined(separator: ",") + ".")
  }
}
