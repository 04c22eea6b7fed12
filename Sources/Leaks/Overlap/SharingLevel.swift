/// Something that samples share and that must not lie in two splits.
public enum SharingLevel: String, CaseIterable, Hashable, Sendable {
  /// The sample itself.
  case sample
  /// The unit by which a corpus is divided: a recording, a video, an episode.
  case group
  /// A conversation.
  case dialog
  /// A recording session.
  case session
  /// The speaker.
  case speaker

  /// Returns the name under which a sample belongs to this level; nil if unknown.
  package func name(of sample: AuditedSample) -> String? {
    switch self {
    // A made-up id names nothing.
    case .sample: sample.group == nil ? nil : sample.id
    case .group: sample.group
    case .dialog: sample.dialog
    case .session: sample.session
    case .speaker: sample.speaker
    }
  }

  /// Whether a name means the same in every corpus: recordings are named after the site they come from.
  var isGlobal: Bool { self == .sample || self == .group }
}

/// What the protocol of an experiment promises about its splits: by default, that nothing is shared.
public struct Promises: Hashable, Sendable {
  /// A protocol's statement about a level.
  public enum Promise: String, CaseIterable, Hashable, Sendable {
    /// Nothing at this level is in two splits.
    case disjoint
    /// It may be in several splits; the protocol intends this, so it is no cause for alarm.
    case shared
  }

  /// The declared promise of each level.
  public private(set) var declared: [SharingLevel: Promise] = [:]

  /// Creates promises without declarations: nothing may be shared.
  public init() {}

  /// Declares a level.
  ///
  /// - Returns: false if this contradicts an earlier declaration.
  public mutating func declare(_ level: SharingLevel, _ promise: Promise) -> Bool {
    let old = declared.updateValue(promise, forKey: level)
    return old == nil || old == promise
  }

  /// Returns whether splits may share names of a level.
  public func allowsSharing(_ level: SharingLevel) -> Bool { declared[level] == .shared }

  /// `speaker=shared, group=disjoint`; nil if nothing is declared.
  public var text: String? {
    let parts = SharingLevel.allCases.compactMap { level in declared[level].map { "\(level.rawValue)=\($0.rawValue)" } }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
