import Files
import Samples
import Shards
import TensorCore

/// The pooled features of one modality: [samples, width] within rows of `stride` values.
struct PooledSpace: Sendable {
  let modality: Modality
  let width: Int
  let stride: Int
  /// Whether a sample has a row with a frame and is not silent or faceless throughout.
  let isKnown: [Bool]
  private let values: FixedFloats
  /// The index of the first sample's first value.
  private let start: Int

  /// Returns the values of a sample; NaN if it has none.
  func cells(of sample: Int) -> UnsafeBufferPointer<Float> {
    values.values.part(from: start + sample * stride, count: width)
  }

  /// Creates the space of one data set, with values as stored.
  init(_ features: PooledFeatures, place: Int, scaler: ScalersFile.Columns?) {
    let (modality, columns) = features.modalities[place]
    self.modality = modality
    (width, stride) = (columns.count, features.width)
    (values, start) = (features.means, columns.lowerBound)
    isKnown = (0..<features.sampleCount).map { sample in
      let cells = features.means.values.part(
        from: sample * features.width + columns.lowerBound, count: columns.count)
      return features.presentRows[sample][place] > 0 && !Self.isRawZero(cells, scaler)
    }
  }

  /// Creates a space of given values, [samples, width].
  init(_ modality: Modality, width: Int, values: FixedFloats, isKnown: [Bool]) {
    (self.modality, self.width, stride, start) = (modality, width, width, 0)
    (self.values, self.isKnown) = (values, isKnown)
  }

  /// Creates the joint space of several data sets, in order, with their scaling undone. Samples of a data set that
  /// lacks the modality, or has a different width, are unknown.
  init(
    undoingScaling parts: [(space: PooledSpace?, scaler: ScalersFile.Columns?, sampleCount: Int)], _ modality: Modality,
    width: Int
  ) {
    var isKnown: [Bool] = []
    values = FixedFloats(count: width * parts.reduce(0) { $0 + $1.sampleCount }) { values in
      for part in parts {
        let outputs = values.part(from: isKnown.count * width, count: part.sampleCount * width)
        guard let space = part.space else {
          outputs.update(repeating: .nan)
          isKnown += Array(repeating: false, count: part.sampleCount)
          continue
        }
        for sample in 0..<part.sampleCount {
          let (source, output) = (space.cells(of: sample), outputs.part(from: sample * width, count: width))
          for column in 0..<width {
            let center = part.scaler?.center[column] ?? 0
            output[column] = Float(Double(source[column]) * (part.scaler?.scale[column] ?? 1) + center)
          }
        }
        isKnown += space.isKnown
      }
    }
    self.modality = modality
    (self.width, stride, start) = (width, width, 0)
    self.isKnown = isKnown
  }

  /// Returns whether all values were 0 before scaling (silence, or no face in the picture), allowing for rounding.
  private static func isRawZero(_ cells: UnsafeBufferPointer<Float>, _ scaler: ScalersFile.Columns?) -> Bool {
    guard let scaler, scaler.center.count == cells.count else { return cells.allSatisfy { $0 == 0 } }
    return cells.indices.allSatisfy { column in
      let raw = Double(cells[column]) * scaler.scale[column] + scaler.center[column]
      return abs(raw) <= abs(scaler.center[column]) * 0x1p-7 + 1e-12
    }
  }
}
