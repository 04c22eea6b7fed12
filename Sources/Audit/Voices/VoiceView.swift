import Samples

/// What of recordings is compared to tell whether two are of one person.
enum VoiceView: String, CaseIterable, Sendable {
  case sound
  case picture
  /// Both together: what a voice or a face alone does not show.
  case both = "sound and picture"

  var modalities: [Modality] {
    switch self {
    case .sound: [.audio]
    case .picture: [.visual]
    case .both: [.audio, .visual]
    }
  }

  /// What some pairs of recordings do.
  func claim(_ count: Int) -> String {
    switch self {
    case .sound: "\(count == 1 ? "sounds" : "sound") like one voice"
    case .picture: "\(count == 1 ? "looks" : "look") like one face"
    case .both: "\(count == 1 ? "sounds and looks" : "sound and look") like one recording"
    }
  }
}
