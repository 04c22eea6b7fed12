import Corpora
import Leaks
import Samples
import Signals
import SplitArrays
import Text

/// The parts of computational sequences that a fold list names: whole recordings, or single segments of them.
struct FoldedSegments {
  /// The segments of each split by recording, both in order.
  private(set) var recordings: [Split: [(recording: String, segments: [SequenceFiles.Segment])]] = [:]
  /// The names in the list that match nothing in the files, or no segment there.
  private(set) var unmatched: [Split: AuditedDataset.UnmatchedNames] = [:]

  private let files: SequenceFiles
  private var known: [String: [SequenceFiles.Segment]] = [:]

  /// - Throws: `DataError` 65 if none of a split's names is in the files.
  init(_ lists: FoldFile, _ files: SequenceFiles) throws {
    self.files = files
    for split in Split.allCases {
      let names = lists.groups[split] ?? []
      let missing = try match(names, of: split)
      if !missing.isEmpty { unmatched[split] = AuditedDataset.UnmatchedNames(missing, of: Set(names).count) }
      guard let first = names.first, recordings[split]?.isEmpty ?? true else { continue }
      throw DataError(
        .badData, file: lists.path, place: split.rawValue,
        "none of its \(Phrase.count(names.count, "id")) has a segment in the sequences: the list has \(first), the files have "
          + "\(files.example ?? "nothing")",
        expected: "the recordings' names as the files have them, or their segments",
        advice: "Write the ids as the files do, or give the fold list that belongs to them.")
    }
  }

  /// - Returns: the names without a sample, each once.
  private mutating func match(_ names: [String], of split: Split) throws -> [String] {
    var missing: [String] = []
    var seen: Set<String> = []
    // nil stands for the whole recording.
    var wanted: [String: Set<String>?] = [:]
    for name in names where seen.insert(name).inserted {
      try Interrupt.check()
      if try files.contains(name) && !segments(of: name).isEmpty {
        wanted[name] = .some(nil)
      } else if let (recording, segment) = try segment(named: name) {
        if case .some(nil) = wanted[recording] { continue }
        wanted[recording] = ((wanted[recording] ?? []) ?? []).union([segment])
      } else {
        missing.append(name)
      }
    }
    recordings[split] = try wanted.sortedByBytes(\.key)
      .map { recording, chosen in
        let all = try segments(of: recording)
        return (recording, chosen.map { chosen in all.filter { chosen.contains($0.id) } } ?? all)
      }
    return missing
  }

  /// Returns the segment denoted by a name such as `vid[3]` or MMSA's `vid$_$3`; nil if the files have none of that
  /// name.
  private mutating func segment(named name: String) throws -> (recording: String, segment: String)? {
    let id = SampleID(parsing: ArrayNames.segmentName(name))
    guard id.segment != nil, files.contains(id.recording) else { return nil }
    let found = try segments(of: id.recording).first { $0.id == id.description }
    return found.map { (id.recording, $0.id) }
  }

  private mutating func segments(of recording: String) throws -> [SequenceFiles.Segment] {
    if let segments = known[recording] { return segments }
    let segments = try files.segments(of: recording)
    known[recording] = segments
    return segments
  }
}
