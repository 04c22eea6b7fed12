import Drawing
import Reports
import Samples
import Text

extension ReportPage {
  /// What only a folder of recordings has: which clips were skipped for what cause, and which lack what.
  var clips: Markup {
    guard let clips = report["clips"] else { return .empty }
    let grouping = clips["grouped"]?.text.map { Markup.paragraph(Markup("Clips are kept together \($0).")) } ?? .empty
    return grouping + Self.skipped(clips) + Self.strays(clips) + Self.lacking(clips)
  }

  private static func skipped(_ clips: JSONValue) -> Markup {
    let rows = (clips["skipped"]?.elements ?? []).map { clip -> [Markup] in
      [
        .code(clip["id"]?.text ?? ""), Markup(clip["reason"]?.text ?? ""), Markup(clip["cause"]?.text ?? ""),
      ]
    }
    let table = Table(["Clip", "Why it is skipped", "What was found"], rows: rows).markup
    return table == .empty ? .empty : .heading("Skipped clips") + table
  }

  private static func strays(_ clips: JSONValue) -> Markup {
    let names = (clips["media_without_a_line"]?.elements ?? []).compactMap(\.text)
    if names.isEmpty { return .empty }
    return .fold(
      Markup("\(names.count.counted("medium", plural: "media")) without a line in the table"),
      .element("p", ["class": "ids"], .group(names.map { .code($0) }, separator: " ")))
  }

  private static func lacking(_ clips: JSONValue) -> Markup {
    let rows = Modality.allCases.flatMap { modality in
      (clips["missing"]?[modality.rawValue]?.elements ?? []).map { item -> [Markup] in
        let ids = (item["ids"]?.elements ?? []).compactMap(\.text)
        return [
          Markup(modality.rawValue), Markup(item["reason"]?.text ?? ""), count(item["count"]),
          .fold(
            Markup((item["count"]?.intValue ?? 0) > ids.count ? "the first \(ids.count.grouped)" : "which"),
            .element("p", ["class": "ids"], .group(ids.map { .code($0) }, separator: " "))),
        ]
      }
    }
    let table = Table(["Modality", "Why a clip lacks it", .number("Clips"), "Which"], rows: rows).markup
    return table == .empty ? .empty : .heading("Missing modalities") + table
  }
}
