import Text

/// Where an option's value is kept.
public typealias OptionPath<Target, Value> = any WritableKeyPath<Target, Value> & Sendable

/// Everything about one option: how it is written, what it sets, and how it is recorded.
///
/// The command line, the keys of pipeline files, the help, the defaults, the checks, the manifest and its digest are all made
/// from lists of these.
public struct OptionDefinition<Target>: Sendable {
  /// How it is written.
  public let argument: OptionArgument
  /// Whether the output depends on it, and where that is recorded.
  public let record: OptionRecord<Target>
  /// Names of options that cannot be given together with this one.
  public let exclusions: [String]
  /// The option without which this one means nothing; nil where it stands alone.
  public let companion: String?
  let set: @Sendable (inout Target, [String]) throws(OptionFault) -> Void
  /// What is wrong with what the target holds; nil for none.
  let judge: @Sendable (Target) -> OptionFault?

  init(
    _ argument: OptionArgument, record: OptionRecord<Target>, exclusions: [String] = [],
    companion: String? = nil, set: @escaping @Sendable (inout Target, [String]) throws(OptionFault) -> Void,
    judge: @escaping @Sendable (Target) -> OptionFault? = { _ in nil }
  ) {
    self.argument = argument
    self.record = record
    self.exclusions = exclusions
    self.companion = companion
    self.set = set
    self.judge = judge
  }

  /// Whether it is part of the recorded configuration.
  public var isRecorded: Bool { record.place == .configuration || record.place == .permission }

  /// Whether no byte of the output depends on it.
  public var decidesNoByte: Bool { record.place == .nowhere }

  /// Sets what the option decides.
  ///
  /// - Parameter texts: the words after its name.
  /// - Throws: `DataError` 64 where they are not a value that the option accepts.
  public func apply(_ texts: [String], to target: inout Target) throws {
    do throws(OptionFault) {
      try set(&target, texts)
      if let fault = judge(target) { throw fault }
    } catch {
      throw refusal(error)
    }
  }

  /// - Throws: `DataError` 64 where the target holds a value that the option does not accept.
  public func check(_ target: Target) throws {
    if let fault = judge(target) { throw refusal(fault) }
  }

  private func refusal(_ fault: OptionFault) -> DataError {
    DataError(.usage, "--\(argument.name) \(fault.finding)", expected: fault.expected)
  }

  /// The same option for something that contains the target.
  public func within<Whole>(_ part: OptionPath<Whole, Target>) -> OptionDefinition<Whole> {
    OptionDefinition<Whole>(
      argument, record: record.within(part), exclusions: exclusions, companion: companion,
      set: { whole, texts throws(OptionFault) in try set(&whole[keyPath: part], texts) },
      judge: { judge($0[keyPath: part]) })
  }
}

// MARK: - Kinds of options

extension OptionDefinition {
  /// An option with a value and a default.
  ///
  /// - Parameters:
  ///   - path: what it sets.
  ///   - usual: the value where it is not given.
  ///   - companion: see `companion`.
  ///   - record: see `OptionRecord`; nil records the value always.
  public static func value<Value: OptionValue>(
    _ name: String, _ path: OptionPath<Target, Value>, default usual: Value, _ valueName: String,
    limits: OptionLimits<Value>? = nil, needs companion: String? = nil, record: OptionRecord<Target>? = nil,
    help: String
  ) -> Self {
    let kind = ValueKind(limits: limits)
    return Self(
      kind.argument(name, valueName, help, defaultText: usual.optionText),
      record: record ?? .value(name, path), companion: companion,
      set: { target, texts throws(OptionFault) in target[keyPath: path] = try kind.read(texts) },
      judge: { kind.fault(of: $0[keyPath: path]) })
  }

  /// An option with a value whose default is decided elsewhere.
  ///
  /// - Parameters:
  ///   - path: what it sets.
  ///   - usual: what its help says about the default.
  public static func value<Value: OptionValue>(
    _ name: String, _ path: OptionPath<Target, Value>, defaultText usual: String, _ valueName: String,
    limits: OptionLimits<Value>? = nil, record: OptionRecord<Target>, help: String
  ) -> Self {
    let kind = ValueKind(limits: limits)
    return Self(
      kind.argument(name, valueName, help.naming(default: usual)), record: record,
      set: { target, texts throws(OptionFault) in target[keyPath: path] = try kind.read(texts) },
      judge: { kind.fault(of: $0[keyPath: path]) })
  }

  /// An option with a value that may be missing.
  ///
  /// - Parameters:
  ///   - path: what it sets.
  ///   - usual: what its help says about the default, which is decided elsewhere.
  ///   - record: see `OptionRecord`.
  public static func value<Value: OptionValue>(
    _ name: String, _ path: OptionPath<Target, Value?>, defaultText usual: String? = nil,
    _ valueName: String, limits: OptionLimits<Value>? = nil, record: OptionRecord<Target>, help: String
  ) -> Self {
    let kind = ValueKind(limits: limits)
    return Self(
      kind.argument(name, valueName, help.naming(default: usual)), record: record,
      set: { target, texts throws(OptionFault) in target[keyPath: path] = try kind.read(texts) },
      judge: { $0[keyPath: path].flatMap(kind.fault) })
  }

  /// An option that must be given.
  public static func required<Value: OptionValue>(
    _ name: String, _ path: OptionPath<Target, Value>, _ valueName: String,
    record: OptionRecord<Target>, help: String
  ) -> Self {
    let kind = ValueKind<Value>(limits: nil)
    return Self(
      kind.argument(name, valueName, help, isRequired: true), record: record,
      set: { target, texts throws(OptionFault) in target[keyPath: path] = try kind.read(texts) })
  }

  /// An option whose value has its own form.
  ///
  /// - Parameters:
  ///   - form: `.value` or `.parts`.
  ///   - usual: what its help says about the default.
  ///   - read: nil for a text that is not such a value.
  ///   - expectation: what a text has to be.
  public static func parsed<Value>(
    _ name: String, form: OptionArgument.Form = .value, defaultText usual: String? = nil, _ valueName: String,
    excludes: [String] = [], read: @escaping @Sendable (String) -> Value?, expectation: String,
    record: OptionRecord<Target>, help: String, set: @escaping @Sendable (inout Target, Value) -> Void
  ) -> Self {
    .parsed(
      name, form: form, defaultText: usual, valueName, excludes: excludes,
      reading: { text throws(OptionFault) in
        guard let value = read(text) else {
          throw OptionFault("is \(text)", expected: expectation, isMalformed: true)
        }
        return value
      }, expectation: expectation, record: record, help: help, set: set)
  }

  /// An option whose value has its own form and may be wrong in several ways.
  ///
  /// - Parameters:
  ///   - form: `.value` or `.parts`.
  ///   - usual: what its help says about the default.
  ///   - read: throws what is wrong with a text.
  ///   - expectation: what a text has to be.
  public static func parsed<Value>(
    _ name: String, form: OptionArgument.Form = .value, defaultText usual: String? = nil, _ valueName: String,
    excludes: [String] = [], reading read: @escaping @Sendable (String) throws(OptionFault) -> Value,
    expectation: String, record: OptionRecord<Target>, help: String,
    set: @escaping @Sendable (inout Target, Value) -> Void
  ) -> Self {
    Self(
      OptionArgument(
        name, form: form, valueName: valueName, abstract: help.naming(default: usual), expectation: expectation,
        judge: { text in
          do throws(OptionFault) { _ = try read(text) } catch { return error }
          return nil
        }),
      record: record, exclusions: excludes,
      set: { target, texts throws(OptionFault) in set(&target, try read(texts.last ?? "")) })
  }

  /// An option that takes some of a few words, separated by commas.
  ///
  /// - Parameters:
  ///   - path: what it sets, each word once, in the words' own order.
  ///   - usual: what its help says about the default.
  public static func some<Word: OptionValue & RawRepresentable & CaseIterable & Comparable>(
    _ name: String, _ path: OptionPath<Target, [Word]>, defaultText usual: String, _ valueName: String,
    record: OptionRecord<Target>, help: String
  ) -> Self where Word.RawValue == String {
    .parsed(
      name, form: .parts, defaultText: usual, valueName, read: { Word.some($0) },
      expectation: "some of \(Word.optionWords.joined(separator: ", ")), each once, separated by commas",
      record: record, help: help, set: { $0[keyPath: path] = $1 })
  }

  /// An option that takes some of `names`, separated by commas.
  public static func names(
    _ name: String, _ path: OptionPath<Target, [String]>, of names: [String], _ valueName: String,
    record: OptionRecord<Target>, help: String
  ) -> Self {
    let expectation = (names.count > 1 ? "some of " : "") + names.joined(separator: ", ")
    @Sendable func read(_ text: String) throws(OptionFault) -> [String] {
      let chosen = text.commaParts
      if let unknown = chosen.first(where: { !names.contains($0) }) {
        throw OptionFault("names \(unknown)", expected: expectation)
      }
      return chosen
    }
    return Self(
      OptionArgument(
        name, form: .parts, valueName: valueName, abstract: help, expectation: expectation,
        judge: { text in
          do throws(OptionFault) { _ = try read(text) } catch { return error }
          return nil
        }),
      record: record,
      set: { target, texts throws(OptionFault) in target[keyPath: path] = try read(texts.joined(separator: ",")) })
  }

  /// An option that takes several texts.
  ///
  /// - Parameters:
  ///   - form: `.words` or `.repeated`.
  public static func texts(
    _ name: String, form: OptionArgument.Form, isRequired: Bool = false, _ valueName: String, excludes: [String] = [],
    record: OptionRecord<Target>, help: String, set: @escaping @Sendable (inout Target, [String]) -> Void
  ) -> Self {
    Self(
      OptionArgument(
        name, form: form, isRequired: isRequired, valueName: valueName, abstract: help,
        expectation: "a string, or a list of them",
        judge: { _ in nil }),
      record: record, exclusions: excludes, set: { target, texts throws(OptionFault) in set(&target, texts) })
  }

  /// An option that may be repeated, with values that have a form of their own.
  ///
  /// - Parameters:
  ///   - read: throws what is wrong with a text.
  ///   - expectation: what a text has to be.
  ///   - set: gets all values; throws what is wrong with them together.
  public static func repeated<Value>(
    _ name: String, _ valueName: String, reading read: @escaping @Sendable (String) throws(OptionFault) -> Value,
    expectation: String, record: OptionRecord<Target>, help: String,
    set: @escaping @Sendable (inout Target, [Value]) throws(OptionFault) -> Void
  ) -> Self {
    Self(
      OptionArgument(
        name, form: .repeated, valueName: valueName, abstract: help, expectation: expectation,
        judge: { text in
          do throws(OptionFault) { _ = try read(text) } catch { return error }
          return nil
        }),
      record: record,
      set: { target, texts throws(OptionFault) in
        var values: [Value] = []
        for text in texts { values.append(try read(text)) }
        try set(&target, values)
      })
  }

  /// An option that is given or not.
  ///
  /// - Parameter path: becomes true.
  public static func flag(
    _ name: String, hasLetter: Bool = false, _ path: OptionPath<Target, Bool>, excludes: [String] = [],
    record: OptionRecord<Target>, help: String
  ) -> Self {
    .flag(name, hasLetter: hasLetter, excludes: excludes, record: record, help: help) { $0[keyPath: path] = true }
  }

  /// An option that is given or not.
  ///
  /// - Parameter set: what it does where it is given; a flag that only a program looks at does nothing.
  public static func flag(
    _ name: String, hasLetter: Bool = false, excludes: [String] = [], record: OptionRecord<Target>, help: String,
    set: @escaping @Sendable (inout Target) -> Void = { _ in }
  ) -> Self {
    let words = ["true", "false"]
    return Self(
      OptionArgument(
        name, form: .flag, hasLetter: hasLetter, abstract: help, expectation: "true or false",
        judge: {
          words.contains($0) ? nil : OptionFault("is \($0)", expected: "true or false", isMalformed: true)
        }),
      record: record, exclusions: excludes, set: { target, _ throws(OptionFault) in set(&target) })
  }
}

/// How values of a type are read, within the limits of one option.
private struct ValueKind<Value: OptionValue>: Sendable {
  let limits: OptionLimits<Value>?

  private var expectation: String {
    [Value.optionExpectation, limits?.text].compactMap(\.self).joined(separator: ", ")
  }

  func argument(
    _ name: String, _ valueName: String, _ help: String, defaultText: String? = nil, isRequired: Bool = false
  ) -> OptionArgument {
    OptionArgument(
      name, form: .value, isRequired: isRequired, valueName: valueName, abstract: help, choices: Value.optionWords,
      defaultText: defaultText, expectation: expectation,
      judge: { text in
        do throws(OptionFault) { return fault(of: try read([text])) } catch { return error }
      })
  }

  func read(_ texts: [String]) throws(OptionFault) -> Value {
    let text = texts.last ?? ""
    guard let value = Value(optionText: text) else {
      throw OptionFault("is \(text)", expected: expectation, isMalformed: true)
    }
    return value
  }

  func fault(of value: Value) -> OptionFault? {
    guard let limits, !limits.contains(value) else { return nil }
    return OptionFault("is \(value.optionText)", expected: limits.text)
  }
}

extension OptionValue where Self: RawRepresentable & CaseIterable & Comparable, RawValue == String {
  /// Some of the words, each at most once, in their own order, whatever the order typed; nil for anything else.
  fileprivate static func some(_ text: String) -> [Self]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let words = parts.compactMap { Self(rawValue: String($0.filter { $0 != " " })) }
    guard words.count == parts.count, Set(words.map(\.rawValue)).count == words.count else { return nil }
    return words.sorted()
  }
}

extension String {
  /// A help text with what it says about a default that is not a single value, or is decided elsewhere.
  fileprivate func naming(default usual: String?) -> String { usual.map { "\(self) (default: \($0))" } ?? self }

  /// The parts between commas, without blanks around them and without empty ones at all.
  public var commaParts: [String] {
    split(separator: ",").map { $0.drop { $0 == " " } }
      .map { part in String(part.reversed().drop { $0 == " " }.reversed()) }
  }
}
