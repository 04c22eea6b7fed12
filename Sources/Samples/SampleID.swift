import Text

/// The name of a sample: a segment of a recording, `125845[3]`, or a whole recording, `125845`.
public struct SampleID: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The recording: a video id, or an utterance name.
  public let recording: String
  /// The row of the label sequence that this sample is; nil for a whole recording.
  public let segment: Int?

  /// Names a segment of a recording, or the whole of it.
  public init(recording: String, segment: Int? = nil) {
    self.recording = recording
    self.segment = segment
  }

  /// Reads `vid[k]` or a bare name; `vid[x]` with anything but digits between the brackets is a bare name.
  public init(parsing text: String) {
    if text.hasSuffix("]"), let bracket = text.lastIndex(of: "["), bracket != text.startIndex {
      let digits = text[text.index(after: bracket)...].dropLast()
      if !digits.isEmpty, digits.allSatisfy(\.isASCII), digits.allSatisfy(\.isNumber), let index = Int(digits) {
        self.init(recording: String(text[..<bracket]), segment: index)
        return
      }
    }
    self.init(recording: text)
  }

  /// `125845[3]`, or `125845` for a whole recording.
  public var description: String { segment.map { "\(recording)[\($0)]" } ?? recording }

  /// By recording in the order of its UTF-8 bytes, then by segment number.
  public static func < (first: SampleID, second: SampleID) -> Bool {
    if first.recording != second.recording {
      return first.recording.precedesInBytes(second.recording)
    }
    return (first.segment ?? -1) < (second.segment ?? -1)
  }
}

/// Names of parts: `vid[k]` is a part of `vid`, and, if a file was aligned twice, `vid[k][l]` of `vid[k]`.
extension SampleID {
  /// The recording of an entry's name: `vid[k]` belongs to `vid`, even if it was aligned twice (`vid[k][l]`).
  public static func recording(of id: String) -> String { part(of: id, depth: 0) }

  /// The part of a recording that an entry's name belongs to: with a depth of 1 `vid[k]` for `vid[k][l]`, with 0 `vid`; a
  /// name that is no deeper is the part itself.
  public static func part(of id: String, depth: Int) -> String {
    let starts = numberStarts(id)
    return starts.count > depth ? String(decoding: id.utf8[..<starts[starts.count - 1 - depth]], as: UTF8.self) : id
  }

  /// How many numbers in brackets a name ends with: 0 for `vid`, 1 for `vid[k]`, 2 for `vid[k][l]`.
  public static func depth(of id: String) -> Int { numberStarts(id).count }

  /// Where the numbers in brackets at the end of a name begin, the last one first.
  private static func numberStarts(_ id: String) -> [String.Index] {
    var name = id.utf8[...]
    var starts: [String.Index] = []
    while name.last == UInt8(ascii: "]"), let bracket = name.lastIndex(of: UInt8(ascii: "[")),
      bracket != name.startIndex
    {
      let digits = name[name.index(after: bracket)...].dropLast()
      if digits.isEmpty || !digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) { break }
      name = name[..<bracket]
      starts.append(bracket)
    }
    return starts
  }
}
