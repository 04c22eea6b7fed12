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

  /// The first two options that were given and exclude each other, or of which one was given that means nothing without
  /// the other.
  public func conflict<Target>(in given: GivenOptions) -> OptionConflict?
  where Element == OptionDefinition<Target> {
    for definition in self where given[definition.argument.name] != nil {
      if let other = definition.exclusions.first(where: { given[$0] != nil }) {
        return OptionConflict(first: "--" + definition.argument.name, second: "--" + other, problem: .exclusion)
      }
      if let other = definition.companion, given[other] == nil {
        return OptionConflict(first: "--" + definition.argument.name, second: "--" + other, problem: .missingCompanion)
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

/// Two options that cannot be given together, or one that cannot be given without another.
public struct OptionConflict: Error, Hashable, CustomStringConvertible {
  enum Problem {
    case exclusion, missingCompanion
  }

  let first: String
  let second: String
  let problem: Problem

  private var finding: String {
    switch problem {
    case .exclusion: "\(first) and \(second) exclude each other"
    case .missingCompanion: "\(first) is given without \(second)"
    }
  }

  private var advice: String {
    switch problem {
    case .exclusion: "give one of them"
    case .missingCompanion: "give both, or leave it out"
    }
  }

  /// What a user is told once the command line is parsed.
  public var refusal: DataError {
    DataError(.usage, finding, advice: "\(advice.prefix(1).uppercased())\(advice.dropFirst()).")
  }

  /// What a user is told while it is parsed, where a hint follows.
  public var description: String { "\(finding); \(advice)" }
}
