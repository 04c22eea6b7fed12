import Files
import Leaks
import Samples
import Synchronization
import TensorCore
import Workers

/// One vector per sample: the mean of its present rows, with all modalities side by side, [samples, width].
///
/// A modality that a sample lacks is NaN throughout.
final class PooledFeatures: Sendable {
  /// The modalities in the usual order, each with its columns.
  let modalities: [(modality: Modality, columns: Range<Int>)]
  /// The number of columns over all modalities.
  let width: Int
  let sampleCount: Int
  /// The number of rows with a frame behind each mean: [sample][modality's index].
  let presentRows: [[Int]]
  /// [samples, width], row-major.
  let means: FixedFloats

  /// The number of samples that a thread pools at a time.
  private static let samplesPerTask = 64

  /// Pools every sample.
  ///
  /// - Throws: errors from reading rows; `DataError` 130 if the user interrupts.
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

  /// Returns the mean of a column over the rows of a sample; NaN if the sample has none.
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

  /// Returns the means of a column, one per sample; NaN if a sample has none.
  func values(ofColumn column: Int) -> [Double] { (0..<sampleCount).map { Double(mean(ofSample: $0, column: column)) } }
}

/// The pooled features of an audit's data sets, each computed on first use.
final class PooledStore: Sendable {
  private let made = Mutex<[ObjectIdentifier: PooledFeatures]>([:])

  func features(of dataset: AuditedDataset, threads: Int) throws -> PooledFeatures {
    let key = ObjectIdentifier(dataset)
    if let known = made.withLock({ $0[key] }) { return known }
    let features = try PooledFeatures(of: dataset, threads: threads)
    made.withLock { $0[key] = features }
    return features
  }

  /// Releases all of them.
  func end() { made.withLock { $0 = [:] } }
}
