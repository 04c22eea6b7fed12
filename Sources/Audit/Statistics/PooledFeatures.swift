import Files
import Leaks
import Samples
import Synchronization
import TensorCore
import Workers

/// One vector a sample: the mean of its present rows, all modalities side by side, [samples, width].
///
/// A modality that a sample does not have is NaN throughout.
final class PooledFeatures: Sendable {
  /// The modalities in their order, each with its columns.
  let modalities: [(modality: Modality, columns: Range<Int>)]
  /// Columns of all modalities.
  let width: Int
  let sampleCount: Int
  /// Rows with a frame that a mean was taken of: [sample][modality's place].
  let presentRows: [[Int]]
  /// [samples, width], row-major.
  let means: FixedFloats

  /// Samples that a thread pools before it takes the next ones.
  private static let samplesPerTask = 64

  /// Pools every sample.
  ///
  /// - Throws: what reading rows throws; `DataError` 130 when the user interrupts.
  init(of dataset: AuditedDataset, threads: Int) throws {
    var start = 0
    var modalities: [(modality: Modality, columns: Range<Int>)] = []
    for modality in dataset.modalities {
      let width = dataset.widths[modality] ?? 0
      modalities.append((modality, start..<start + width))
      start += width
    }
    let columnsOfModality = modalities
    let width = start
    self.modalities = columnsOfModality
    self.width = width
    sampleCount = dataset.samples.count
    var pooled: [[Int]] = []
    pooled.reserveCapacity(sampleCount)
    means = try OrderedWorkers(threadCount: threads).rows(
      count: sampleCount, width: width, rowsPerTask: Self.samplesPerTask
    ) { samples, output in
      try samples.map { sample in
        try columnsOfModality.map { modality, columns in
          let place = (sample - samples.lowerBound) * width + columns.lowerBound
          return try dataset.withRows(of: sample, modality) { values, mask in
            Self.pool(values, mask, into: output.part(from: place, count: columns.count))
          }
        }
      }
    } consume: {
      pooled += $0
    }
    presentRows = pooled
  }

  /// The mean of a column over the rows of a sample; NaN where the sample has none.
  func mean(ofSample sample: Int, column: Int) -> Float { means.values[sample * width + column] }

  private static func pool(
    _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>, into output: Vector
  ) -> Int {
    let present = mask.indices.filter { mask[$0] != 0 }
    guard !output.isEmpty, !present.isEmpty else {
      output.update(repeating: .nan)
      return 0
    }
    var mean = RowMean(width: output.count, rule: .leaveOut)
    present.withUnsafeBufferPointer { mean.mean(of: values, rowIndices: $0, into: output) }
    return present.count
  }
}

extension PooledFeatures {
  /// `visual column 12`
  func name(ofColumn column: Int) -> String {
    for (modality, columns) in modalities where columns.contains(column) {
      return "\(modality) column \(column - columns.lowerBound)"
    }
    return "column \(column)"
  }

  /// The means of a column, one a sample; NaN where the sample has none.
  func values(ofColumn column: Int) -> [Double] { (0..<sampleCount).map { Double(mean(ofSample: $0, column: column)) } }
}

/// The pooled features of the data sets of an audit, each made when it is first asked for.
final class PooledStore: Sendable {
  private let made = Mutex<[ObjectIdentifier: PooledFeatures]>([:])

  func features(of dataset: AuditedDataset, threads: Int) throws -> PooledFeatures {
    let key = ObjectIdentifier(dataset)
    if let known = made.withLock({ $0[key] }) { return known }
    let features = try PooledFeatures(of: dataset, threads: threads)
    made.withLock { $0[key] = features }
    return features
  }

  /// Gives all of them back.
  func end() { made.withLock { $0 = [:] } }
}
