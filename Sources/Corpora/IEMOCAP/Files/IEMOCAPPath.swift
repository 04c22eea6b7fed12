public import Samples

/// What a file of the IEMOCAP release is, by its path: `SessionN/…` below any leading folders.
public enum IEMOCAPPath: Hashable, Sendable {
  /// `SessionN/dialog/EmoEvaluation/<dialog>.txt`, see `EmoEvaluationFile`; not files in folders below it.
  case emotions(dialog: String, session: Int)
  /// `SessionN/dialog/transcriptions/<dialog>.txt`, see `TranscriptionFile`.
  case transcription(dialog: String, session: Int)
  /// `SessionN/sentences/ForcedAlignment/<dialog>/<utterance>.wdseg`, see `WordSegmentFile`.
  case wordSegments(UtteranceID)
  /// `SessionN/sentences/MOCAP_<part>/<dialog>/<utterance>.txt`, see `MotionCaptureFile`.
  case motion(MotionPart, UtteranceID)
  /// `SessionN/sentences/wav/<dialog>/<utterance>.wav`.
  case sound(UtteranceID)

  /// Classifies the path of a file in a tree; nil for everything that preparation does not use. The case of the
  /// extension does not matter.
  ///
  /// A file is identified by its own name: the session of its folders must agree, and the dialog's folder must be one
  /// of the same session. `Ses05M_script01_1b` has its motion capture in the folder of `Ses05M_script01_1`.
  public init?(_ path: String) {
    let parts = path.split(separator: "/")
    guard let file = parts.last, let dot = file.lastIndex(of: ".") else { return nil }
    let stem = file[..<dot]
    let ending = file[file.index(after: dot)...].lowercased()
    if parts.count >= 4, parts[parts.count - 3] == "dialog" {
      guard ending == "txt", let session = Self.session(parts[parts.count - 4]),
        let dialog = DialogName(stem), dialog.session == session
      else { return nil }
      switch parts[parts.count - 2] {
      case "EmoEvaluation": self = .emotions(dialog: dialog.text, session: session)
      case "transcriptions": self = .transcription(dialog: dialog.text, session: session)
      default: return nil
      }
    } else if parts.count >= 5, parts[parts.count - 4] == "sentences" {
      guard let session = Self.session(parts[parts.count - 5]), let id = UtteranceID(stem), id.session == session,
        DialogName(parts[parts.count - 2])?.session == session
      else { return nil }
      switch (parts[parts.count - 3], ending) {
      case ("wav", "wav"): self = .sound(id)
      case ("ForcedAlignment", "wdseg"): self = .wordSegments(id)
      case (let folder, "txt"):
        guard let part = MotionPart.allCases.first(where: { $0.folder == folder }) else { return nil }
        self = .motion(part, id)
      default: return nil
      }
    } else {
      return nil
    }
  }

  /// The modality of the folder that a file is in, whatever the file is: `SessionN/sentences/wav/<dialog>` is audio,
  /// `MOCAP_<part>` visual.
  public static func modality(ofFolder path: String) -> Modality? {
    let parts = path.split(separator: "/")
    guard parts.count >= 5, parts[parts.count - 4] == "sentences", session(parts[parts.count - 5]) != nil else {
      return nil
    }
    let folder = parts[parts.count - 3]
    if folder == "wav" { return .audio }
    return MotionPart.allCases.contains { $0.folder == folder } ? .visual : nil
  }

  /// The number of `Session1` … `Session5`.
  private static func session(_ name: Substring) -> Int? {
    guard name.utf8.count == 8, name.hasPrefix("Session"), let digit = name.utf8.last,
      UInt8(ascii: "1")...UInt8(ascii: "5") ~= digit
    else { return nil }
    return Int(digit - UInt8(ascii: "0"))
  }
}

/// A part of the motion capture, each in its own file; in the order of the visual columns.
public enum MotionPart: String, Hashable, Sendable, CaseIterable {
  /// Positions of the face markers with the head's motion removed: 55 markers, 165 columns.
  case rotated
  /// The head's pitch, roll, yaw and translation: 6 columns.
  case head
  /// Positions of the markers at the wrists: 18 columns.
  case hand

  /// The folder in `SessionN/sentences`.
  public var folder: String { "MOCAP_" + rawValue }
}
