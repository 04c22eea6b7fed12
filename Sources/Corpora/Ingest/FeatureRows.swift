import Files
import Samples
import SoundFiles

/// Computes the acoustic features of sounds and puts them into a store; one per thread.
final class SoundRows {
  private let store: SequenceStoreWriter
  /// Made when the first sound comes.
  private var audio: AudioFeatures?
  private let values = FloatBuffer()

  init(store: SequenceStoreWriter) { self.store = store }

  /// Stores the rows of a sound of 16,000 samples a second; their times are counted from its start.
  ///
  /// - Throws: `DataError` 74 when the store cannot be written.
  func append(_ samples: UnsafeBufferPointer<Float>) throws -> StoredRows {
    let audio = self.audio ?? AudioFeatures()
    self.audio = audio
    let rowCount = audio.frames(of: samples, into: values)
    return try store.append(
      starts: (0..<rowCount).map { AudioFeatures.interval(ofFrame: $0).start }, times: .rate, values: values.base,
      width: AudioFeatures.width, rowSeconds: 1 / AudioFeatures.frameRate)
  }

  /// What was done to a sound before its features were computed: `sound.resampled`, `sound.length_mended`,
  /// `sound.mixed_down`.
  static func counts(of sound: Sound) -> Tally {
    var tally = Tally()
    if sound.wasResampled { tally.add(1, to: "sound.resampled") }
    if sound.wasMended { tally.add(1, to: "sound.length_mended") }
    if sound.wasMixedDown { tally.add(1, to: "sound.mixed_down") }
    return tally
  }
}

extension SequenceStoreWriter {
  /// Appends the rows of a file of features; there is at least one.
  ///
  /// - Parameter rate: rows per second if the file does not give their times.
  /// - Throws: `DataError` 74 when writing fails.
  func append(_ features: FeatureFile, rate: Double) throws -> StoredRows {
    // If the rate would leave gaps, each row lasts until the next one.
    let rowSeconds = max(1 / rate, features.times?.step.flatMap { $0 > Self.widestGap / rate ? $0 : nil } ?? 0)
    let starts = features.times?.starts ?? (0..<features.rowCount).map { Double($0) / rate }
    let span = features.times?.extent.map { extent -> Interval in
      let end = features.times?.ends?.filter(\.isFinite).max() ?? 0
      return Interval(start: extent.start, end: max(extent.end + rowSeconds, end))
    }
    return try features.values.withUnsafeBufferPointer {
      // Not empty: there is at least one row of at least one column.
      try append(
        starts: starts, ends: features.times?.ends,
        times: features.isVector ? .vector : features.times == nil ? .rate : .own, span: span,
        values: $0.baseAddress!, width: features.width, rowSeconds: rowSeconds)
    }
  }

  /// Times of rows are rounded, and frames get lost: only steps longer than this many rows indicate another rate.
  private static let widestGap = 1.5
}
