import Console
import Preparation
import Samples
import Shards
import Tables
import Text

/// The summary printed at the end of a preparation.
struct PreparationSummary {
  private let outcome: Preparation.Outcome
  private let folder: String

  init(_ outcome: Preparation.Outcome, folder: String) {
    self.outcome = outcome
    self.folder = folder
  }

  /// What was read, the samples in each split, what was left out, warnings, and where to look next.
  var text: String {
    var lines = sources + [""] + splits
    let left = leftOut
    if !left.isEmpty { lines += ["", "Left out:"] + left.map { "  " + $0 } }
    let warnings = outcome.report.warnings
    if !warnings.isEmpty { lines += ["", "Warnings:"] + warnings.map { "  " + $0 } }
    let state =
      outcome.wasUpToDate
      ? "\(folder) is up to date: same input, same configuration, every checksum matches."
      : "\(folder) is complete\(outcome.manifest.likeSHA256 == nil ? "" : "; nothing was fitted")."
    return PrintableText.joined(lines + ["", state, "Report: \(folder)/report.html"])
  }

  /// The summary as JSON, with the paths of the manifest and the report.
  var json: JSONValue {
    [
      "folder": .string(folder), "manifest": .string(folder + "/" + Manifest.name),
      "up_to_date": .bool(outcome.wasUpToDate), "splits": outcome.manifest.json["splits"] ?? .null,
      "config_sha256": .string(outcome.manifest.configSHA256), "report": outcome.report.json,
    ]
  }

  private var sources: [String] {
    var table = TextTable([.left, .left, .right, .right, .right])
    table.add(["Read", "file", "entries", "rows", "columns"])
    for source in outcome.report.sources {
      table.add(
        [source.role, source.name]
          + [source.entryCount, source.rowCount, source.width].map { $0?.grouped ?? "" })
    }
    return table.lines
  }

  private var splits: [String] {
    var table = TextTable([.left, .right, .right, .right, .left])
    table.add(
      ["Split", outcome.report.group + "s", "samples", "shards", "\(outcome.manifest.granularity) rows"])
    for split in outcome.manifest.presentSplits {
      guard let record = outcome.manifest.splits[split] else { continue }
      table.add([
        split.rawValue, record.groups.grouped, record.samples.grouped, record.shards.count.grouped,
        Self.rows(record.rows),
      ])
    }
    return table.lines
  }

  /// Returns a single number if the modalities agree, otherwise one for each.
  private static func rows(_ counts: [Modality: Int]) -> String {
    if Set(counts.values).count == 1, let count = counts.values.first { return count.grouped }
    return Modality.allCases.compactMap { modality in counts[modality].map { "\(modality) \($0.grouped)" } }
      .joined(separator: ", ")
  }

  private static let namedIDs = 3

  private var leftOut: [String] {
    let report = outcome.report
    let kinds = [
      ("recording", report.droppedRecordings), ("label row", report.droppedSamples), ("word row", report.droppedWords),
    ]
    return kinds.flatMap { what, entries in
      entries.map { entry in
        let named =
          entry.ids.prefix(Self.namedIDs).joined(separator: ", ") + (entry.count > Self.namedIDs ? ", …" : "")
        return "\(entry.count.counted(what)): \(entry.reason)"
          + (entry.ids.isEmpty ? "" : " (\(named))")
      }
    }
  }
}
