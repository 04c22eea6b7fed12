import Pickles

/// Describes a value of a pickle in a few words: keys, shapes and types.
enum PickleDescription {
  /// Limits that keep the description to one line, long enough to show the layout.
  private static let (keyLimit, depthLimit, lengthLimit) = (12, 3, 600)

  /// E.g. `a dictionary of 2 (train: a dictionary of 1 (text: float32 [10, 50, 300]), test: …)`.
  static func of(_ value: PickleValue) -> String {
    let text = of(value, depth: 0)
    return text.count <= lengthLimit ? text : text.prefix(lengthLimit) + "…"
  }

  /// The same of a value in another, with one element of a list.
  static func ofPart(_ value: PickleValue) -> String { of(value, depth: 1) }

  private static func of(_ value: PickleValue, depth: Int) -> String {
    switch value {
    case .none: return "None"
    case .bool: return "a bool"
    case .integer: return "an int"
    case .double: return "a float"
    case .complex: return "a complex number"
    case .string: return "a string"
    case .bytes: return "bytes"
    case .type(let type): return "the type \(type.name)"
    case .array(let array): return "\(array.type.name) \(array.shape)"
    case .list(let elements): return of(elements, "a list", depth: depth)
    case .tuple(let elements): return of(elements, "a tuple", depth: depth)
    case .set(let elements): return of(elements, "a set", depth: depth)
    case .dictionary(let dictionary):
      let pairs = dictionary.pairs
      let shown = pairs.prefix(depth < depthLimit ? keyLimit : 0).map { pair in
        "\(key(pair.key)): \(of(pair.value, depth: depth + 1))"
      }
      return "a dictionary of \(pairs.count)" + list(shown, of: pairs.count)
    }
  }

  private static func of(_ elements: [PickleValue], _ name: String, depth: Int) -> String {
    let shown = depth < depthLimit ? elements.prefix(depth == 0 ? keyLimit : 1).map { of($0, depth: depth + 1) } : []
    return "\(name) of \(elements.count)" + list(shown, of: elements.count)
  }

  private static func key(_ key: PickleValue) -> String {
    key.text.map { String($0.prefix(40)) } ?? of(key, depth: depthLimit)
  }

  private static func list(_ shown: [String], of count: Int) -> String {
    if shown.isEmpty { return "" }
    return " (" + shown.joined(separator: ", ") + (shown.count < count ? ", …" : "") + ")"
  }
}
