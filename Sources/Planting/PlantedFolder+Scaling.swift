import ArrayFiles
import Samples
import Shards
import TensorCore
import Workers

extension PlantedFolder {
  /// Refits the scalers of a modality on the samples of some splits, and scales all samples by them, as Preparation
  /// does; the raw values are those that the stored ones stand for.
  mutating func rescale(_ modality: Modality, fittedOn splits: Set<Split>, threads: Int) throws {
    guard let old = scalers.columns[modality], let width = manifest.modalities[modality]?.dim else { return }
    let raw = samples.map { rawRows(of: $0, modality, old) }
    let fitted = raw.indices.filter { splits.contains(samples[$0].split) }
    let rows = RawRows(
      width: width, samples: fitted.map { raw[$0] }, pieceRowCounts: fitted.map { raw[$0].count / max(1, width) })
    let quartiles = try ColumnQuartiles.of(rows, workers: OrderedWorkers(threadCount: threads))
    var new = old
    for (column, values) in quartiles.enumerated() { values.store(into: &new, column: column) }
    scalers.columns[modality] = new
    for index in samples.indices { samples[index].rows[modality]?.scale(raw[index], by: new) }
  }

  /// Refits every scaler on train, for changes that alter which rows are in train.
  mutating func refitOnTrain(threads: Int) throws {
    for modality in modalities { try rescale(modality, fittedOn: [.train], threads: threads) }
  }

  /// Puts raw values into a column of every row that has a frame, with a scaler fitted on train.
  ///
  /// - Parameter value: the raw value for a sample and one of its rows.
  mutating func replaceColumn(_ column: Int, of modality: Modality, value: (PlantedSample, Int) -> Float) throws {
    guard var columns = scalers.columns[modality] else { return }
    let raw = samples.map { sample in (0..<(sample.rows[modality]?.rowCount ?? 0)).map { value(sample, $0) } }
    let isMasked = leavesOutMissingCells
    let train = samples.indices.filter { samples[$0].split == .train }.flatMap { index -> [Float] in
      let mask = samples[index].rows[modality]?.mask ?? []
      return raw[index].indices.filter { !isMasked || mask[$0] == 1 }.map { raw[index][$0] }
    }
    let quartiles = try ColumnQuartiles.of(
      MemoryRows(train, width: 1), workers: OrderedWorkers(threadCount: 1))
    quartiles[0].store(into: &columns, column: column)
    scalers.columns[modality] = columns
    let single = ScalersFile.Columns(center: [columns.center[column]], scale: [columns.scale[column]])
    for index in samples.indices {
      guard let rows = samples[index].rows[modality] else { continue }
      var floats = rows.floats
      let scaled = PlantedRows.scaled(raw[index], width: 1, by: single)
      for row in raw[index].indices where !isMasked || rows.mask[row] == 1 {
        floats[row * rows.width + column] = scaled[row]
      }
      samples[index].rows[modality]?.store(floats)
    }
  }

  /// The raw values of a sample's rows; NaN where there was none.
  private func rawRows(of sample: PlantedSample, _ modality: Modality, _ columns: ScalersFile.Columns) -> [Float] {
    guard let rows = sample.rows[modality] else { return [] }
    var raw = rows.floats
    let isMasked = leavesOutMissingCells
    for row in 0..<rows.rowCount {
      for column in 0..<rows.width {
        let place = row * rows.width + column
        // Under `mask` a zero is an imputed cell (or the train median itself, which amounts to the same).
        raw[place] =
          isMasked && (rows.mask[row] == 0 || raw[place] == 0)
          ? .nan : Float(Double(raw[place]) * columns.scale[column] + columns.center[column])
      }
    }
    return raw
  }
}

extension PlantedRows {
  /// Scales raw values and stores them.
  fileprivate mutating func scale(_ raw: [Float], by columns: ScalersFile.Columns) {
    store(Self.scaled(raw, width: width, by: columns))
  }

  /// Raw values scaled as Preparation scales them; NaN becomes 0.
  static func scaled(_ raw: [Float], width: Int, by columns: ScalersFile.Columns) -> [Float] {
    if raw.isEmpty { return [] }
    return [Float](unsafeUninitializedCapacity: raw.count) { output, initialized in
      raw.withUnsafeBufferPointer { raw in
        _ = RowScaling.transform(
          raw, rowCount: raw.count / width, center: columns.center.map { Float($0) }, scale: columns.scale,
          as: .float32, into: UnsafeMutableRawBufferPointer(output))
      }
      initialized = raw.count
    }
  }
}

extension ColumnQuartiles {
  /// Makes them a column's centre and scale, by scikit-learn's rules; a column without a value keeps what it has.
  fileprivate func store(into columns: inout ScalersFile.Columns, column: Int) {
    if validCount == 0 { return }
    columns.center[column] = Double(median)
    columns.scale[column] = upper - lower >= 10 * Double.ulpOfOne ? upper - lower : 1
  }
}

/// Raw rows, one piece per sample.
private struct RawRows: RowSource {
  let width: Int
  let samples: [[Float]]
  let pieceRowCounts: [Int]

  func withPiece(_ index: Int, _ body: (UnsafeBufferPointer<Float>) throws -> Void) throws {
    try samples[index].withUnsafeBufferPointer(body)
  }
}
