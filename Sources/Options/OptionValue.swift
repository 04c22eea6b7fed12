public import Text

/// A type that the value of an option is read as: on the command line, in a file, and in a record of what was
/// requested.
public protocol OptionValue: Equatable, Sendable {
  /// What a text has to be, for an error message.
  static var optionExpectation: String { get }
  /// The texts that are values, if there are few; otherwise empty.
  static var optionWords: [String] { get }
  /// Nil unless the text is such a value.
  init?(optionText text: String)
  /// The value as it is typed.
  var optionText: String { get }
  /// Nil unless the record is one of such a value.
  init?(optionRecord record: JSONValue)
  /// The value as it is recorded.
  var optionRecord: JSONValue { get }
}

extension OptionValue {
  /// None.
  public static var optionWords: [String] { [] }
  /// The value as it is typed.
  public var optionRecord: JSONValue { .string(optionText) }
  /// Reads a value as it is typed.
  public init?(optionRecord record: JSONValue) {
    guard let text = record.text else { return nil }
    self.init(optionText: text)
  }
}

/// One of a few words.
extension OptionValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  /// `one of …`.
  public static var optionExpectation: String { "one of " + optionWords.joined(separator: ", ") }
  /// The words.
  public static var optionWords: [String] { allCases.map(\.rawValue) }
  /// The word.
  public var optionText: String { rawValue }
  /// Nil for any other word.
  public init?(optionText text: String) { self.init(rawValue: text) }
}

extension String: OptionValue {
  /// What a text has to be.
  public static var optionExpectation: String { "a string" }
  /// The text.
  public var optionText: String { self }
  /// Any text.
  public init?(optionText text: String) { self = text }
  /// Any text.
  public init?(optionRecord record: JSONValue) {
    guard let text = record.text else { return nil }
    self = text
  }
}

extension Int: OptionValue {
  /// What a text has to be.
  public static var optionExpectation: String { "a whole number" }
  /// The digits.
  public var optionText: String { String(self) }
  /// Nil unless the text is a whole number.
  public init?(optionText text: String) { self.init(text) }
  /// A number.
  public var optionRecord: JSONValue { .integer(self) }
  /// Nil unless the record is a number that JSON holds exactly.
  public init?(optionRecord record: JSONValue) {
    guard let number = record.integer(in: -JSONValue.largestCount...JSONValue.largestCount) else { return nil }
    self = number
  }
}

/// JSON's numbers cannot hold all of its values, so it is recorded as text.
extension UInt64: OptionValue {
  /// What a text has to be.
  public static var optionExpectation: String { "a whole number, 0 or more" }
  /// The digits.
  public var optionText: String { String(self) }
  /// Nil unless the text is a whole number.
  public init?(optionText text: String) { self.init(text) }
}

extension Double: OptionValue {
  /// What a text has to be.
  public static var optionExpectation: String { "a number" }
  /// The shortest digits that round-trip.
  public var optionText: String { "\(self)" }
  /// Nil unless the text is a number.
  public init?(optionText text: String) { self.init(text) }
  /// A number.
  public var optionRecord: JSONValue { .number(self) }
  /// Nil unless the record is a number.
  public init?(optionRecord record: JSONValue) {
    guard let number = record.doubleValue else { return nil }
    self = number
  }
}

/// Which values of a type an option takes.
public struct OptionLimits<Value: Sendable>: Sendable {
  /// What they are, for an error message.
  let text: String
  private let isWithin: @Sendable (Value) -> Bool

  /// - Parameter text: what the values are: `1 to 100 frames`.
  public init(_ text: String, isWithin: @escaping @Sendable (Value) -> Bool) {
    self.text = text
    self.isWithin = isWithin
  }

  /// Whether the option takes a value.
  public func contains(_ value: Value) -> Bool { isWithin(value) }
}

extension OptionLimits where Value: Comparable {
  /// `1 or more`.
  public static func from(_ least: Value) -> Self { Self("\(least) or more") { $0 >= least } }

  /// `1 to 100 frames`.
  ///
  /// - Parameter unit: what the numbers count, with a blank before it.
  public static func within(_ range: ClosedRange<Value>, _ unit: String = "") -> Self {
    Self("\(range.lowerBound) to \(range.upperBound)\(unit)") { range.contains($0) }
  }
}

/// A number of bytes as people write it: `512MiB`, `2G`, `1048576`.
///
/// Prefixes are powers of 1024 with or without the `i`, as in `sort -S` and `dd`.
public struct ByteSize: Hashable, Sendable, CustomStringConvertible {
  /// The number of bytes.
  public let byteCount: Int

  private static let units = ["": 0, "k": 10, "m": 20, "g": 30, "t": 40]

  /// Wraps a number of bytes.
  public init(byteCount: Int) { self.byteCount = byteCount }

  /// Nil unless `argument` is a positive number, with a unit at most, that fits 62 bits.
  public init?(_ argument: String) {
    let text = argument.lowercased()
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    var unit = text.dropFirst(digits.count).drop { $0 == " " }
    if unit.hasSuffix("ib") { unit.removeLast(2) } else if unit.hasSuffix("b") { unit.removeLast() }
    guard let shift = Self.units[String(unit)], !unit.isEmpty || !text.hasSuffix("ib"), let value = Double(digits)
    else { return nil }
    let bytes = value * Double(1 << shift)
    guard bytes >= 1, bytes < Double(1 << 62) else { return nil }
    byteCount = Int(bytes)
  }

  /// What a text has to be.
  public static let expectation = "a size such as 512MiB, 2G or 1048576"

  /// The size with its largest unit, e.g. `1.5 GiB`.
  public var description: String { byteCount.byteText }
}
