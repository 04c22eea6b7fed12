import Leaks
import Samples
import Workers

/// How much of a sample's modality is there at all, and where it is missing.
struct SampleContents: Sendable {
  /// The share of rows without a frame; 1 where there is no row.
  let missingShare: Double
  /// Where the first and the last of them stand, 0 … 1; −1 where none is missing.
  let firstMissing: Double
  let lastMissing: Double
  /// Stretches of rows without a frame.
  let missingRuns: Int
  /// The share of rows at the front, and at the end, that hold one value throughout: padding.
  let leadingPadding: Double
  let trailingPadding: Double
  /// Cells that are no number.
  let notFiniteCount: Int

  private static let samplesPerTask = 64

  /// Looks at every sample: its modalities in their order.
  ///
  /// - Throws: what reading rows throws.
  static func all(of dataset: AuditedDataset, threads: Int) throws -> [[SampleContents]] {
    let count = dataset.samples.count
    let tasks = (count + samplesPerTask - 1) / samplesPerTask
    // Preparation leaves no cell without a number.
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
    // The difference of a number and itself is 0.
    notFiniteCount = countsCells ? values.count { $0 - $0 != 0 } : 0
  }
}
