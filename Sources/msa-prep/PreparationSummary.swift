import Console
import Preparation
import Samples
import Storage

/// What a preparation prints when it is done.
struct PreparationSummary {
  private let outcome: Preparation.Outcome
  private let folder: String

  init(_ outcome: Preparation.Outcome, folder: String) {
    self.outcome = outcome
    self.folder = folder
  }

  /// What was read, samples per split, what was left out, warnings, and where to look.
  var text: String {
    var lines = sources + [""] + splits
    let left = leftOut
    if !left.isEmpty { lines += ["", "Left out:"] + left.map { "  " + $0 } }
    if !outcome.warnings.isEmpty { lines += ["", "Warnings:"] + outcome.warnings.map { "  " + $0 } }
    let state =
      outcome.wasUpToDate
      ? "\(folder) is up to date: same input, same configuration, every checksum holds."
      : "\(folder) is complete."
    return PrintableText.joined(lines + ["", state, "Report: \(folder)/report.html"])
  }

  /// The same as a document: where the manifest is, and the report.
  var json: JSONValue {
    [
      "folder": .string(folder), "manifest": .string(folder + "/manifest.json"),
      "up_to_date": .bool(outcome.wasUpToDate), "splits": outcome.manifest["splits"] ?? .null,
      "config_sha256": outcome.manifest["config_sha256"] ?? .null, "report": outcome.report,
    ]
  }

  private var sources: [String] {
    var table = TextTable([.left, .left, .right, .right, .right])
    table.add(["Read", "file", "entries", "rows", "columns"])
    for source in outcome.report["sources"]?.elements ?? [] {
      table.add(
        [source["role"]?.text ?? "", source["name"]?.text ?? ""]
          + ["entries", "rows", "width"].map { source[$0]?.count?.grouped ?? "" })
    }
    return table.lines
  }

  private var splits: [String] {
    let granularity = outcome.manifest["granularity"]?.text ?? ""
    var table = TextTable([.left, .right, .right, .right, .left])
    // A recording is a group of its own, unless people talk to each other.
    let group = outcome.report["release"]?["group"]?.text ?? "recording"
    table.add(["Split", group + "s", "samples", "shards", "\(granularity) rows"])
    for split in Split.allCases {
      guard let record = outcome.manifest["splits"]?[split.rawValue] else { continue }
      table.add([
        split.rawValue, record["groups"]?.count?.grouped ?? "", record["samples"]?.count?.grouped ?? "",
        record["shards"]?.elements?.count.grouped ?? "", Self.rows(record["rows"]),
      ])
    }
    return table.lines
  }

  /// One number where the modalities agree, else one each.
  private static func rows(_ value: JSONValue?) -> String {
    if let count = value?.count { return count.grouped }
    return Modality.allCases.compactMap { modality in
      value?[modality.rawValue]?.count.map { "\(modality) \($0.grouped)" }
    }.joined(separator: ", ")
  }

  private static let namedIDs = 3

  private var leftOut: [String] {
    [("recording", "recordings"), ("label row", "samples"), ("word row", "words")].flatMap { what, key in
      (outcome.report[key]?["dropped"]?.elements ?? []).map { item in
        let count = item["count"]?.count ?? 0
        let ids = item["ids"]?.elements?.compactMap(\.text) ?? []
        let named = ids.prefix(Self.namedIDs).joined(separator: ", ") + (count > Self.namedIDs ? ", …" : "")
        return "\(count.grouped) \(what)\(count == 1 ? "" : "s"): \(item["reason"]?.text ?? "")"
          + (ids.isEmpty ? "" : " (\(named))")
      }
    }
  }
}
