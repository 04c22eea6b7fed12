public import Text

/// The words after each option that was given, by its name; none for a flag.
public typealias GivenOptions = [String: [String]]

/// Options that stand together in a help text, and what they set.
public protocol OptionList {
  /// What they set.
  associatedtype Target: Sendable
  /// In the order of the help text; an option is applied after those before it.
  static var definitions: [OptionDefinition<Target>] { get }
  /// Refuses a command line while it is parsed, before a mistyped name in it is noticed.
  static func validate(_ given: GivenOptions) throws
}

extension OptionList {
  /// Refuses nothing: what is wrong shows when the options are applied.
  public static func validate(_ given: GivenOptions) {}
}

extension Array {
  /// Applies the options that were given.
  ///
  /// - Throws: `DataError` 64 for a value that an option does not accept.
  public func apply<Target>(_ given: GivenOptions, to target: inout Target) throws
  where Element == OptionDefinition<Target> {
    for definition in self {
      if let texts = given[definition.argument.name] { try definition.apply(texts, to: &target) }
    }
  }

  /// Refuses a value in the target that its option would not accept.
  ///
  /// - Throws: `DataError` 64 that names the option.
  public func check<Target>(_ target: Target) throws where Element == OptionDefinition<Target> {
    for definition in self { try definition.check(target) }
  }

  /// The first two options that were given and exclude each other.
  public func conflict<Target>(in given: GivenOptions) -> OptionConflict?
  where Element == OptionDefinition<Target> {
    for definition in self where given[definition.argument.name] != nil {
      if let other = definition.exclusions.first(where: { given[$0] != nil }) {
        return OptionConflict(first: "--" + definition.argument.name, second: "--" + other)
      }
    }
    return nil
  }

  /// What is recorded of a target.
  public func recorded<Target>(_ target: Target) -> [String: JSONValue]
  where Element == OptionDefinition<Target> {
    reduce(into: [:]) { $1.record.write(target, &$0) }
  }

  /// Restores what is recorded.
  ///
  /// - Throws: `DataError` 65 that names the member that is missing or not of this version.
  public func restore<Target>(_ config: JSONValue, into target: inout Target) throws
  where Element == OptionDefinition<Target> {
    for definition in self { try definition.record.read(&target, config) }
  }

  /// The names of options that only let a run continue that would otherwise fail.
  public func permissions<Target>() -> Set<String> where Element == OptionDefinition<Target> {
    Set(filter { $0.record.place == .permission }.map(\.argument.name))
  }
}

/// Two options that cannot be given together.
public struct OptionConflict: Error, Hashable, CustomStringConvertible {
  let first: String
  let second: String

  /// What a user is told once the command line is parsed.
  public var refusal: DataError {
    DataError(.usage, "\(first) and \(second) exclude each other", advice: "Give one of them.")
  }

  /// What a user is told during parsing, where a hint follows.
  public var description: String { "\(first) and \(second) exclude each other; give one of them" }
}
