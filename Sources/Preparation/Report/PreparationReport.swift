import ArrayFiles
import Corpora
import Files
import Samples
import Shards
public import Text

/// What was read, dropped, cleaned and imputed: the contents of report.json.
public struct PreparationReport: Sendable {
  /// A file that was read.
  public struct Source: Hashable, Sendable {
    /// `visual`, `labels`, …
    public let role: String
    /// The file's name without its folder.
    public let name: String
    /// The number of entries; nil if files of this kind have none. The same holds for rows and columns.
    public let entryCount: Int?
    /// The number of rows.
    public let rowCount: Int?
    /// The number of columns.
    public let width: Int?
  }

  /// The whole report.
  public let json: JSONValue
  /// The files that were read.
  public let sources: [Source]
  /// What is divided between the splits: a recording, except for dialogs.
  public let group: String
  /// Recordings that were left out.
  public let droppedRecordings: [LeftOut]
  /// Label rows that did not become samples.
  public let droppedSamples: [LeftOut]
  /// Word rows that did not become rows.
  public let droppedWords: [LeftOut]
  /// What the user should know.
  public let warnings: [String]

  /// The report of a finished folder.
  init(json: JSONValue) {
    func list(_ key: String) -> [LeftOut] { (json[key]?["dropped"]?.elements ?? []).map(LeftOut.init(json:)) }
    self.json = json
    sources = (json["sources"]?.elements ?? []).map {
      Source(
        role: $0["role"]?.text ?? "", name: $0["name"]?.text ?? "", entryCount: $0["entries"]?.count,
        rowCount: $0["rows"]?.count, width: $0["width"]?.count)
    }
    group = json["release"]?["group"]?.text ?? json["group"]?.text ?? "recording"
    (droppedRecordings, droppedSamples, droppedWords) = (list("recordings"), list("samples"), list("words"))
    warnings = json["warnings"]?.elements?.compactMap(\.text) ?? []
  }

  init(
    plan: PreparationPlan, aligned: AlignedBlocks, scalers: [Modality: RobustScaler], written: WrittenParts,
    manifest: Manifest
  ) throws {
    let shards = written.shards
    let unreadable = aligned.summaries.flatMap(\.unreadable)
    var droppedRecordings = plan.droppedRecordings
    for defect in unreadable { droppedRecordings.add(defect.recording, .badEntry) }
    let defects = plan.corpus.defects + plan.unreadableLabels + unreadable
    var tally = plan.labelTally
    var dropped = plan.droppedLabels
    for summary in aligned.summaries {
      tally.add(summary.tally)
      dropped.add(summary.dropped)
    }
    for shard in shards { tally.add(shard.tally) }
    let samples = shards.map { shard in
      (shard.shard.split, shard.shard.blocks.flatMap { aligned.summaries[$0].samples })
    }
    let modalities = plan.modalities.map { modality -> (String, JSONValue) in
      let section = ModalityReport(modality: modality, plan: plan, aligned: aligned, tally: tally, manifest: manifest)
      return (modality.rawValue, section.json(scaler: scalers[modality], picture: written.pictures[modality]))
    }
    warnings =
      ReportWarnings(
        plan: plan, tally: tally, manifest: manifest, scalers: scalers, droppedRecordings: droppedRecordings,
        defects: defects, times: TimesCheck(aligned).warnings
      ).list
    sources = plan.corpus.sources.map(Source.init)
    group =
      plan.corpus.facts["release"]?["group"]?.text ?? plan.configuration.corpus.group.singular ?? "recording"
    self.droppedRecordings = droppedRecordings.entries(limit: 100)
    droppedSamples = dropped.entries()
    let words = try Self.words(plan, tally)
    droppedWords = words?.dropped ?? []
    var members: [String: JSONValue] = [
      "format": "msa-report/1", "dataset": .string(manifest.dataset), "granularity": .string(manifest.granularity),
      "clean": .string(plan.configuration.cleaning.rawValue), "dtype": .string(plan.configuration.dtype.rawValue),
      "config": manifest.config, "sources": Self.sources(plan, manifest),
      "recordings": [
        "found": .integer(plan.foundCount), "used": .integer(plan.recordings.count - unreadable.count),
        "dropped": .array(self.droppedRecordings.map(\.json)),
        "unknown_fold_ids": .array(plan.unknownFoldIDs.map { .string($0) }),
      ],
      "samples": try Self.samples(plan, dropped, manifest),
      "labels": Histograms.labels(plan, tally, samples), "lengths": Histograms.lengths(plan, samples),
      "modalities": .object(Dictionary(uniqueKeysWithValues: modalities)),
      "splits": .object(
        Dictionary(
          uniqueKeysWithValues: manifest.splits.map { split, record in
            (
              split.rawValue,
              [
                "groups": .integer(record.groups), "samples": .integer(record.samples),
                "rows": .object(
                  Dictionary(uniqueKeysWithValues: record.rows.map { ($0.key.rawValue, .integer($0.value)) })),
              ]
            )
          })),
      "warnings": .array(warnings.map { .string($0) }),
    ]
    let noun = plan.configuration.corpus.group
    if let group = noun.singular, noun != .recording {
      members["group"] = .string(group)
      members["groups"] = .string(noun.plural)
    }
    members["defective_entries"] = defects.json
    members["like"] = plan.configuration.like.map {
      ["dataset": .string($0.manifest.dataset), "manifest_sha256": .string($0.manifestSHA256)]
    }
    if let words { members["words"] = words.json }
    if !manifest.allowedLeaks.isEmpty { members["allowed_leaks"] = manifest.json["allowed_leaks"] }
    members.merge(plan.corpus.facts) { own, _ in own }
    json = .object(members)
  }

  private static func sources(_ plan: PreparationPlan, _ manifest: Manifest) -> JSONValue {
    .array(
      zip(plan.corpus.sources, manifest.sources).map { input, record in
        var members: [String: JSONValue] = [
          "name": .string(input.name), "role": .string(input.role), "bytes": .integer(input.byteCount),
          "fingerprint": .string(record.fingerprint),
        ]
        members.merge(input.facts) { own, _ in own }
        return .object(members)
      })
  }

  /// Every label row of the file is a sample, dropped for a reason, or in a recording that is left out.
  private static func samples(_ plan: PreparationPlan, _ dropped: DropLog, _ manifest: Manifest) throws -> JSONValue {
    let labels = plan.corpus.labels
    let total = labels.rowCount
    let elsewhere = total - plan.recordings.reduce(0) { $0 + labels.rowCount(of: $1.id) }
    let written = manifest.splits.values.reduce(0) { $0 + $1.samples }
    let droppedCount = DropReason.allCases.reduce(0) { $0 + dropped.count($1) }
    guard total == written + droppedCount + elsewhere else {
      throw DataError(
        .internalBug, file: plan.corpus.labels.path,
        "\(total) label rows, but \(written) written + \(droppedCount) dropped + \(elsewhere) in recordings left out")
    }
    return [
      "label_rows": .integer(total), "written": .integer(written), "in_recordings_left_out": .integer(elsewhere),
      "dropped": dropped.json(),
    ]
  }

  /// Every word row of the file is used, dropped for a reason, or in a recording that is left out.
  private static func words(_ plan: PreparationPlan, _ tally: Tally) throws -> WordCounts? {
    guard plan.configuration.granularity.needsWords, let text = plan.corpus.features[.text] else { return nil }
    let total = text.rowCount
    let reasons: [(String, Int)] = [
      ("in a recording that is left out", total - tally["text.rows_read"]),
      ("a pause (\(plan.configuration.corpus.pauses))", tally["text.pauses"]),
      ("the interval is shorter than 0.00001 s", tally["words.empty_interval"]),
      ("the interval ends before it starts", tally["text.intervals_reversed"]),
      ("the interval has a NaN or infinite time", tally["text.intervals_non_finite"]),
      ("in a labelled segment that is left out", tally["words.in_left_out_segments"]),
      ("outside every labelled segment", tally["words.outside_segments"]),
    ]
    let used = tally["words.used"]
    guard total == used + reasons.reduce(0, { $0 + $1.1 }) else {
      throw DataError(.internalBug, file: text.path, "\(total) word rows, but \(used) used and \(reasons) dropped")
    }
    return WordCounts(
      rows: total, used: used, repeated: tally["words.repeated"],
      dropped: reasons.filter { $0.1 > 0 }.map { LeftOut(reason: $0.0, count: $0.1) })
  }
}

/// What became of the word rows of a text file.
private struct WordCounts {
  let rows: Int
  let used: Int
  let repeated: Int
  let dropped: [LeftOut]

  var json: JSONValue {
    [
      "rows": .integer(rows), "used": .integer(used), "repeated": .integer(repeated),
      "dropped": .array(dropped.map(\.json)),
    ]
  }
}

extension PreparationReport.Source {
  fileprivate init(_ input: Corpora.Source) {
    (role, name) = (input.role, input.name)
    (entryCount, rowCount) = (input.facts["entries"]?.count, input.facts["rows"]?.count)
    width = input.facts["width"]?.count
  }
}
