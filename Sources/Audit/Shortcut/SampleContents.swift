import Leaks
import Samples
import Workers

/// How much of a sample is present, by modality in the usual order.
struct SampleContents: Sendable {
  /// The share of rows without a frame; 1 if there are no rows.
  let missingShare: [Double]
  /// The share of rows at the start, and at the end, that are constant: padding.
  let leadingPadding: [Double]
  let trailingPadding: [Double]

  private static let samplesPerTask = 64

  /// Reads every sample.
  ///
  /// - Throws: errors from reading rows.
  static func all(of dataset: AuditedDataset, threads: Int) throws -> [SampleContents] {
    let count = dataset.samples.count
    let tasks = (count + samplesPerTask - 1) / samplesPerTask
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
      try (task * samplesPerTask..<min((task + 1) * samplesPerTask, count)).map { try SampleContents($0, of: dataset) }
    }.flatMap(\.self)
  }

  private init(_ sample: Int, of dataset: AuditedDataset) throws {
    var (missing, leading, trailing) = ([Double](), [Double](), [Double]())
    for modality in dataset.modalities {
      let width = dataset.widths[modality] ?? 0
      try dataset.withRows(of: sample, modality) { values, mask in
        let count = max(1, mask.count)
        func isPadding(_ row: Int) -> Bool {
          let cells = values[row * width..<(row + 1) * width]
          return cells.allSatisfy { $0 == cells.first }
        }
        let first = mask.indices.first { !isPadding($0) } ?? mask.count
        let last = mask.indices.last { !isPadding($0) } ?? mask.count - 1
        missing.append(mask.isEmpty ? 1 : Double(mask.count { $0 == 0 }) / Double(count))
        leading.append(Double(first) / Double(count))
        trailing.append(first == mask.count ? 0 : Double(mask.count - 1 - last) / Double(count))
      }
    }
    (missingShare, leadingPadding, trailingPadding) = (missing, leading, trailing)
  }
}
