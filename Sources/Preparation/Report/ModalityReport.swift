import Corpora
import Samples
import Shards
import TensorCore
import Text

/// One modality's part of the report.
struct ModalityReport {
  let modality: Modality
  let plan: PreparationPlan
  let aligned: AlignedBlocks
  let tally: Tally
  let manifest: Manifest

  /// Columns with the most non-finite cells that are listed.
  private static let worstColumnCount = 20

  /// The section, from the modality's scaler and the picture of what it does.
  func json(scaler: RobustScaler?, picture: ScalingPicture?) -> JSONValue {
    var members: [String: JSONValue] = [
      "width": .integer(plan.corpus.width(of: modality)),
      "rows": perSplit { manifest.splits[$0]?.rows[modality] ?? 0 },
      "rows_read": .integer(count("rows_read")),
      "non_finite": [
        "nan": .integer(count("nan")), "positive_infinity": .integer(count("positive_infinity")),
        "negative_infinity": .integer(count("negative_infinity")),
      ],
      "non_finite_columns": nonFiniteColumns,
      "missing_rows": perSplit { count("missing_rows.\($0)") },
      "imputed_cells": .integer(count("imputed_cells")), "saturated": .integer(count("saturated")),
      "intervals_reversed": .integer(count("intervals_reversed")),
      "intervals_non_finite": .integer(count("intervals_non_finite")),
      "seed_replaced_cells": .integer(count("seed_replaced_cells")),
    ]
    if let extractor = manifest.modalities[modality]?.extractor { members["extractor"] = .string(extractor.title) }
    if let scaler {
      members["constant_columns"] = .array(scaler.constantColumns.map { .integer($0) })
      members["columns_without_value"] = .array(scaler.columnsWithoutValue.map { .integer($0) })
    }
    if let picture {
      members["before"] = picture.before
      members["after"] = picture.after
    }
    return .object(members)
  }

  private func count(_ name: String) -> Int { tally["\(modality).\(name)"] }

  private func perSplit(_ value: (Split) -> Int) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: plan.division.splits.map { ($0.rawValue, .integer(value($0))) }))
  }

  private var nonFiniteColumns: JSONValue {
    guard let counts = aligned.nonFinite[modality] else { return [] }
    let columns = counts.nan.indices.map { column in
      [column, counts.nan[column], counts.positiveInfinity[column], counts.negativeInfinity[column]]
    }
    let totals = columns.map { $0.dropFirst().reduce(0, +) }
    let worst = columns.indices.filter { totals[$0] > 0 }.sorted { (-totals[$0], $0) < (-totals[$1], $1) }
    return .array(worst.prefix(Self.worstColumnCount).map { .array(columns[$0].map { .integer($0) }) })
  }
}
