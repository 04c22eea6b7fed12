import Reports
import Text

extension ReportPage {
  /// Ready-made rows for the words: how many there are, and what has none.
  var textFeatures: Markup {
    guard let features = report["text_features"] else { return .empty }
    let texts = features["texts"]?.intValue ?? 0
    let rows = features["rows"]?.intValue ?? 0
    let width = features["width"]?.intValue ?? 0
    let form = features["one_row_each"]?.boolValue == true ? "one row each" : "\(rows.grouped) rows of words"
    let subwords = features["counts"]?["texts.subword"]?.intValue ?? 0
    let averaged = subwords > 0 ? " In \(subwords.grouped) of them the tokens of each word were averaged." : ""
    let lists: [(key: String, title: String)] = [
      ("missing_recordings", "recordings without text features"),
      ("missing_samples", "samples without text features, of recordings that have some"),
      ("unknown_names", "arrays named after no sample"),
    ]
    return lists.reduce(
      .paragraph(Markup("\(texts.counted("text")), \(form), of \(width.counted("column")).\(averaged)"))
    ) { body, list in
      guard let count = features[list.key]?["count"]?.intValue, count > 0 else { return body }
      let ids = (features[list.key]?["ids"]?.elements ?? []).compactMap(\.text)
      let shown = count > ids.count ? ", the first \(ids.count.grouped)" : ""
      return body
        + .fold(
          Markup("\(count.grouped) \(list.title)\(shown)"),
          .element("p", ["class": "ids"], .group(ids.map { .code($0) }, separator: " ")))
    }
  }
}
