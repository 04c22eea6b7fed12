import Console
import Samples
import Storage

/// What `--dry-run` prints: the configuration as it was resolved, and what a run would read and write.
struct PlanSummary {
  private let plan: JSONValue
  private let out: String

  /// - Parameter out: the folder that would be written.
  init(_ plan: JSONValue, out: String) {
    self.plan = plan
    self.out = out
  }

  var text: String {
    var lines = ["Configuration"]
    for (key, value) in (plan["configuration"]?.members ?? [:]).sorted(by: { $0.key < $1.key }) where value != .null {
      lines.append("  \(key): \(Self.plain(value))")
    }
    lines += ["  out: \(out)", ""] + sources + [""] + splits
    if let rows = dropped("label_rows_dropped") { lines.append("\(rows) label rows would be left out.") }
    if let recordings = dropped("recordings_dropped") { lines.append("\(recordings) recordings would be left out.") }
    lines += (plan["notes"]?.elements ?? []).compactMap(\.text)
    return PrintableText.joined(lines + ["", "Nothing was written."])
  }

  private var sources: [String] {
    var table = TextTable([.left, .right, .left])
    table.add(["Reads", "size", "file"])
    for source in plan["sources"]?.elements ?? [] {
      table.add([
        source["role"]?.text ?? "", source["bytes"]?.intValue?.byteText ?? "", source["path"]?.text ?? "",
      ])
    }
    return table.lines
  }

  private var splits: [String] {
    var table = TextTable([.left, .right, .right, .right, .right, .right])
    table.add(["Split", "recordings", "segments", "shards", "reads", "writes at most"])
    for split in Split.allCases {
      guard let record = plan["splits"]?[split.rawValue] else { continue }
      table.add(
        [split.rawValue] + ["groups", "segments", "shards"].map { record[$0]?.intValue?.grouped ?? "" }
          + ["input_bytes", "output_bytes_at_most"].map { record[$0]?.intValue?.byteText ?? "" })
    }
    return table.lines
  }

  /// How many items a list of reasons counts; nil for none.
  private func dropped(_ key: String) -> String? {
    let count = (plan[key]?.elements ?? []).compactMap { $0["count"]?.intValue }.reduce(0, +)
    return count > 0 ? count.grouped : nil
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .array(let values): values.map(plain).joined(separator: ",")
    default: value.canonicalText
    }
  }
}
