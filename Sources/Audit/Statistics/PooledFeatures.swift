import Leaks
import Samples
import Storage
import Synchronization
import TensorCore
import Workers

/// One vector a sample: the mean of its present rows, all modalities side by side, [samples, width].
///
/// A modality that a sample does not have is NaN throughout.
final class PooledFeatures: @unchecked Sendable {
  // Every row is written by one thread before `init` returns, and only read afterwards.

  /// The modalities in their order, each with its columns.
  let modalities: [(modality: Modality, columns: Range<Int>)]
  /// Columns of all modalities.
  let width: Int
  let sampleCount: Int
  /// Rows with a frame that a mean was taken of: [sample][modality's place].
  private(set) var presentRows: [[Int]]
  private let buffer: FloatBuffer

  /// [samples, width], row-major.
  var base: UnsafeMutablePointer<Float> { buffer.base }

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
    self.modalities = columnsOfModality
    width = start
    sampleCount = dataset.samples.count
    buffer = FloatBuffer(capacity: sampleCount * width)
    presentRows = []
    let (base, width, count) = (SendableBase(buffer.base), width, sampleCount)
    let tasks = (count + Self.samplesPerTask - 1) / Self.samplesPerTask
    var pooled: [[Int]] = []
    pooled.reserveCapacity(count)
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task, _ in
      let first = task * Self.samplesPerTask
      return try (first..<min(first + Self.samplesPerTask, count)).map { sample in
        try columnsOfModality.map { modality, columns in
          try dataset.withRows(of: sample, modality) { values, mask in
            Self.pool(values, mask, into: base.pointer + sample * width + columns.lowerBound, width: columns.count)
          }
        }
      }
    } consume: { _, counts in
      pooled += counts
    }
    presentRows = pooled
  }

  /// A pointer that several threads write to, each its own rows.
  private struct SendableBase: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Float>
    init(_ pointer: UnsafeMutablePointer<Float>) { self.pointer = pointer }
  }

  private static func pool(
    _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>,
    into output: UnsafeMutablePointer<Float>, width: Int
  ) -> Int {
    let present = mask.indices.filter { mask[$0] != 0 }
    guard width > 0, !present.isEmpty else {
      output.update(repeating: .nan, count: width)
      return 0
    }
    var mean = RowMean(width: width, rule: .leaveOut)
    present.withUnsafeBufferPointer {
      mean.mean(of: values, rowIndices: $0, into: Vector(start: output, count: width))
    }
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
  func values(ofColumn column: Int) -> [Double] { (0..<sampleCount).map { Double(base[$0 * width + column]) } }
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
