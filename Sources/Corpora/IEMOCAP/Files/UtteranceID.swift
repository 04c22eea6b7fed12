import Text

/// One of the two actors of an IEMOCAP session.
public enum Actor: String, Hashable, Sendable, CaseIterable {
  /// The woman.
  case female = "F"
  /// The man.
  case male = "M"

  init?(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "F"): self = .female
    case UInt8(ascii: "M"): self = .male
    default: return nil
    }
  }
}

/// The id of a turn, e.g. `Ses01F_impro01_M000`: session 1, recorded while the woman wore the markers, spoken by the man.
public struct UtteranceID: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The id as it is written.
  public let text: String
  /// The dialog it belongs to: the id without its last part.
  public let dialog: String
  /// The session, 1 to 5.
  public let session: Int
  /// Who wore the markers while the dialog was recorded.
  public let markers: Actor
  /// Who speaks.
  public let speaker: Actor
  /// The number of the turn among those of its speaker.
  public let turn: Int

  /// Whether the motion capture of the dialog shows the speaker, not the partner.
  public var hasMarkers: Bool { speaker == markers }

  /// The speaker in the corpus, e.g. `Ses01_M`: there are two per session.
  public var speakerName: String { Self.speakerName(session: session, speaker) }

  /// The id as it is written.
  public var description: String { text }

  /// Reads an id; nil if it is not one: `^Ses0[1-5][FM]_(impro\d\d[ab]?|script\d\d_\d[b]?)_[FM]\d{3}$`.
  public init?(_ text: some StringProtocol) {
    guard let id = Array(text.utf8).withUnsafeBufferPointer({ UtteranceID($0) }) else { return nil }
    self = id
  }

  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    // `_F000`
    let tailCount = 5
    guard bytes.count > tailCount else { return nil }
    let tail = bytes[(bytes.count - tailCount)...]
    guard let dialog = DialogName(UnsafeBufferPointer(rebasing: bytes.dropLast(tailCount))),
      tail[tail.startIndex] == UInt8(ascii: "_"), let speaker = Actor(tail[tail.startIndex + 1]),
      tail.suffix(3).allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
    self.dialog = dialog.text
    session = dialog.session
    markers = dialog.markers
    self.speaker = speaker
    turn = tail.suffix(3).reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
  }

  /// The dialog of the turn that a sample is, or a segment of it (`…_M000[2]`); nil if its id is not a turn's.
  public static func dialog(ofSample id: String) -> String? {
    guard id.utf8.starts(with: "Ses".utf8) else { return nil }
    return UtteranceID(id.prefix { $0.isLetter || $0.isNumber || $0 == "_" })?.dialog
  }

  /// The name of an actor in the corpus, e.g. `Ses01_M`.
  public static func speakerName(session: Int, _ actor: Actor) -> String { "Ses0\(session)_\(actor.rawValue)" }

  /// By the bytes of the id.
  public static func < (left: UtteranceID, right: UtteranceID) -> Bool {
    left.text.precedesInBytes(right.text)
  }
}

/// The name of a dialog, e.g. `Ses03M_impro05a` or `Ses05M_script01_1b`.
struct DialogName: Hashable {
  let text: String
  let session: Int
  let markers: Actor

  /// Reads a name; nil if it is not one.
  init?(_ text: Substring) {
    guard let name = Array(text.utf8).withUnsafeBufferPointer({ DialogName($0) }) else { return nil }
    self = name
  }

  /// Reads a name; nil if it is not one.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    // `Ses01F_` and the scene.
    let headCount = 7
    guard bytes.count > headCount, bytes.starts(with: "Ses0".utf8),
      UInt8(ascii: "1")...UInt8(ascii: "5") ~= bytes[4], let markers = Actor(bytes[5]), bytes[6] == UInt8(ascii: "_"),
      Self.isScene(UnsafeBufferPointer(rebasing: bytes[headCount...]))
    else { return nil }
    text = String(decoding: bytes, as: UTF8.self)
    session = Int(bytes[4] - UInt8(ascii: "0"))
    self.markers = markers
  }

  /// `impro\d\d[ab]?` or `script\d\d_\d[b]?`.
  private static func isScene(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    func matches(_ pattern: String) -> Bool {
      let pattern = pattern.utf8
      return pattern.count == bytes.count
        && zip(pattern, bytes).allSatisfy { expected, byte in
          expected == UInt8(ascii: "0") ? UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte : expected == byte
        }
    }
    return ["impro00", "impro00a", "impro00b", "script00_0", "script00_0b"].contains(where: matches)
  }
}
