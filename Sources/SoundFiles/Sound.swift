/// A sound as feature extraction wants it: one channel at 16,000 samples a second.
public struct Sound: Sendable {
  /// Samples a second.
  public static let rate = 16_000

  /// The samples; full scale is −1…1, which filters and float files may overshoot a little. All are finite.
  public let samples: [Float]
  /// Samples a second in the file.
  public let sourceRate: Int
  /// Channels in the file.
  public let sourceChannels: Int

  /// Whether the file's header gave another length than it has.
  public let wasMended: Bool

  /// Whether the file had another rate than 16 kHz.
  public var wasResampled: Bool { sourceRate != Self.rate }
  /// Whether the file had several channels, whose mean was taken.
  public var wasMixedDown: Bool { sourceChannels != 1 }
  /// The length in seconds.
  public var duration: Double { Double(samples.count) / Double(Self.rate) }

  init(samples: [Float], sourceRate: Int, sourceChannels: Int, wasMended: Bool = false) {
    self.samples = samples
    self.sourceRate = sourceRate
    self.sourceChannels = sourceChannels
    self.wasMended = wasMended
  }
}
