import Files
import Leaks
import Samples
import TensorCore
import Workers

/// The means of each sample's rows, and of the rows of its parts, in some columns of a modality: for each sample, those of
/// all its parts, the whole one first.
enum PartMeans {
  /// More columns would hardly tell more samples apart.
  private static let mostColumns = 64
  /// A part of fewer rows is too little to be recognised.
  private static let fewestRows = 4
  private static let samplesPerTask = 64

  /// Reads every row of a modality once.
  ///
  /// - Parameter columns: those that are not constant.
  static func space(
    of dataset: AuditedDataset, _ modality: Modality, columns: [Int], threads: Int
  ) throws -> PooledSpace {
    let width = dataset.widths[modality] ?? 0
    let chosenCount = min(columns.count, mostColumns)
    let chosen = (0..<chosenCount).map { columns[$0 * columns.count / chosenCount] }
    let (count, parts) = (dataset.samples.count, SamplePart.allCases)
    var isKnown: [Bool] = []
    isKnown.reserveCapacity(parts.count * count)
    let values = try OrderedWorkers(threadCount: threads).rows(
      count: count, width: chosen.count * parts.count, rowsPerTask: samplesPerTask
    ) { samples, output in
      var mean = [Float](repeating: 0, count: width)
      return try samples.flatMap { sample in
        try dataset.withRows(of: sample, modality) { values, mask in
          parts.map { part -> Bool in
            let rows = part.rows(of: mask.count).filter { mask[$0] != 0 }
            let start = ((sample - samples.lowerBound) * parts.count + part.rawValue) * chosen.count
            guard !rows.isEmpty, part == .whole || rows.count >= fewestRows else {
              output.part(from: start, count: chosen.count).update(repeating: .nan)
              return false
            }
            mean.withUnsafeMutableBufferPointer { mean in
              var sum = RowMean(width: width, rule: .leaveOut)
              rows.withUnsafeBufferPointer { sum.mean(of: values, rowIndices: $0, into: mean) }
            }
            for (place, column) in chosen.enumerated() { output[start + place] = mean[column] }
            return chosen.contains { mean[$0] != 0 }
          }
        }
      }
    } consume: {
      isKnown += $0
    }
    return PooledSpace(modality, width: chosen.count, values: values, isKnown: isKnown)
  }
}
