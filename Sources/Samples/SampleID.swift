import Storage

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
