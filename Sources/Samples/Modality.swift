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
