import ArrayFiles
import Digests
import Files
import Foundation
import Leaks
import Processor
import Samples
import Shards
import Signals
import TensorCore
import Text

/// Compares a folder made with different arithmetic with the same folder made again, to see whether they differ by
/// rounding alone.
struct RoundingDifference {
  /// The arithmetic versions of the folder and of this program.
  let (stored, own): (Int, Int)
  private var (values, scalers) = (Tally(), Tally())

  /// Counts the compared values and those that differ by more than rounding explains.
  private struct Tally {
    var (total, distant) = (0, 0)
    /// The largest difference between two values, relative to the larger one, or to their column's scale if that is
    /// greater.
    var largest = 0.0
    /// The place of the largest difference.
    var place = ""
    /// Whether at most one value in a thousand is distant: values jump where a decision hinges on rounding, as in
    /// pitch.
    var isRounding: Bool { distant * 1000 <= total }

    mutating func add(_ stored: Double, _ again: Double, size: Double, tolerance: Double, _ place: String) {
      total += 1
      if stored == again || stored.isNaN && again.isNaN { return }
      let difference = abs(stored - again) / size
      // Written so that a single NaN counts as distant too.
      if !(difference <= tolerance) { distant += 1 }
      if difference > largest { (largest, self.place) = (difference, place) }
    }
  }

  /// Scalers are fitted in float64 to float32 features; those of other splits differ by more than this, however large
  /// the corpus.
  private static let scalerTolerance = 1e-4

  /// Compares a folder with one that was made again.
  ///
  /// - Returns: nil if both were made with the same arithmetic, so that their bytes must be equal; if samples, rows,
  ///   labels or masks differ; or if values differ by more than rounding.
  init?(_ dataset: AuditedDataset, madeAgainIn folder: String, _ again: Manifest) throws {
    guard let manifest = dataset.manifest, manifest.arithmetic != Arithmetic.format else { return nil }
    (stored, own) = (manifest.arithmetic, Arithmetic.format)
    for name in [SplitsFile.name, SamplesFile.name] {
      let digests = try [dataset.path, folder].map { try SHA256.hexDigest(ofFile: $0 + "/" + name).digest }
      if digests[0] != digests[1] { return nil }
    }
    guard let scalers = dataset.scalers else { return nil }
    try compare(scalers, ScalersFile.read(folder + "/" + ScalersFile.name))
    if !self.scalers.isRounding { return nil }
    for split in Split.allCases {
      let files = (manifest.splits[split]?.shards ?? []).map(\.file)
      if files != (again.splits[split]?.shards ?? []).map(\.file) { return nil }
      for file in files {
        try Interrupt.check()
        let readers = try [dataset.path, folder].map { try ShardReader(path: $0 + "/" + file) }
        if try !compare(readers[0], readers[1], name: file) { return nil }
      }
    }
    if !values.isRounding { return nil }
  }

  /// Returns an undecidable finding for the check that found the difference.
  func finding(_ what: String) -> Finding {
    let (largest, place) =
      scalers.largest > values.largest ? (scalers.largest, scalers.place) : (values.largest, values.place)
    let size = largest == 0 ? "not at all" : "by at most \(Self.text(largest)), in \(place)"
    let count = Phrase.count(values.total + scalers.total, "value")
    return .undecidable(
      "The bytes differ: \(what). The folder was made with arithmetic \(stored); this program uses \(own). Values "
        + "differ \(size), consistent with rounding.",
      evidence: [
        Evidence(
          text: "The largest relative difference of \(count) is \(Self.text(largest)).",
          facts: ["largest_relative_difference": .number(largest), "arithmetic": [.integer(stored), .integer(own)]])
      ],
      advice: "Prepare the folder again with --overwrite, or audit it with the version that made it.")
  }

  /// Formats a value with two digits and an exponent.
  private static func text(_ value: Double) -> String { String(format: "%.1e", value) }

  private mutating func compare(_ stored: ScalersFile, _ again: ScalersFile) {
    for (modality, columns) in stored.columns {
      guard let others = again.columns[modality], others.center.count == columns.center.count else {
        self.scalers = Tally(total: 1, distant: 1)
        return
      }
      let place = "the scalers of \(modality)"
      for column in columns.center.indices {
        let scale = columns.scale[column]
        for (own, other) in [(columns.center[column], others.center[column]), (scale, others.scale[column])] {
          self.scalers.add(own, other, size: scale, tolerance: Self.scalerTolerance, place)
        }
      }
    }
  }

  /// Values are scaled, so the scale of every column is 1.
  private mutating func compare(_ stored: ShardReader, _ again: ShardReader, name: String) throws -> Bool {
    if stored.ids != again.ids || stored.labels.map(\.bitPattern) != again.labels.map(\.bitPattern) { return false }
    let (first, second) = (FloatBuffer(), FloatBuffer())
    for modality in Modality.allCases {
      let (rows, width) = (stored.rowCount(modality), stored.width(modality))
      guard again.rowCount(modality) == rows, again.width(modality) == width,
        stored.mask(modality).map(Array.init) == again.mask(modality).map(Array.init)
      else { return false }
      let place = "\(modality) of \(name)"
      let tolerance = Self.tolerance(stored.description.dtype)
      let step = max(1, Self.blockCount / max(1, width))
      for start in stride(from: 0, to: rows, by: step) {
        let block = start..<min(start + step, rows)
        first.reserve(block.count * width)
        second.reserve(block.count * width)
        stored.readFloats(modality, rows: block, into: first.values.part(from: 0, count: block.count * width))
        again.readFloats(modality, rows: block, into: second.values.part(from: 0, count: block.count * width))
        for index in 0..<block.count * width {
          let (own, other) = (Double(first.base[index]), Double(second.base[index]))
          values.add(own, other, size: max(1, abs(own), abs(other)), tolerance: tolerance, place)
        }
      }
    }
    return true
  }

  /// The number of values compared at a time.
  private static let blockCount = 1 << 18

  /// Twice the effect of rounding a stored value to its neighbour, but no less than the error of float32 sums.
  private static func tolerance(_ dtype: StoredFloat) -> Double {
    4 * max(dtype.unitRoundoff, StoredFloat.f16.unitRoundoff)
  }
}
