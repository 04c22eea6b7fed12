import ArgumentParser

/// Shares of train, valid and test: three positive numbers that add up to 1, e.g. `0.7,0.15,0.15`.
public struct SplitRatios: Hashable, Sendable, CustomStringConvertible {
  /// The shares of train, valid and test.
  public let shares: [Double]

  /// How far the sum may be from 1: decimal fractions are not exact in binary.
  private static let tolerance = 1e-9

  /// Nil unless the text is three such numbers with commas between them.
  public init?(_ argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.compactMap { Double($0.filter { $0 != " " }) }
    guard parts.count == 3, values.count == 3, values.allSatisfy({ $0 > 0 && $0 < 1 }),
      abs(values.reduce(0, +) - 1) <= Self.tolerance
    else { return nil }
    shares = values
  }

  /// The value of an option.
  ///
  /// - Throws: `ValidationError` that says what was expected.
  public init(parsing argument: String) throws {
    guard let value = Self(argument) else {
      throw ValidationError("expected three positive numbers that add up to 1, such as 0.7,0.15,0.15")
    }
    self = value
  }

  /// The shares as they are written.
  public var description: String { shares.map { "\($0)" }.joined(separator: ",") }
}
