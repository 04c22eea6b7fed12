import Console
import Preparation
import Samples
import Tables
import Text

/// The output of `--dry-run`: the resolved configuration, and what a run would read and write.
struct PlanSummary {
  private let plan: PreparationOverview
  private let out: String

  /// - Parameter out: the folder that would be written.
  init(_ plan: PreparationOverview, out: String) {
    self.plan = plan
    self.out = out
  }

  var text: String {
    var lines = ["Configuration"]
    for (key, value) in (plan.configuration.members ?? [:]).sorted(by: { $0.key < $1.key }) where value != .null {
      lines.append("  \(key): \(Self.plain(value))")
    }
    lines += ["  out: \(out)", ""] + sources + [""] + splits
    for (what, entries) in [("label row", plan.droppedLabelRows), ("recording", plan.droppedRecordings)] {
      let count = entries.reduce(0) { $0 + $1.count }
      if count > 0 { lines.append("\(count.counted(what)) would be left out.") }
    }
    return PrintableText.joined(lines + plan.notes + ["", "Nothing was written."])
  }

  private var sources: [String] {
    var table = TextTable([.left, .right, .left])
    table.add(["Reads", "size", "file"])
    for source in plan.sources { table.add([source.role, source.byteCount.byteText, source.path]) }
    return table.lines
  }

  private var splits: [String] {
    var table = TextTable([.left, .right, .right, .right, .right, .right])
    table.add(["Split", "recordings", "segments", "shards", "reads", "writes at most"])
    for part in plan.parts {
      table.add(
        [part.split.rawValue] + [part.groupCount, part.segmentCount, part.shardCount].map(\.grouped)
          + [part.inputByteCount, part.largestOutputByteCount].map(\.byteText))
    }
    return table.lines
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .array(let values): values.map(plain).joined(separator: ",")
    default: value.canonicalText
    }
  }
}
