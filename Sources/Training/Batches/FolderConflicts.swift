import Samples
import Shards
import Text

/// A contradiction between prepared folders that are trained on together.
public struct FolderConflict: Hashable, Sendable {
  /// The name of the failed check, as `--allow-leaks` takes it.
  public let check: String
  /// A description of the finding.
  public let summary: String

  /// The warning printed when the run continues regardless.
  var allowed: String { "Trained with a leak that --allow-leaks \(check) allows: \(summary)." }
}

/// Finds data that is trained on in one folder and held out in another.
public enum FolderConflicts {
  /// The name of the check; `msa-audit` reports the same finding under this name.
  public static let check = "id-overlap"

  /// The kinds of thing that samples can share, widest first.
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

    /// Whether a name means the same in every corpus: recordings keep the ids of the site they come from.
    var isGlobal: Bool { self == .sample || self == .group }
  }

  /// Two names count as the same if their keys are equal.
  private struct Key: Hashable {
    let name: String
    /// Empty if the name means the same in every corpus.
    let corpus: String
  }

  /// Returns the contradictions between folders that the user has allowed.
  ///
  /// - Parameter allowed: the names of the allowed checks.
  /// - Throws: `DataError` 65 for a contradiction that is not allowed; 66 if samples.jsonl is missing, 65 if it is
  ///   malformed.
  static func check(_ folders: [MappedFolder], allowed: [String]) throws -> [FolderConflict] {
    guard let found = try conflict(folders) else { return [] }
    if allowed.contains(check) { return [FolderConflict(check: check, summary: found.summary)] }
    throw DataError(
      .badData, file: found.folder, "contradicts another folder: \(found.summary)",
      expected: "folders that hold out the same things",
      advice: "Prepare them with the same --split or --folds, or accept the leak with --allow-leaks \(check).")
  }

  /// Returns the first contradiction at the widest level at which there is one.
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

  /// One split of one folder.
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
      // Clips of one recording form one group, as in the audit: `video_3` here is `video` there.
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

  /// Returns the first two places, in order, that differ in both folder and split. If a single folder has the name in
  /// both splits, that is the folder's own affair: a session with speakers in both valid and test, say.
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
