import Files
import Leaks
import Samples
import TensorCore

/// The rows with a frame of some samples of one modality, column by column.
struct FrameRows: Sendable {
  /// The positions of the samples in the data set.
  let samples: [Int]
  let width: Int
  /// The first row of each sample, and the end of the last one's.
  let starts: [Int]
  /// [width, rows]
  private let cells: FixedFloats

  /// More rows of a sample hold nearly every value that a 16-bit column has.
  static let mostRows = 1024
  private static let mostSamples = 256
  /// 64 MiB.
  private static let mostCells = 1 << 24

  /// - Parameters:
  ///   - place: the place of the modality in the features.
  ///   - candidates: positions of samples in the data set.
  init(of dataset: AuditedDataset, _ features: PooledFeatures, place: Int, candidates: [Int]) throws {
    let (modality, columns) = features.modalities[place]
    let width = columns.count
    self.width = width
    let suitable = candidates.filter { 1...Self.mostRows ~= features.presentRows[$0][place] }
    let spread =
      suitable.count <= Self.mostSamples
      ? suitable : (0..<Self.mostSamples).map { suitable[$0 * suitable.count / Self.mostSamples] }
    var starts = [0]
    for sample in spread {
      let end = starts[starts.count - 1] + features.presentRows[sample][place]
      if end * width > Self.mostCells { break }
      starts.append(end)
    }
    let rowCount = starts[starts.count - 1]
    let samples = Array(spread.prefix(starts.count - 1))
    let origins = starts
    cells = try FixedFloats(count: rowCount * width) { output in
      for (number, sample) in samples.enumerated() {
        try dataset.withRows(of: sample, modality) { cells, mask in
          var place = origins[number]
          for row in mask.indices where mask[row] != 0 && place < origins[number + 1] {
            for column in 0..<width { output[column * rowCount + place] = cells[row * width + column] }
            place += 1
          }
        }
      }
    }
    self.samples = samples
    self.starts = starts
  }

  /// The largest number of rows of a sample.
  var mostRowsOfSample: Int { samples.indices.reduce(0) { max($0, starts[$1 + 1] - starts[$1]) } }

  /// The cells of a column in one of the samples.
  func cells(ofColumn column: Int, sample: Int) -> UnsafeBufferPointer<Float> {
    cells.values.part(
      from: column * starts[starts.count - 1] + starts[sample], count: starts[sample + 1] - starts[sample])
  }
}
