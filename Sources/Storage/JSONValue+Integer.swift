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

  /// The count that this is, from 0 up; nil for anything else, or for more than any file, table or corpus has.
  public var count: Int? { integer(in: 0...Self.largestCount) }

  /// No corpus has more rows, bytes or samples in a file; a million such counts add up without overflow.
  public static let largestCount = 1 << 40
}
