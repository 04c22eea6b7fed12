import TensorCore

/// A sound between two stretches of silence, so that frames may reach beyond its ends.
struct PaddedSound {
  /// Silence, the sound, silence.
  let samples: UnsafeBufferPointer<Float>
  /// Where the sound starts.
  let start: Int

  /// Some samples from the sound's sample `first` on, which may lie before the sound.
  ///
  /// What is not there ends the program, in release builds too.
  func samples(from first: Int, count: Int) -> UnsafeBufferPointer<Float> {
    samples.part(from: start + first, count: count)
  }
}
