import Leaks
import Text

/// What was found on comparing the statements of a run folder: contradictions, agreements, and what could not be compared.
struct RunStatements {
  private(set) var faults: [Evidence] = []
  private(set) var proofs: [Evidence] = []
  private(set) var open: [String] = []

  /// A run's figures are printed with all digits; float32 predictions reproduce them to about six.
  private static let tolerance = 1e-4

  /// Whether two figures are the same but for rounding.
  static func isSame(_ one: Double, _ other: Double) -> Bool {
    one == other || abs(one - other) <= tolerance * max(1, abs(other))
  }

  mutating func fault(_ text: String, _ facts: JSONValue) { faults.append(Evidence(text: text, facts: facts)) }
  mutating func proof(_ text: String, _ facts: JSONValue) { proofs.append(Evidence(text: text, facts: facts)) }
  mutating func leaveOpen(_ text: String) { open.append(text) }

  /// Compares a stated number with what else says it.
  ///
  /// - Parameters:
  ///   - key: where it is stated.
  ///   - source: what says it too, with its verb: `the predictions give`.
  /// - Returns: whether there was anything to compare.
  @discardableResult
  mutating func compare(_ stated: JSONValue?, _ key: String, with other: Double?, _ source: String) -> Bool {
    guard let json = stated, let stated = json.doubleValue, let other, other.isFinite else { return false }
    let isSame = json.intValue != nil && Int(exactly: other) != nil ? stated == other : Self.isSame(stated, other)
    if !isSame {
      fault(
        "\(key) is \(Self.digits(stated)), but \(source) \(Self.digits(other)).",
        ["key": .string(key), "stated": .number(stated), "recomputed": .number(other)])
    }
    return true
  }

  /// Compares anything else.
  @discardableResult
  mutating func compare(_ stated: JSONValue?, _ key: String, with other: JSONValue?, _ source: String) -> Bool {
    guard let stated, let other, stated != .null, other != .null else { return false }
    // A number may be written as text where it is too large for a number.
    if stated != other, stated.text ?? stated.canonicalText != other.text ?? other.canonicalText {
      func words(_ value: JSONValue) -> String { PrintableText.cut(value.text ?? value.canonicalText) }
      fault(
        "\(key) is \(words(stated)), but \(source) \(words(other)).",
        ["key": .string(key), "stated": stated, "recomputed": other])
    }
    return true
  }

  /// Counts as they are, other figures with four decimals.
  private static func digits(_ number: Double) -> String {
    Int(exactly: number).map { $0.grouped } ?? number.fixed(4)
  }

  /// The verdict: a contradiction outweighs what could not be compared.
  var finding: Finding {
    if let first = faults.first {
      return .fail(
        first.text, evidence: faults + proofs,
        advice: "Choose the epoch by the valid split alone, test once, and report that score.")
    }
    if !open.isEmpty {
      return .undecidable(
        open.joined(separator: " "), evidence: proofs,
        advice: "Give a run folder with all the files that msa-train writes, as it wrote them.")
    }
    return .pass(proofs.map(\.text).joined(separator: " "), evidence: proofs)
  }
}
