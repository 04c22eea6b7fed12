import Samples
import Shards
import Text

/// What prepared folders that are trained on together contradict each other in.
public struct FolderConflict: Hashable, Sendable {
  /// The check that it fails, by the name that `--allow-leaks` takes.
  public let check: String
  /// What was found.
  public let summary: String

  /// The warning of a run that goes on regardless.
  var allowed: String { "Trained with a leak that --allow-leaks \(check) allows: \(summary)." }
}

/// Looks for what is trained on in one folder and held out in another.
public enum FolderConflicts {
  /// The check's name; `msa-audit` finds the same under it.
  public static let check = "id-overlap"

  /// Something that samples share, the most telling first.
  private enum Level: String, CaseIterable {
    case speaker, session, dialog, group, sample

    func name(of line: SampleLine) -> String? {
      switch self {
      case .speaker: line.speaker
      case .session: line.session
      case .dialog: line.dialog
      case .group: line.group
      case .sample: line.id
      }
    }

    /// Whether a name means the same in every corpus: recordings are called as the site calls them that they are from.
    var isGlobal: Bool { self == .sample || self == .group }
  }

  /// What makes two names the same.
  private struct Key: Hashable {
    let name: String
    /// Empty where the name means the same in every corpus.
    let corpus: String
  }

  /// The contradictions between folders that are allowed.
  ///
  /// - Parameter allowed: names of checks.
  /// - Throws: `DataError` 65 for one that is not; 66 when samples.jsonl is missing, 65 when it is malformed.
  static func check(_ folders: [MappedFolder], allowed: [String]) throws -> [FolderConflict] {
    guard let found = try conflict(folders) else { return [] }
    if allowed.contains(check) { return [FolderConflict(check: check, summary: found.summary)] }
    throw DataError(
      .badData, file: found.folder, "contradicts another folder: \(found.summary)",
      expected: "folders that hold out the same things",
      advice: "Prepare them with the same --split or --folds, or accept the leak with --allow-leaks \(check).")
  }

  /// The first contradiction, of the widest thing that samples share.
  private static func conflict(_ folders: [MappedFolder]) throws -> (folder: String, summary: String)? {
    if folders.count < 2 { return nil }
    let lines = try folders.map { folder in
      try SamplesFile.read(folder.path, modalities: folder.manifest.modalities.keys.sorted())
    }
    for level in Level.allCases {
      let places = places(of: level, lines, folders)
      let shared = places.filter { isContradicted($0.value) }
        .sorted { ($0.key.name, $0.key.corpus) < ($1.key.name, $1.key.corpus) }
      guard let first = shared.first, let (one, other) = contradiction(in: first.value) else { continue }
      let names = shared.prefix(3).map(\.key.name).joined(separator: ", ") + (shared.count > 3 ? ", …" : "")
      let noun = shared.count == 1 ? level.rawValue : level.rawValue + "s"
      return (
        folders[other.folder].path,
        "\(shared.count) \(noun) in different splits (\(names)); \(first.key.name) is \(one.split) in "
          + "\(folders[one.folder].path) and \(other.split) in \(folders[other.folder].path)"
      )
    }
    return nil
  }

  /// A split of one of the folders.
  private struct Place: Hashable {
    let folder: Int
    let split: Split
  }

  private static func places(
    of level: Level, _ lines: [[SampleLine]], _ folders: [MappedFolder]
  ) -> [Key: Set<Place>] {
    var places: [Key: Set<Place>] = [:]
    for (folder, lines) in lines.enumerated() {
      let corpus = level.isGlobal ? "" : folders[folder].manifest.dataset
      // Clips of one recording are one group, as the audit sees them: `video_3` here is `video` there.
      let clips = level == .group ? ClipGrouping(of: lines.filter { $0.dialog == nil }.map(\.group)) : nil
      for line in lines {
        guard let own = level.name(of: line) else { continue }
        let name = line.dialog == nil ? clips?.recording(of: own) ?? own : own
        places[Key(name: name, corpus: corpus), default: []].insert(Place(folder: folder, split: line.split))
      }
    }
    return places
  }

  private static func isContradicted(_ places: Set<Place>) -> Bool { contradiction(in: places) != nil }

  /// Two places in different folders and splits, the first in order. What one folder itself has in both splits is that
  /// folder's matter: a session whose speakers are valid and test, say.
  private static func contradiction(in places: Set<Place>) -> (Place, Place)? {
    if places.count < 2 { return nil }
    func order(_ place: Place) -> (Int, Int) { (place.folder, Split.allCases.firstIndex(of: place.split) ?? 0) }
    let sorted = places.sorted { order($0) < order($1) }
    for (index, one) in sorted.enumerated() {
      let other = sorted[index...].first {
        $0.folder != one.folder && $0.split != one.split
          && !places.contains(Place(folder: one.folder, split: $0.split))
          && !places.contains(Place(folder: $0.folder, split: one.split))
      }
      if let other { return (one, other) }
    }
    return nil
  }
}
