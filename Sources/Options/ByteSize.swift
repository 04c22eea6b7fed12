import Storage

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
