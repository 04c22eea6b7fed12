/// A job that a pipeline file may describe, and the keys that it may have.
public struct PipelineJob: Sendable {
  /// The value of `corpus`.
  public let name: String
  /// A key for each flag of the job.
  public let keys: [PipelineKey]

  /// Declares a job.
  public init(_ name: String, keys: [PipelineKey]) {
    self.name = name
    self.keys = keys
  }
}

/// A key that a pipeline file may have; it stands for the flag of the same name.
public struct PipelineKey: Hashable, Sendable {
  /// What a key's value has to be.
  public enum Kind: Hashable, Sendable {
    /// `true` or `false`.
    case flag
    /// A whole number from this one on.
    case integer(from: Int)
    /// A positive number.
    case number
    /// Bytes: `2GiB`.
    case size
    /// Any text, e.g. a path.
    case text
    /// Texts, as a list or one text with commas between them.
    case texts
    /// A text, or a list of them: the flag may be repeated.
    case repeated
    /// A number between 0 and 1.
    case share
    /// One of these words.
    case choice([String])
    /// A list of these words, or one text with commas between them.
    case choices([String])
    /// Three shares that add up to 1, as a list or one text with commas.
    case ratios
  }

  /// The flag's name without its dashes.
  public let name: String
  /// What its value has to be.
  public let kind: Kind

  /// Declares the key for the flag of this name.
  public init(_ name: String, _ kind: Kind) {
    self.name = name
    self.kind = kind
  }
}

extension PipelineKey.Kind {
  /// What a value has to be, for an error message.
  var expectation: String {
    switch self {
    case .flag: "true or false"
    case .integer(let least): "a whole number from \(least) on"
    case .number: "a positive number"
    case .size: "a size such as 512MiB or 2G"
    case .text: "a text"
    case .texts, .repeated: "a text, or a list of them"
    case .share: "a number between 0 and 1"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .choices(let words): "a list of " + words.joined(separator: ", ")
    case .ratios: "three positive numbers that add up to 1, e.g. 0.7,0.15,0.15"
    }
  }

  /// Whether `text` is such a value.
  func accepts(_ text: String) -> Bool {
    switch self {
    case .flag: text == "true" || text == "false"
    case .integer(let least): Int(text).map { $0 >= least } ?? false
    case .number: Double(text).map { $0 > 0 && $0.isFinite } ?? false
    case .size: ByteSize(text) != nil
    case .text, .texts, .repeated: !text.isEmpty
    case .share: Double(text).map { $0 >= 0 && $0 <= 1 } ?? false
    case .choice(let words): words.contains(text)
    case .choices(let words):
      text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { words.contains(String($0)) }
    case .ratios: SplitRatios(text) != nil
    }
  }

  /// Whether a value may be written as a list.
  var takesList: Bool {
    switch self {
    case .choices, .ratios, .texts: true
    default: false
    }
  }
}
