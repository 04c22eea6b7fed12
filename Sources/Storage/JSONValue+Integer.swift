extension JSONValue {
  /// The whole number that this is, where it lies in a range; nil for anything else: a fraction, a text, 1e19, or the
  /// 2⁶³ − 1 that a hostile file has where a count belongs.
  ///
  /// The one way from a number in somebody else's JSON to an index or a count.
  public func integer(in range: ClosedRange<Int>) -> Int? {
    let value: Int? =
      switch self {
      case .integer(let value): value
      case .number(let value): Int(exactly: value)
      default: nil
      }
    return value.flatMap { range.contains($0) ? $0 : nil }
  }
}
