import Preparation
import Samples
import Storage

/// What a preparation prints when it is done.
struct PreparationSummary {
  /// A few lines: samples per split, what was left out, warnings, where to look.
  let text: String

  init(_ outcome: Preparation.Outcome, folder: String) {
    var lines: [String] = []
    if outcome.wasUpToDate { lines.append("\(folder) is up to date: same input, same configuration, every checksum holds.") }
    for split in Split.allCases {
      guard let record = outcome.manifest["splits"]?[split.rawValue] else { continue }
      let shards = record["shards"]?.elements?.count ?? 0
      lines.append(
        "\(split)".padding(to: 6) + Self.count(record["samples"]).leftPadding(to: 8) + " samples"
          + Self.count(record["groups"]).leftPadding(to: 7) + " recordings" + "\(shards)".leftPadding(to: 4) + " shards")
    }
    for (what, key) in [("recordings", "recordings"), ("label rows", "samples")] {
      for item in outcome.report[key]?["dropped"]?.elements ?? [] {
        lines.append("left out: \(Self.count(item["count"])) \(what), \(item["reason"]?.text ?? "")")
      }
    }
    lines += outcome.warnings.map { "warning: " + $0 }
    lines.append("Report: \(folder)/report.html")
    text = lines.joined(separator: "\n")
  }

  private static func count(_ value: JSONValue?) -> String { value?.intValue.map(String.init) ?? "?" }
}

extension String {
  fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
  fileprivate func leftPadding(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
