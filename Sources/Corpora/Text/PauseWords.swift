/// The tokens of a sequence of word strings that stand for silence or noise, not for a word.
///
/// Case does not matter: aligners differ in it.
public struct PauseWords: Hashable, Sendable {
  /// In lower case.
  private let words: Set<String>
  /// The tokens as they were given.
  public let tokens: [String]

  /// What forced aligners write: `sp` (CMU-MOSI and CMU-MOSEI, Penn's aligner, HTK), `sil` and `spn` (Kaldi, the
  /// Montreal aligner), `nsn` (Kaldi), `nw` (no word), `pau` (Festival), `h#` (TIMIT), the tags of Penn's aligner in
  /// braces, and the empty token (the Montreal aligner's silence).
  public static let standard = PauseWords([
    "sp", "sil", "spn", "nsn", "nw", "pau", "h#", "<eps>", "<sil>", "<sp>", "<spn>", "<pause>", "<p>", "<p:>", "[sil]",
    "[sp]", "[pause]", "!sil", "{sl}", "{sp}", "{ns}", "{br}", "{lg}", "{cg}", "{ls}", "",
  ])
  /// Every token is a word.
  public static let none = PauseWords([])

  /// - Parameter tokens: in any case; surrounding blanks are ignored.
  public init(_ tokens: [String]) {
    self.tokens = tokens.map(Self.trimmed)
    words = Set(self.tokens.map { $0.lowercased() })
  }

  /// Whether a token is a pause.
  public func contains(_ token: String) -> Bool {
    if words.isEmpty { return false }
    return words.contains(token) || words.contains(Self.trimmed(token).lowercased())
  }

  private static func trimmed(_ token: String) -> String {
    guard token.utf8.first.map(isBlank) ?? false || token.utf8.last.map(isBlank) ?? false else { return token }
    let kept = token.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    return String(decoding: Array(kept), as: UTF8.self)
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || 9...13 ~= byte }
}

extension PauseWords: CustomStringConvertible {
  /// The first tokens, for a reader.
  public var description: String {
    let shown = tokens.filter { !$0.isEmpty }.prefix(3).joined(separator: ", ")
    return tokens.count > 3 ? shown + " and the like" : shown
  }
}
