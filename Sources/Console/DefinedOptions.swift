public import ArgumentParser
public import Options

/// A group of options on a command line, made from their definitions.
///
/// ArgumentParser learns of a group's options by looking at the properties of an empty value (`Mirror`) and fills a
/// value through `Decodable`. So a property for each definition can be reflected and decoded without being declared.
public struct DefinedOptions<List: OptionList>: ParsableArguments, CustomReflectable {
  /// The words after each option that was given.
  public let given: GivenOptions

  /// Nothing is given; what ArgumentParser looks at.
  public init() { given = [:] }

  /// Takes what ArgumentParser parsed.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: OptionName.self)
    var given: GivenOptions = [:]
    for argument in List.definitions.map(\.argument) {
      given[argument.name] = try argument.texts(in: container)
    }
    self.given = given
  }

  /// A property for each option.
  public var customMirror: Mirror {
    Mirror(
      self, children: List.definitions.map { (label: Optional("_" + $0.argument.name), value: $0.argument.property) })
  }

  /// Refuses options that do not go together.
  public func validate() throws { try List.validate(given) }

  /// Applies the options that were given.
  ///
  /// - Throws: `DataError` 64 for a value that an option does not take.
  public func apply(to target: inout List.Target) throws { try List.definitions.apply(given, to: &target) }

  /// Whether an option was given.
  public func has(_ name: String) -> Bool { given[name] != nil }
}

/// The name of any option.
private struct OptionName: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension OptionArgument {
  /// What ArgumentParser sees as a property of a group.
  fileprivate var property: Any {
    let name: NameSpecification = hasLetter ? [.short, .customLong(name)] : .customLong(name)
    let help = ArgumentHelp(stringLiteral: help).named(valueName)
    let completion = choices.isEmpty ? nil : CompletionKind.list(choices)
    switch (form, isRequired) {
    case (.flag, _): return Flag(wrappedValue: false, name: name, help: help)
    case (.value, true), (.parts, true):
      return Option<String>(name: name, help: help, completion: completion, transform: accepted)
    case (.value, false), (.parts, false):
      return Option<String?>(name: name, help: help, completion: completion, transform: accepted)
    case (.words, true): return Option<[String]>(name: name, parsing: .upToNextOption, help: help)
    case (.words, false): return Option<[String]>(wrappedValue: [], name: name, parsing: .upToNextOption, help: help)
    case (.repeated, true): return Option<[String]>(name: name, help: help)
    case (.repeated, false): return Option<[String]>(wrappedValue: [], name: name, help: help)
    }
  }

  /// A word that is a value; whether the option accepts it is checked once all words are known.
  ///
  /// ArgumentParser looks at values before it looks for unknown options, and would report the wrong one of two
  /// mistakes.
  @Sendable private func accepted(_ text: String) throws -> String {
    if let fault = fault(in: text), fault.isMalformed { throw ValidationError("expected \(fault.expected)") }
    return text
  }

  /// What was given; nil if nothing was.
  fileprivate func texts(in container: KeyedDecodingContainer<OptionName>) throws -> [String]? {
    let key = OptionName(stringValue: name)
    switch form {
    case .flag: return try container.decode(Flag<Bool>.self, forKey: key).wrappedValue ? [] : nil
    case .value where isRequired, .parts where isRequired:
      return [try container.decode(Option<String>.self, forKey: key).wrappedValue]
    case .value, .parts: return try container.decode(Option<String?>.self, forKey: key).wrappedValue.map { [$0] }
    case .words, .repeated:
      let texts = try container.decode(Option<[String]>.self, forKey: key).wrappedValue
      return texts.isEmpty ? nil : texts
    }
  }
}

extension ArgumentHelp {
  fileprivate func named(_ valueName: String) -> Self {
    var copy = self
    if !valueName.isEmpty { copy.valueName = valueName }
    return copy
  }
}

// MARK: - The options of a command

/// A group whose options are known from its type.
private protocol DefinedGroup {
  static var arguments: [OptionArgument] { get }
}

/// Any list of options, whatever it sets.
private protocol DefinedArguments {
  static var arguments: [OptionArgument] { get }
}

extension DefinedOptions: DefinedArguments {
  fileprivate static var arguments: [OptionArgument] { List.definitions.map(\.argument) }
}

extension OptionGroup: DefinedGroup where Value: DefinedArguments {
  fileprivate static var arguments: [OptionArgument] { Value.arguments }
}

extension ParsableCommand {
  /// The options of all groups of a command that are made from definitions.
  static var definedArguments: [OptionArgument] {
    Mirror(reflecting: Self()).children.flatMap { ($0.value as? any DefinedGroup).map { type(of: $0).arguments } ?? [] }
  }
}
