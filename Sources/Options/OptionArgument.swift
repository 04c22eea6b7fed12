/// How an option is written: its name, its help and what its value may be.
public struct OptionArgument: Sendable {
  /// How many words follow the name.
  public enum Form: Hashable, Sendable {
    /// None: it is given or not.
    case flag
    /// One.
    case value
    /// One, with comma-separated parts; in a file also a list.
    case parts
    /// Any number up to the next option; in a file one text or a list.
    case words
    /// One, and the option may be repeated; in a file one text or a list.
    case repeated
  }

  /// Without its dashes; also the key in a file and in a record.
  public let name: String
  /// Whether a single dash and the first letter of its name also work.
  public let hasLetter: Bool
  /// How many words follow the name.
  public let form: Form
  /// Whether it is required.
  public let isRequired: Bool
  /// The placeholder for its value in a help text.
  public let valueName: String
  /// What it does.
  public let abstract: String
  /// The values, if there are few.
  public let choices: [String]
  /// The value if the option is not given; nil if there is no such value.
  public let defaultText: String?
  /// What its value has to be, for an error message.
  public let expectation: String
  /// What is wrong with a value; nil for none.
  let judge: @Sendable (String) -> OptionFault?

  init(
    _ name: String, form: Form, hasLetter: Bool = false, isRequired: Bool = false, valueName: String = "",
    abstract: String, choices: [String] = [], defaultText: String? = nil, expectation: String,
    judge: @escaping @Sendable (String) -> OptionFault?
  ) {
    self.name = name
    self.form = form
    self.hasLetter = hasLetter
    self.isRequired = isRequired
    self.valueName = valueName
    self.abstract = abstract
    self.choices = choices
    self.defaultText = defaultText
    self.expectation = expectation
    self.judge = judge
  }

  /// What is wrong with a value; nil for none.
  public func fault(in text: String) -> OptionFault? { judge(text) }

  /// What it does, its values and its default.
  public var help: String {
    let values = choices.isEmpty ? nil : "values: " + choices.joined(separator: ", ")
    let usual = defaultText.map { "default: " + $0 }
    let remarks = [values, usual].compactMap(\.self)
    return remarks.isEmpty ? abstract : "\(abstract) (\(remarks.joined(separator: "; ")))"
  }
}

/// What is wrong with the value of an option.
public struct OptionFault: Error, Hashable, Sendable {
  /// The finding, after the option's name: `is 0`.
  public let finding: String
  /// What was expected.
  public let expected: String
  /// Whether the text is no value at all, rather than one that the option does not accept.
  public let isMalformed: Bool

  /// A fault; `finding` follows the option's name.
  public init(_ finding: String, expected: String, isMalformed: Bool = false) {
    self.finding = finding
    self.expected = expected
    self.isMalformed = isMalformed
  }
}
