import Leaks
import Samples

/// Something that a sample is from, and that a model may recognise instead of what is said.
enum SampleOrigin: String, CaseIterable, Sendable {
  case group, dialog, session, speaker, show, device

  /// What a sample is from; nil where nothing tells.
  func name(of sample: AuditedSample) -> String? {
    switch self {
    case .group, .dialog, .session, .speaker: level?.name(of: sample)
    case .show: sample.show
    case .device: sample.device
    }
  }

  /// What the protocol of an experiment calls it; nil for what protocols do not speak of.
  var level: SharingLevel? { SharingLevel(rawValue: rawValue) }

  /// What one is called in sentences.
  func noun(_ nouns: SampleNouns) -> String {
    switch self {
    case .device: "recording device"
    case .show: "show"
    case .group, .dialog, .session, .speaker: level.map(nouns.name) ?? rawValue
    }
  }
}
