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
