import Digests
import Samples
import Text

/// The members of an object that this code reads back, with errors that name the key.
struct JSONFields {
  private let value: JSONValue
  private let place: String

  init(_ value: JSONValue, place: String = "") {
    self.value = value
    self.place = place
  }

  /// The object under a key.
  func object(_ key: String) throws -> JSONFields {
    guard let inner = value[key], inner.members != nil else { throw wrong(key, "an object") }
    return JSONFields(inner, place: path(key))
  }

  /// The objects in the array under a key.
  func objects(_ key: String) throws -> [JSONFields] {
    guard let elements = value[key]?.elements else { throw wrong(key, "an array of objects") }
    return elements.enumerated().map { JSONFields($1, place: "\(path(key))[\($0)]") }
  }

  /// The names of the members, sorted.
  var keys: [String] { (value.members ?? [:]).keys.sorted() }

  /// Any value, which must be there.
  func any(_ key: String) throws -> JSONValue {
    guard let inner = value[key] else { throw wrong(key, "a value") }
    return inner
  }

  func string(_ key: String) throws -> String {
    guard let text = value[key]?.text else { throw wrong(key, "a string") }
    return text
  }

  func optionalString(_ key: String) throws -> String? {
    switch value[key] {
    case nil, .null: nil
    default: try string(key)
    }
  }

  /// An integer from 0 up, or in another range.
  func count(_ key: String, in range: ClosedRange<Int> = 0...JSONValue.largestCount) throws -> Int {
    guard let count = value[key]?.integer(in: range) else {
      throw wrong(key, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return count
  }

  func strings(_ key: String) throws -> [String] {
    guard let texts = value[key]?.elements?.map(\.text), !texts.contains(nil) else {
      throw wrong(key, "an array of strings")
    }
    return texts.compactMap(\.self)
  }

  func optionalStrings(_ key: String) throws -> [String]? {
    switch value[key] {
    case nil, .null: nil
    default: try strings(key)
    }
  }

  /// 64 lower-case hexadecimal digits.
  func digest(_ key: String) throws -> String {
    let text = try string(key)
    guard SHA256.isHexDigest(text) else { throw wrong(key, "64 hexadecimal digits") }
    return text
  }

  /// Integers from 0 up.
  func counts(_ key: String) throws -> [Int] {
    guard let counts = value[key]?.elements?.map(\.count), !counts.contains(nil) else {
      throw wrong(key, "an array of whole numbers")
    }
    return counts.compactMap(\.self)
  }

  /// Numbers, where `null` is NaN.
  func numbersOrNaN(_ key: String) throws -> [Double] {
    guard let elements = value[key]?.elements else { throw wrong(key, "an array of numbers") }
    return try elements.map { element in
      guard let number = element == .null ? Double.nan : element.doubleValue else {
        throw wrong(key, "an array of numbers")
      }
      return number
    }
  }

  /// `[start, end]` in seconds, the end not before the start, or nothing.
  func interval(_ key: String) throws -> Interval? {
    if value[key] == nil || value[key] == .null { return nil }
    if let times = value[key]?.elements, times.count == 2, let start = times[0].doubleValue,
      let end = times[1].doubleValue, case let interval = Interval(start: start, end: end), interval.isFinite,
      !interval.isReversed
    {
      return interval
    }
    throw wrong(key, "[start, end] in seconds, or null")
  }

  func split(_ key: String) throws -> Split {
    guard let split = Split(rawValue: try string(key)) else { throw wrong(key, "train, valid, test or predict") }
    return split
  }

  /// One count for all `modalities`, or an object with a count for each.
  func rows(_ key: String, modalities: [Modality]) throws -> [Modality: Int] {
    if value[key]?.doubleValue != nil {
      let count = try count(key)
      return Dictionary(uniqueKeysWithValues: modalities.map { ($0, count) })
    }
    let counts = try object(key)
    return try Dictionary(uniqueKeysWithValues: modalities.map { ($0, try counts.count($0.rawValue)) })
  }

  /// The error for a member that is not what it should be.
  func wrong(_ key: String, _ expected: String) -> DataError {
    DataError(
      .badData, place: path(key), value[key].finding, expected: expected,
      advice: "Prepare the folder again with --overwrite.")
  }

  private func path(_ key: String) -> String { place.isEmpty ? key : place + "." + key }
}

/// Row counts in JSON: one integer if all modalities agree, else an object by modality.
enum RowCounts {
  static func json(_ counts: [Modality: Int]) -> JSONValue {
    if let first = counts.values.first, counts.values.allSatisfy({ $0 == first }) { return .integer(first) }
    return .object(Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, .integer($0.value)) }))
  }
}

extension JSONValue {
  /// The text, or `null`.
  static func string(orNull text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
