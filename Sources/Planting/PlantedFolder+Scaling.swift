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

  /// Scales a modality by scalers of another family: samples of each set of splits by what is fitted on it, others by the
  /// first. The stored scaler is the first one.
  mutating func rescale(_ modality: Modality, by family: PlantedScaler, fittedOn unions: [Set<Split>]) {
    guard let old = scalers.columns[modality], let width = manifest.modalities[modality]?.dim else { return }
    let raw = samples.map { rawRows(of: $0, modality, old) }
    let fitted = unions.map { union in
      family.columns(of: raw.indices.filter { union.contains(samples[$0].split) }.map { raw[$0] }, width: width)
    }
    guard let first = fitted.first else { return }
    scalers.columns[modality] = first
    for index in samples.indices {
      let place = unions.firstIndex { $0.contains(samples[index].split) } ?? 0
      samples[index].rows[modality]?.scale(raw[index], by: fitted[place])
    }
  }

  /// Makes the columns of a modality uncorrelated over the rows of all splits: solves L z = x − mean, L Lᵀ the covariance.
  mutating func whiten(_ modality: Modality, threads: Int) throws {
    guard let old = scalers.columns[modality], let width = manifest.modalities[modality]?.dim else { return }
    var raw = samples.map { rawRows(of: $0, modality, old) }
    func isPresent(_ sample: Int, _ row: Int) -> Bool {
      !leavesOutMissingCells || samples[sample].rows[modality]?.mask[row] == 1
    }
    let places = raw.indices.flatMap { sample in
      (0..<raw[sample].count / width).filter { isPresent(sample, $0) }.map { (sample: sample, row: $0) }
    }
    // Cells that are missing in a row count as the mean.
    let means = (0..<width).map { column -> Double in
      let cells = places.map { raw[$0.sample][$0.row * width + column] }.filter(\.isFinite)
      return cells.reduce(0) { $0 + Double($1) } / Double(max(1, cells.count))
    }
    let rows = places.map { place in
      (0..<width).map { column -> Double in
        let cell = raw[place.sample][place.row * width + column]
        return cell.isFinite ? Double(cell) - means[column] : 0
      }
    }
    var factor = [[Double]](repeating: [Double](repeating: 0, count: width), count: width)
    for column in 0..<width {
      for other in 0...column {
        var sum = rows.reduce(0) { $0 + $1[column] * $1[other] } / Double(max(1, rows.count))
        for inner in 0..<other { sum -= factor[column][inner] * factor[other][inner] }
        // A column that the ones before it make up has nothing of its own.
        if column == other {
          factor[column][other] = max(0, sum).squareRoot()
        } else {
          factor[column][other] = factor[other][other] > 0 ? sum / factor[other][other] : 0
        }
      }
    }
    for (place, row) in zip(places, rows) {
      var solved = [Double](repeating: 0, count: width)
      for column in 0..<width {
        var rest = row[column]
        for inner in 0..<column { rest -= factor[column][inner] * solved[inner] }
        solved[column] = factor[column][column] > 1e-6 ? rest / factor[column][column] : 0
        raw[place.sample][place.row * width + column] = Float(solved[column])
      }
    }
    scalers.columns[modality] = ScalersFile.Columns(
      center: [Double](repeating: 0, count: width), scale: [Double](repeating: 1, count: width))
    for index in samples.indices {
      guard let single = scalers.columns[modality] else { continue }
      samples[index].rows[modality]?.scale(raw[index], by: single)
    }
    try rescale(modality, fittedOn: [.train], threads: threads)
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
