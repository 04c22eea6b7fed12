/// Something that samples share, and that is not to be in two splits.
public enum SharingLevel: String, CaseIterable, Hashable, Sendable {
  /// The sample itself.
  case sample
  /// What a corpus is divided by: a recording, a video, an episode.
  case group
  /// A conversation.
  case dialog
  /// A recording session.
  case session
  /// Who speaks.
  case speaker

  /// The name by which a sample shares it; nil where nothing tells.
  package func name(of sample: AuditedSample) -> String? {
    switch self {
    // An id that was made up names nothing.
    case .sample: sample.group == nil ? nil : sample.id
    case .group: sample.group
    case .dialog: sample.dialog
    case .session: sample.session
    case .speaker: sample.speaker
    }
  }

  /// Whether a name means the same in every corpus: recordings are called as the site calls them that they are from.
  var isGlobal: Bool { self == .sample || self == .group }
}

/// What the protocol of an experiment promises of its splits: nothing is shared, unless it says so.
public struct Promises: Hashable, Sendable {
  /// What a protocol says of a level.
  public enum Promise: String, CaseIterable, Hashable, Sendable {
    /// Nothing of it is in two splits.
    case disjoint
    /// It may be in several: that is part of the protocol, and no alarm.
    case shared
  }

  /// What is declared, by level.
  public private(set) var declared: [SharingLevel: Promise] = [:]

  /// Nothing is declared: nothing may be shared.
  public init() {}

  /// Declares a level.
  ///
  /// - Returns: whether it did not contradict what was declared before.
  public mutating func declare(_ level: SharingLevel, _ promise: Promise) -> Bool {
    let old = declared.updateValue(promise, forKey: level)
    return old == nil || old == promise
  }

  /// Whether splits may share what is of a level.
  public func allowsSharing(_ level: SharingLevel) -> Bool { declared[level] == .shared }

  /// `speaker=shared, group=disjoint`; nil where nothing is declared.
  public var text: String? {
    let parts = SharingLevel.allCases.compactMap { level in declared[level].map { "\(level.rawValue)=\($0.rawValue)" } }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
