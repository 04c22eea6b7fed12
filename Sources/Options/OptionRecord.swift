public import Text

/// How the output depends on an option, and where that is recorded.
///
/// There is no default: an option that decides bytes without being recorded would let a run resume a different one.
public struct OptionRecord<Target>: Sendable {
  let place: OptionPlace
  let write: @Sendable (Target, inout [String: JSONValue]) -> Void
  let read: @Sendable (inout Target, JSONValue) throws -> Void

  private init(
    _ place: OptionPlace, write: @escaping @Sendable (Target, inout [String: JSONValue]) -> Void = { _, _ in },
    read: @escaping @Sendable (inout Target, JSONValue) throws -> Void = { _, _ in }
  ) {
    self.place = place
    self.write = write
    self.read = read
  }

  /// No byte depends on the option.
  public static var nothing: Self { Self(.nowhere) }

  /// The option names files, whose contents are recorded elsewhere; it is not part of the configuration.
  public static var contents: Self { Self(.contents) }

  /// A record with its own form.
  ///
  /// - Parameters:
  ///   - write: puts the members.
  ///   - read: takes them from a configuration.
  public static func members(
    write: @escaping @Sendable (Target, inout [String: JSONValue]) -> Void,
    read: @escaping @Sendable (inout Target, JSONValue) throws -> Void
  ) -> Self { Self(.configuration, write: write, read: read) }

  /// A value that is always recorded.
  public static func value<Value: OptionValue>(_ name: String, _ path: OptionPath<Target, Value>) -> Self {
    .members(
      write: { target, members in members[name] = target[keyPath: path].optionRecord },
      read: { target, config in
        guard let value = config[name].flatMap(Value.init(optionRecord:)) else { throw DataError.unknownRecord(name) }
        target[keyPath: path] = value
      })
  }

  /// A value that may be missing.
  ///
  /// - Parameters:
  ///   - isAlwaysThere: records `null` for no value. Otherwise a run without it has the same configuration as before
  ///     the option existed.
  ///   - limits: the values that are accepted.
  public static func optional<Value: OptionValue>(
    _ name: String, _ path: OptionPath<Target, Value?>, isAlwaysThere: Bool,
    limits: OptionLimits<Value>? = nil
  ) -> Self {
    .members(
      write: { target, members in
        let value = target[keyPath: path]?.optionRecord
        if isAlwaysThere || value != nil { members[name] = value ?? .null }
      },
      read: { target, config in
        target[keyPath: path] = try config.recorded(name) { record -> Value? in
          guard let value = Value(optionRecord: record), limits?.contains(value) ?? true else { return nil }
          return value
        }
      })
  }

  /// A list of texts that may be missing; recorded if it is given.
  public static func texts(_ name: String, _ path: OptionPath<Target, [String]?>) -> Self {
    .members(
      write: { target, members in
        if let texts = target[keyPath: path] { members[name] = .array(texts.map { .string($0) }) }
      },
      read: { target, config in
        target[keyPath: path] = try config.recorded(name) { record in
          guard let texts = record.elements?.map(\.text), !texts.contains(nil) else { return nil }
          return texts.compactMap(\.self)
        }
      })
  }

  /// A list of words, always recorded, in their own order.
  public static func words<Word: OptionValue & Comparable>(
    _ name: String, _ path: OptionPath<Target, [Word]>
  ) -> Self {
    .members(
      write: { target, members in members[name] = .array(target[keyPath: path].sorted().map(\.optionRecord)) },
      read: { target, config in
        let words = config[name]?.elements?.map(Word.init(optionRecord:)) ?? []
        if words.contains(nil) { throw DataError.unknownRecord(name) }
        target[keyPath: path] = words.compactMap(\.self)
      })
  }

  /// A claim.
  ///
  /// - Parameter isAlwaysThere: records `false` too.
  public static func flag(
    _ name: String, _ path: OptionPath<Target, Bool>, isAlwaysThere: Bool
  ) -> Self {
    .members(
      write: { target, members in
        if isAlwaysThere || target[keyPath: path] { members[name] = .bool(target[keyPath: path]) }
      },
      read: { target, config in
        target[keyPath: path] = try config.recorded(name, \.boolValue) ?? false
      })
  }

  /// A claim that only lets a run continue that would otherwise fail, and changes nothing else; recorded if it is made.
  public static func permission(_ name: String, _ path: OptionPath<Target, Bool>) -> Self {
    let record = flag(name, path, isAlwaysThere: false)
    return Self(.permission, write: record.write, read: record.read)
  }

  func within<Whole>(_ part: OptionPath<Whole, Target>) -> OptionRecord<Whole> {
    OptionRecord<Whole>(
      place, write: { write($0[keyPath: part], &$1) },
      read: { try read(&$0[keyPath: part], $1) })
  }
}

/// Where an option's decision is recorded.
enum OptionPlace: Sendable {
  /// Among the members of the configuration.
  case configuration
  /// The same, but it only lets a run continue that would otherwise fail.
  case permission
  /// The contents of the files it names are recorded, by their digests.
  case contents
  /// Nowhere: no byte depends on it.
  case nowhere
}

extension DataError {
  /// A member of a recorded configuration that this version would not have written.
  public static func unknownRecord(_ key: String) -> DataError {
    DataError(.badData, place: "config.\(key)", "is not what this version records")
  }

  /// The error with what to do about it.
  public func advising(_ advice: String) -> DataError {
    var copy = self
    copy.advice = advice
    return copy
  }
}

extension JSONValue {
  /// A member of a recorded configuration; nil if there is none or it is `null`.
  ///
  /// - Throws: `DataError` 65 where `read` gives nil.
  public func recorded<Value>(_ key: String, _ read: (JSONValue) -> Value?) throws -> Value? {
    guard let record = self[key], record != .null else { return nil }
    guard let value = read(record) else { throw DataError.unknownRecord(key) }
    return value
  }
}
