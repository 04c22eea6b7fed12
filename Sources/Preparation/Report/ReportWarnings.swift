import Corpora
import Samples
import Shards
import Text

/// The sentences that a user should read before using a prepared folder.
struct ReportWarnings {
  let plan: PreparationPlan
  let tally: Tally
  let manifest: Manifest
  let scalers: [Modality: RobustScaler]
  let droppedRecordings: DropLog
  /// Bad entries that the run did without.
  let defects: [EntryDefect]
  /// The warnings of `TimesCheck`.
  let times: [String]

  /// All that apply, in a fixed order.
  var list: [String] {
    likeness + leaks + plan.corpus.warnings + plan.splitNotes + recordings + times + labels
      + plan.modalities.flatMap(modality)
  }

  private var likeness: [String] {
    guard let like = plan.configuration.like else { return [] }
    let unlabelled = tally["labels.unknown"]
    return [
      "Nothing was fitted: configuration and scalers are those of a prepared folder of \(like.manifest.dataset) (manifest "
        + "\(like.manifestSHA256.prefix(16))…), and everything is of the one split predict."
    ]
      + (unlabelled == 0
        ? []
        : [
          "\(unlabelled.counted("sample")) \(unlabelled.noun("has", plural: "have")) no label: nothing scores a prediction for \(unlabelled.noun("it", plural: "them"))."
        ])
  }

  private var leaks: [String] {
    manifest.allowedLeaks.map { "Sealed with a leak that --allow-leaks \($0.check) allows: \($0.summary)" }
  }

  private var recordings: [String] {
    var list: [String] = []
    let missing = [DropReason.missingVisual, .missingAudio, .missingText].map(droppedRecordings.count).reduce(0, +)
    if missing > 0 {
      list.append(
        missing == 1
          ? "1 labelled recording is left out because a file lacks it (--missing keep keeps it, masked)."
          : "\(missing) labelled recordings are left out because a file lacks them (--missing keep keeps them, masked)."
      )
    }
    if !plan.unknownFoldIDs.isEmpty {
      let count = plan.unknownFoldIDs.count
      list.append("\(count.counted("id")) in the fold file \(count.noun("has", plural: "have")) no usable recording.")
    }
    let unassigned = droppedRecordings.count(.inNoFold)
    if unassigned > 0 {
      list.append("\(unassigned.counted("recording")) \(Self.be(unassigned)) in no fold and left out.")
    }
    if let defect = defects.first {
      let others = defects.count - 1
      list.append(
        "\(Source.name(of: defect.file)): \(defect.problem); "
          + (others > 0
            ? "this and \(others) more such \(others.noun("entry", plural: "entries")) belong to recordings that are left out."
            : "the entry belongs to a recording that is left out."))
    }
    return list
  }

  private var labels: [String] {
    var list = misnamedSentiment.map { [$0] } ?? []
    let (beyond, replaced) = (tally["labels.above_range"], tally["labels.replaced"])
    if beyond > 0 {
      list.append(
        beyond == 1
          ? "1 sentiment label lies beyond [-3, 3]; it is kept unchanged."
          : "\(beyond.counted("sentiment label")) lie beyond [-3, 3]; they are kept unchanged.")
    }
    if replaced > 0 {
      list.append(
        "\(replaced.counted("label row")) \(replaced.noun("was", plural: "were")) changed by --clean seed (NaN or infinite, or "
          + "beyond [-3, 3]).")
    }
    return list
  }

  /// A sentiment without negative values beside a column that has some is probably not the sentiment, whoever named it.
  private var misnamedSentiment: String? {
    let columns = plan.corpus.labels.columns
    guard let sentiment = columns.sentiment, plan.lowestLabels[sentiment] >= 0,
      let other = plan.lowestLabels.firstIndex(where: { $0 < 0 && $0.isFinite })
    else { return nil }
    return "The label column \(sentiment + 1), sentiment, has no value below 0, but column \(other + 1), "
      + "\(columns.names[other]), has: if the names are wrong, give the right ones with --label-names."
  }

  private func modality(_ modality: Modality) -> [String] {
    var list: [String] = []
    let rows = plan.division.splits.reduce(0) { $0 + (manifest.splits[$1]?.rows[modality] ?? 0) }
    let missing = plan.division.splits.reduce(0) { $0 + tally["\(modality).missing_rows.\($1)"] }
    if missing * 20 > rows {
      list.append("\(modality): \(missing.grouped) of \(rows.counted("row")) \(Self.be(missing)) missing (mask 0).")
    }
    let cells = max(1, rows * plan.corpus.width(of: modality))
    let replaced = tally["\(modality).seed_replaced_cells"]
    if replaced * 20 > cells {
      list.append(
        "\(modality): --clean seed turned \(replaced.grouped) of \(cells.counted("mean")) into constants, because one bad cell spoils a whole mean; use --clean mask."
      )
    }
    let saturated = tally["\(modality).saturated"]
    if saturated > 0 {
      list.append(
        "\(modality): \(saturated.counted("value")) \(saturated.noun("saturates", plural: "saturate")) at ±65504 in f16; use "
          + "--dtype f32 or bf16.")
    }
    let constant = scalers[modality]?.constantColumns.count ?? 0
    if constant > 0 {
      list.append(
        "\(modality): \(constant.counted("column")) \(Self.be(constant)) constant over the middle half of train (scale 1)."
      )
    }
    let empty = scalers[modality]?.columnsWithoutValue.count ?? 0
    if empty > 0 {
      list.append(
        empty == 1
          ? "\(modality): 1 column has no valid value in train; it is 0 everywhere."
          : "\(modality): \(empty.counted("column")) have no valid value in train; they are 0 everywhere.")
    }
    if modality == .text, !plan.corpus.wordsWithoutVector.isEmpty {
      let words = plan.corpus.wordsWithoutVector
      list.append(
        "text: \(words.count.grouped) of the corpus's words \(words.count.noun("has", plural: "have")) no vector "
          + "(\(words.prefix(5).joined(separator: ", "))\(words.count > 5 ? ", …" : "")); their rows are missing (mask 0)."
      )
    }
    return list
  }

  /// The verb for so many.
  private static func be(_ count: Int) -> String { count.noun("is", plural: "are") }
}
