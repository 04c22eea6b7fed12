import Drawing
import Files
import Reports
import Samples
import Text

extension ReportPage {
  /// What only a release of dialogs has: its sessions, who overlaps whom, which turns lack what.
  var release: Markup {
    guard let release = report["release"] else { return .empty }
    return Self.sessions(release) + Self.choice(release) + Self.overlap(release) + Self.missing(release)
      + Self.counts(release)
      + Self.badLines(release)
  }

  private static func sessions(_ release: JSONValue) -> Markup {
    let rows = (release["sessions"]?.members ?? [:]).sorted { $0.key < $1.key }.map { name, session -> [Markup] in
      let minutes = (session["seconds"]?.doubleValue ?? 0) / 60
      return [Markup(name)] + ["dialogs", "turns", "marker_turns"].map { count(session[$0]) }
        + [Markup(minutes.fixed(1))]
    }
    let categories = (release["categories"]?.members ?? [:]).compactMap { name, value in
      value.intValue.map { (name, $0) }
    }.sorted { (-$0.1, $0.0) < (-$1.1, $1.0) }
    let bars = StackedBars(
      categories.map { .init($0.0, [$0.1]) }, parts: [.init("labelled turns", .purple)], unit: "turn"
    ).svg
    return Table(
      [
        "Session", .number("Dialogs"), .number("Labelled turns"), .number("Of these with markers"), .number("Minutes"),
      ], rows: rows
    ).markup
      + (bars == .empty
        ? .empty : .figure(bars, caption: "The raters’ categories, before any was left out; xxx has no majority."))
  }

  /// Which turns were asked for, and what their labels are made of.
  private static func choice(_ release: JSONValue) -> Markup {
    func number(_ value: JSONValue?, _ key: String) -> String { (value?[key]?.intValue ?? 0).grouped }
    var text = Markup.empty
    if let subset = release["subset"], let name = subset["name"]?.text {
      text += .paragraph(
        Markup(
          "Only \(name) dialogs: \(number(subset, "turns")) labelled turns. Another \(number(subset, "left_out_turns")) turns of other dialogs were left out."
        ))
    }
    if let votes = release["votes"] {
      text += .paragraph(
        Markup(
          "The labels are shares of \(number(votes, "counted")) votes in \(number(votes, "turns")) turns; each category that a rater named is a vote. \(number(votes, "elsewhere")) votes were for other categories and count nowhere. All votes of \(number(votes, "unanimous_turns")) turns are for one class; in \(number(votes, "tied_turns")) turns several classes share the first place."
        ))
    }
    return text
  }

  private static func overlap(_ release: JSONValue) -> Markup {
    let total = (release["sessions"]?.members ?? [:]).values.reduce(0) { $0 + ($1["turns"]?.intValue ?? 0) }
    guard let overlapping = release["overlapping_turns"]?.intValue, total > 0 else { return .empty }
    return .paragraph(
      Markup(
        "\(overlapping.grouped) of \(total.grouped) turns share time with a turn of the partner. That is why both sides of a dialog stay in one split."
      ))
  }

  private static func missing(_ release: JSONValue) -> Markup {
    let rows = Modality.allCases.flatMap { modality in
      (release["missing"]?[modality.rawValue]?.elements ?? []).map { item -> [Markup] in
        let ids = (item["ids"]?.elements ?? []).compactMap(\.text)
        let list = Markup.group(ids.map { .code($0) }, separator: " ")
        let total = item["count"]?.intValue ?? ids.count
        let title = total > ids.count ? "the first \(ids.count.grouped)" : "which"
        return [
          Markup(modality.rawValue), Markup(item["reason"]?.text ?? ""), count(item["count"]),
          .fold(Markup(title), .element("p", ["class": "ids"], list)),
        ]
      }
    }
    let table = Table(["Modality", "Why a turn lacks it", .number("Turns"), "Which"], rows: rows).markup
    return table == .empty ? .empty : .heading("Missing modalities") + table
  }

  private static let counted: KeyValuePairs = [
    "words.aligned": "turns with word times",
    "words.spread_missing": "turns without word times: their words are spread evenly",
    "words.spread_malformed": "turns with malformed word times: their words are spread evenly",
    "transcripts.skipped_lines": "lines of transcripts that are not labelled turns",
    "sound.resampled": "sounds with a rate other than 16 kHz, resampled",
    "sound.mixed_down": "sounds of several channels",
    "sound.length_mended": "sounds whose header gives another length, read to the file's end",
    "sound.unreadable": "sounds that cannot be read", "labels.bad_lines": "malformed lines of labels",
    "transcripts.bad_lines": "malformed lines of transcripts", "words.bad_lines": "malformed lines of word times",
    "motion.bad_lines": "malformed lines of motion capture",
    "motion.empty_files": "files of motion capture without a frame",
    "features.empty_files": "files of ready-made features without a row",
    "features.without_face": "tables without a row of the chosen face", "files.read": "files read",
    "files.unwanted": "files that are not needed", "files.hidden": "hidden files (AppleDouble and the like)",
    "files.unsafe": "entries with .. in their names, not followed",
    "files.special": "devices and pipes, of an archive also links, not followed",
    "files.broken_links": "links that lead nowhere, in a circle or on without end",
    "files.repeated": "files that a link repeats",
  ]

  private static func counts(_ release: JSONValue) -> Markup {
    var rows = counted.compactMap { key, meaning -> [Markup]? in
      guard let count = release["counts"]?[key]?.intValue, count > 0 else { return nil }
      return [Markup(meaning), Markup(count.grouped)]
    }
    if let offScale = release["off_scale"]?.intValue, offScale > 0 {
      rows.append([Markup("turns with a rating beyond 1 to 5, kept unchanged"), Markup(offScale.grouped)])
    }
    let table = Table(["Found in the release", .number("Count")], rows: rows).markup
    return table == .empty ? .empty : .heading("What was found") + table
  }

  private static func badLines(_ release: JSONValue) -> Markup {
    let lines = (release["bad_lines"]?.elements ?? []).compactMap(\.text)
    if lines.isEmpty { return .empty }
    return .fold(
      Markup("The first \(lines.count.grouped) malformed lines"),
      .element("ul", [:], lines.map { .element("li", [:], .code($0)) }))
  }
}
