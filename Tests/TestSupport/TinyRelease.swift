import Files

/// A few turns of half a second in IEMOCAP's layout, open to change before they are written: each session has one
/// dialog, in which the woman wears the markers, with one turn of hers and one of his that overlap.
public struct TinyRelease: Sendable {
  /// The bytes of each file, by path.
  public var files: [String: [UInt8]] = [:]

  /// The duration of a turn in seconds.
  private static let seconds = 0.5

  /// The intact release.
  public init() {
    for session in 1...5 { add(session) }
  }

  private mutating func add(_ session: Int) {
    let dialog = "Ses0\(session)F_impro01"
    let root = "Session\(session)"
    let (her, his) = (dialog + "_F000", dialog + "_M000")
    let category = ["ang", "hap", "neu", "sad", "exc"][session - 1]
    set(
      "\(root)/dialog/EmoEvaluation/\(dialog).txt",
      """
      % [START_TIME - END_TIME] TURN_NAME EMOTION [V, A, D]

      [1.0000 - 1.5000]\t\(her)\t\(category)\t[\(session).0000, 2.5000, 3.0000]
      C-E1:\tAnger;\t()

      [1.2500 - 1.7500]\t\(his)\txxx\t[2.0000, 3.5000, 2.6667]
      C-E1:\tNeutral;\t()

      """)
    set(
      "\(root)/dialog/transcriptions/\(dialog).txt",
      "\(her) [001.0000-001.5000]: Excuse me, please.\n\(his) [001.2500-001.7500]: What?\n")
    for (id, words) in [(her, ["EXCUSE", "ME", "PLEASE"]), (his, ["WHAT(2)"])] {
      set("\(root)/sentences/ForcedAlignment/\(dialog)/\(id).wdseg", Self.segments(words))
      files["\(root)/sentences/wav/\(dialog)/\(id).wav"] = Self.sound(pitch: 100 + 20 * session)
    }
    for (part, names, width) in [
      ("rotated", "CH1", 3), ("head", "pitch roll yaw tra_x tra_y tra_z", 6), ("hand", "LH1", 3),
    ] {
      set(
        "\(root)/sentences/MOCAP_\(part)/\(dialog)/\(her).txt", Self.motion(names: names, width: width, salt: session))
    }
  }

  /// Creates or replaces a text file.
  public mutating func set(_ path: String, _ text: String) { files[path] = Array(text.utf8) }

  /// The text of a file; empty if there is none.
  public func text(_ path: String) -> String { String(decoding: files[path] ?? [], as: UTF8.self) }

  /// Replaces text in a file.
  public mutating func replace(_ piece: String, with other: String, in path: String) {
    set(path, text(path).split(separator: piece, omittingEmptySubsequences: false).joined(separator: other))
  }

  /// Writes the files and returns the folder.
  @discardableResult public func write(to folder: String) throws -> String {
    try Folder.make(folder)
    for (path, bytes) in files {
      try Folder.make(folder + "/" + Folder.parent(of: path))
      var file = try AtomicFile(path: folder + "/" + path)
      try file.write(bytes)
      try file.commit()
    }
    return folder
  }

  private static func segments(_ words: [String]) -> String {
    let length = Int(seconds * 100) / (words.count + 1)
    let rows = (["<s>"] + words).enumerated().map { "\t  \($0 * length)  \(($0 + 1) * length - 1)  -1000 \($1)\n" }
    return "\t SFrm  EFrm    SegAScr Word\n" + rows.joined() + " Total score:  -5000\n"
  }

  private static func motion(names: String, width: Int, salt: Int) -> String {
    var text = "Frame# Time \(names)\n" + (0..<width).map { ["X", "Y", "Z"][$0 % 3] }.joined(separator: " ") + "\n"
    for frame in 0..<Int(seconds * 120) {
      let values = (0..<width).map { "\((frame * 7 + $0 * 5 + salt * 3) % 23 - 11).5" }
      text += "\(120 + frame) \(1 + Double(frame) / 120) \(values.joined(separator: " "))\n"
    }
    return text
  }

  /// A triangle wave as a WAV file of 16-bit samples.
  public static func sound(pitch: Int, rate: Int = 16_000, channels: Int = 1) -> [UInt8] {
    let count = Int(seconds * Double(rate))
    var samples: [UInt8] = []
    for index in 0..<count {
      let phase = index * pitch % rate * 4 / rate
      let value = Int16(truncatingIfNeeded: [0, 8000, 0, -8000][phase] + index % 50)
      for _ in 0..<channels { samples += littleEndian(UInt16(bitPattern: value)) }
    }
    let size = UInt32(samples.count)
    return Array("RIFF".utf8) + littleEndian(size + 36) + Array("WAVEfmt ".utf8) + littleEndian(UInt32(16))
      + littleEndian(UInt16(1)) + littleEndian(UInt16(channels)) + littleEndian(UInt32(rate))
      + littleEndian(UInt32(rate * channels * 2)) + littleEndian(UInt16(channels * 2)) + littleEndian(UInt16(16))
      + Array("data".utf8) + littleEndian(size) + samples
  }

  private static func littleEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
