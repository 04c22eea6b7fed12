import Samples

/// Which files of a release a run uses.
struct ReleaseFilter: Sendable {
  let readsSound: Bool
  let readsMotion: Bool
  /// Of other dialogs than these only the labels, to count their turns; nil for all.
  private let subset: DialogSubset?
  /// Only these dialogs; nil for all.
  var dialogs: Set<String>?

  init(_ request: CorpusRequest, _ options: IEMOCAPOptions) {
    readsSound = request.modalities.contains(.audio) && options.audioFeatures == nil
    readsMotion = request.modalities.contains(.visual) && options.visualFeatures == nil
    subset = options.subset
  }

  /// Whether a file is read.
  ///
  /// Motion capture of a dialog shows whoever wears the markers, so it is wanted only for the turns of that actor.
  func wants(_ kind: IEMOCAPPath) -> Bool {
    if let subset, !subset.contains(kind.dialog) {
      guard case .emotions = kind else { return false }
      return true
    }
    guard dialogs?.contains(kind.dialog) ?? true else { return false }
    return switch kind {
    case .sound: readsSound
    case .motion(_, let id): readsMotion && id.hasMarkers
    case .emotions, .transcription, .wordSegments: true
    }
  }

  /// Whether the file at a path is read.
  func wants(_ path: String) -> Bool { IEMOCAPPath(path).map(wants) ?? false }
}

extension IEMOCAPPath {
  var dialog: String {
    switch self {
    case .emotions(let dialog, _), .transcription(let dialog, _): dialog
    case .wordSegments(let id), .sound(let id), .motion(_, let id): id.dialog
    }
  }

  var session: Int {
    switch self {
    case .emotions(_, let session), .transcription(_, let session): session
    case .wordSegments(let id), .sound(let id), .motion(_, let id): id.session
    }
  }

  /// The path from `SessionN` on, with its extension in lower case: the same whatever folders are above it.
  func tail(of path: String) -> String {
    let count =
      switch self {
      case .emotions, .transcription: 4
      case .wordSegments, .sound, .motion: 5
      }
    let tail = path.split(separator: "/").suffix(count).joined(separator: "/")
    guard let dot = tail.lastIndex(of: ".") else { return tail }
    return tail[..<dot] + tail[dot...].lowercased()
  }
}
