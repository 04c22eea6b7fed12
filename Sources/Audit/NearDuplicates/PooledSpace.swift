import Samples
import Shards
import Storage

/// The pooled features of one modality: [samples, width] within rows of `stride` values.
///
/// Safe to share: nothing changes after `init`.
struct PooledSpace: @unchecked Sendable {
  let modality: Modality
  let width: Int
  let stride: Int
  /// Whether a sample has a row with a frame, and not silence or no face throughout.
  let isKnown: [Bool]
  /// What holds the values, and where they begin.
  private let owner: AnyObject
  private let base: UnsafeMutablePointer<Float>

  /// The values of a sample; NaN where it has none.
  func cells(of sample: Int) -> UnsafePointer<Float> { UnsafePointer(base + sample * stride) }

  /// One data set's, as they are stored.
  init(_ features: PooledFeatures, place: Int, scaler: ScalersFile.Columns?) {
    let (modality, columns) = features.modalities[place]
    self.modality = modality
    (width, stride) = (columns.count, features.width)
    (owner, base) = (features, features.base + columns.lowerBound)
    isKnown = (0..<features.sampleCount).map { sample in
      let cells = features.base + sample * features.width + columns.lowerBound
      return features.presentRows[sample][place] > 0 && !Self.isRawZero(cells, width: columns.count, scaler)
    }
  }

  /// Several data sets', one after the other, with the scaling undone; those that lack the modality, or have it in another
  /// width, have nothing known.
  init(
    undoingScaling parts: [(space: PooledSpace?, scaler: ScalersFile.Columns?, sampleCount: Int)], _ modality: Modality,
    width: Int
  ) {
    let buffer = FloatBuffer(capacity: width * parts.reduce(0) { $0 + $1.sampleCount })
    var isKnown: [Bool] = []
    for part in parts {
      guard let space = part.space else {
        (buffer.base + isKnown.count * width).update(repeating: .nan, count: part.sampleCount * width)
        isKnown += Array(repeating: false, count: part.sampleCount)
        continue
      }
      for sample in 0..<part.sampleCount {
        let (source, output) = (space.cells(of: sample), buffer.base + (isKnown.count + sample) * width)
        for column in 0..<width {
          let center = part.scaler?.center[column] ?? 0
          output[column] = Float(Double(source[column]) * (part.scaler?.scale[column] ?? 1) + center)
        }
      }
      isKnown += space.isKnown
    }
    self.modality = modality
    (self.width, stride) = (width, width)
    (owner, base) = (buffer, buffer.base)
    self.isKnown = isKnown
  }

  /// Whether all values were 0 before scaling: silence, or no face in the picture. Stored values are rounded.
  private static func isRawZero(_ cells: UnsafePointer<Float>, width: Int, _ scaler: ScalersFile.Columns?) -> Bool {
    guard let scaler, scaler.center.count == width else { return (0..<width).allSatisfy { cells[$0] == 0 } }
    return (0..<width).allSatisfy { column in
      let raw = Double(cells[column]) * scaler.scale[column] + scaler.center[column]
      return abs(raw) <= abs(scaler.center[column]) * 0x1p-7 + 1e-12
    }
  }
}
