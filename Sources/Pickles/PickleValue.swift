/// What a pickle holds, rebuilt as data.
///
/// Nothing holds itself, values are nested at most `Pickle.depthLimit` deep, and what a pickle shares is shared here too.
/// A walk over everything takes time in proportion to the pickle's size, however often it repeats a part: others are refused.
public enum PickleValue: Sendable {
  /// `None`.
  case none
  /// `True` or `False`.
  case bool(Bool)
  /// A whole number.
  case integer(Int)
  /// A number with a fraction, whatever its width.
  case double(Double)
  /// A complex number.
  case complex(real: Double, imaginary: Double)
  /// A text.
  case string(String)
  /// Bytes, or a text of Python 2, which tells neither its encoding nor whether it is one; see `text`.
  case bytes(PickledBytes)
  /// A list.
  case list([PickleValue])
  /// A tuple.
  case tuple([PickleValue])
  /// A set or frozen set, in the pickle's order.
  case set([PickleValue])
  /// A dictionary, whether plain, ordered or with defaults.
  case dictionary(PickledDictionary)
  /// A NumPy array.
  case array(PickledArray)
  /// What the elements of some array are, by itself.
  case type(PickledType)
}

extension PickleValue {
  /// The text of a string, or of bytes: UTF-8 where they are that, else Latin-1, as Python 3 reads texts of Python 2 by
  /// `encoding="latin1"`; nil for all else.
  public var text: String? {
    switch self {
    case .string(let text): text
    case .bytes(let bytes): bytes.text
    default: nil
    }
  }

  /// The elements of a list, tuple or set; nil for all else.
  public var elements: [PickleValue]? {
    switch self {
    case .list(let elements), .tuple(let elements), .set(let elements): elements
    default: nil
    }
  }
}

/// The keys and values of a dictionary.
public struct PickledDictionary: Sendable {
  /// Every key with its value, in the pickle's order.
  public let pairs: [(key: PickleValue, value: PickleValue)]
  private let places: [String: Int]

  init(_ pairs: [(key: PickleValue, value: PickleValue)]) {
    self.pairs = pairs
    var places: [String: Int] = [:]
    for (place, pair) in pairs.enumerated() {
      if let key = pair.key.text { places[key] = place }
    }
    self.places = places
  }

  /// The value of a key that is a text, or the bytes of one; the last where there are several, as in Python.
  public subscript(key: String) -> PickleValue? { places[key].map { pairs[$0].value } }
}
