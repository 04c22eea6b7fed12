public import Options

/// A stream of features that a sample can have.
///
/// The declaration order is the order everywhere: in shards, reports and models.
public enum Modality: String, CaseIterable, Hashable, Comparable, CustomStringConvertible, OptionValue {
  case visual, audio, text

  /// The name in files and options.
  public var description: String { rawValue }

  /// By the order of declaration.
  public static func < (first: Modality, second: Modality) -> Bool {
    first.position < second.position
  }

  private var position: Int {
    switch self {
    case .visual: 0
    case .audio: 1
    case .text: 2
    }
  }
}

/// What a row of a sample stands for.
public enum Granularity: String, CaseIterable, Sendable {
  /// One row per word of the text sequence; other modalities averaged over the word.
  case word
  /// One row per modality: the mean over the segment's word rows.
  case utterance
  /// Every native row that overlaps the segment, each modality at its own rate.
  case frame
  /// One row for the whole recording, labelled with its first segment: as in the original project.
  case video

  /// Whether rows are aligned to the words of the text sequence.
  public var needsWords: Bool { self == .word || self == .utterance }
}

extension Granularity: OptionValue {}
