import Samples
import Shards
import Storage
import TensorCore

/// One modality's part of the report.
struct ModalityReport {
  let modality: Modality
  let plan: PreparationPlan
  let spill: SpilledBlocks
  let tally: Tally
  let manifest: Manifest

  /// Columns with the most non-finite cells that are listed.
  private static let worstColumnCount = 20
  /// Columns that the before/after picture shows, and train rows it is drawn from.
  private static let shownColumnCount = 12
  private static let shownRowCount = 2000

  /// The section; `scaler` is the modality's.
  func json(scaler: RobustScaler?) throws -> JSONValue {
    var members: [String: JSONValue] = [
      "width": .integer(plan.sources.width(of: modality)),
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
    if let scaler {
      members["constant_columns"] = .array(scaler.constantColumns.map { .integer($0) })
      members["columns_without_value"] = .array(scaler.columnsWithoutValue.map { .integer($0) })
      let rows = try shownRows()
      members["before"] = strips(rows, scaler) { value, _ in value }
      members["after"] = strips(rows, scaler) { value, column in (value - scaler.center[column]) / scaler.scale[column]
      }
    }
    return .object(members)
  }

  private func count(_ name: String) -> Int { tally["\(modality).\(name)"] }

  private func perSplit(_ value: (Split) -> Int) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0.rawValue, .integer(value($0))) }))
  }

  private var nonFiniteColumns: JSONValue {
    let columns = spill.nonFiniteColumns[modality] ?? [:]
    let worst = columns.sorted { (-$0.value.reduce(0, +), $0.key) < (-$1.value.reduce(0, +), $1.key) }
    return .array(worst.prefix(Self.worstColumnCount).map { .array(([$0.key] + $0.value).map { .integer($0) }) })
  }

  private var shownColumns: [Int] {
    let width = plan.sources.width(of: modality)
    let count = min(width, Self.shownColumnCount)
    return (0..<count).map { $0 * width / count }
  }

  /// Evenly spaced train rows: [row][shown column].
  private func shownRows() throws -> [[Double]] {
    let source = spill.rows(of: plan.partition.train, modality)
    let total = source.pieceRowCounts.reduce(0, +)
    let step = max(1, total / Self.shownRowCount)
    var rows: [[Double]] = []
    var first = 0
    for (piece, rowCount) in source.pieceRowCounts.enumerated() {
      try source.withPiece(piece) { values in
        var row = (step - first % step) % step
        while row < rowCount {
          rows.append(shownColumns.map { Double(values[row * source.width + $0]) })
          row += step
        }
      }
      first += rowCount
    }
    return rows
  }

  /// Minimum, quartiles and maximum of each shown column: the quartiles are those of all train rows, the ends those of
  /// the rows shown.
  private func strips(
    _ rows: [[Double]], _ scaler: RobustScaler, _ transform: (Double, Int) -> Double
  ) -> JSONValue {
    let columns = shownColumns
    let quantiles = columns.enumerated().map { index, column -> JSONValue in
      let values = rows.map { $0[index] }.filter(\.isFinite)
      let quartiles = scaler.columns[column]
      guard let low = values.min(), let high = values.max(), quartiles.validCount > 0 else { return .null }
      let strip = [low, quartiles.lower, Double(quartiles.median), quartiles.upper, high]
      return .array(strip.map { .number(transform($0, column)) })
    }
    return [
      "columns": .array(columns.map { .integer($0) }), "rows": .integer(rows.count), "quantiles": .array(quantiles),
    ]
  }
}
