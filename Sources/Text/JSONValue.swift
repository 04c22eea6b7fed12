/// A JSON document as a value.
///
/// Objects hold each key once and have no order of their own; `canonicalText` sorts them.
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  /// A number without fraction or exponent that fits 64 bits.
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The member of an object; nil if this is not an object or has no such key.
  public subscript(key: String) -> JSONValue? {
    if case .object(let members) = self { return members[key] }
    return nil
  }

  /// The text of a string value.
  public var text: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The value of an integer.
  public var intValue: Int? {
    if case .integer(let value) = self { return value }
    return nil
  }

  /// The value of any number.
  public var doubleValue: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value of a boolean.
  public var boolValue: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// The elements of an array.
  public var elements: [JSONValue]? {
    if case .array(let value) = self { return value }
    return nil
  }

  /// The members of an object.
  public var members: [String: JSONValue]? {
    if case .object(let value) = self { return value }
    return nil
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByFloatLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// An integer.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// An array.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; where a key is repeated, its last value counts.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
}

extension JSONValue {
  /// The integer value, if it lies in a range; nil for anything else: a fraction, a text, 1e19, or the 2⁶³ − 1 that a
  /// hostile file gives as a count.
  ///
  /// The only way from a number in untrusted JSON to an index or a count.
  public func integer(in range: ClosedRange<Int>) -> Int? {
    let value: Int? =
      switch self {
      case .integer(let value): value
      case .number(let value): Int(exactly: value)
      default: nil
      }
    return value.flatMap { range.contains($0) ? $0 : nil }
  }

  /// The value as a count, from 0 up; nil for anything else, or for more than any file, table or corpus has.
  public var count: Int? { integer(in: 0...Self.largestCount) }

  /// No corpus has more rows, bytes or samples in a file; a million such counts add up without overflow.
  public static let largestCount = 1 << 40
}

extension Optional where Wrapped == JSONValue {
  /// What an error message says of a member that is not the one expected: the start of it, or that there is none.
  public var finding: String { map { "found \(String($0.canonicalText.prefix(40)))" } ?? "is missing" }
}
