import Leaks
import Samples
import Workers

/// How much of one modality of a sample is present, and where it is missing.
struct SampleContents: Sendable {
  /// The share of rows without a frame; 1 if there are no rows.
  let missingShare: Double
  /// The positions of the first and the last of them, 0 … 1; −1 if none is missing.
  let firstMissing: Double
  let lastMissing: Double
  /// The number of consecutive runs of rows without a frame.
  let missingRuns: Int
  /// The share of rows at the start, and at the end, that are constant: padding.
  let leadingPadding: Double
  let trailingPadding: Double
  /// The number of NaN and infinite cells.
  let notFiniteCount: Int

  private static let samplesPerTask = 64

  /// Reads every sample; returns [sample][modality].
  ///
  /// - Throws: errors from reading rows.
  static func all(of dataset: AuditedDataset, threads: Int) throws -> [[SampleContents]] {
    let count = dataset.samples.count
    let tasks = (count + samplesPerTask - 1) / samplesPerTask
    // Preparation replaces all non-finite cells.
    let countsCells = dataset.form != .prepared
    return try OrderedWorkers(threadCount: threads).map(count: tasks) { task in
      try (task * samplesPerTask..<min((task + 1) * samplesPerTask, count)).map { sample in
        try dataset.modalities.map { modality in
          try dataset.withRows(of: sample, modality) { values, mask in
            SampleContents(values, mask, width: dataset.widths[modality] ?? 0, countsCells: countsCells)
          }
        }
      }
    }.flatMap(\.self)
  }

  private init(
    _ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>, width: Int, countsCells: Bool
  ) {
    let count = max(1, mask.count)
    func isPadding(_ row: Int) -> Bool {
      let cells = values[row * width..<(row + 1) * width]
      return cells.allSatisfy { $0 == cells.first }
    }
    let first = mask.indices.first { !isPadding($0) } ?? mask.count
    let last = mask.indices.last { !isPadding($0) } ?? mask.count - 1
    leadingPadding = Double(first) / Double(count)
    trailingPadding = first == mask.count ? 0 : Double(mask.count - 1 - last) / Double(count)
    missingShare = mask.isEmpty ? 1 : Double(mask.count { $0 == 0 }) / Double(count)
    firstMissing = mask.firstIndex(of: 0).map { Double($0) / Double(count) } ?? -1
    lastMissing = mask.lastIndex(of: 0).map { Double($0) / Double(count) } ?? -1
    missingRuns = mask.indices.count { mask[$0] == 0 && ($0 == 0 || mask[$0 - 1] != 0) }
    // Only a finite number minus itself is 0.
    notFiniteCount = countsCells ? values.count { $0 - $0 != 0 } : 0
  }
}
