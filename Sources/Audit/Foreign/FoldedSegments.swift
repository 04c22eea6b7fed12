import Corpora
import Leaks
import Samples
import Signals
import Text

/// The parts of computational sequences that a fold list names: whole recordings, or single segments of them.
struct FoldedSegments {
  /// The segments of each split by recording, both in order.
  private(set) var recordings: [Split: [(recording: String, segments: [SequenceFiles.Segment])]] = [:]
  /// The names in the list that match nothing in the files.
  private(set) var unmatched: [Split: [String]] = [:]

  private let files: SequenceFiles
  private var known: [String: [SequenceFiles.Segment]] = [:]

  /// - Throws: `DataError` 65 if none of a split's names is in the files.
  init(_ lists: FoldFile, _ files: SequenceFiles) throws {
    self.files = files
    for split in Split.allCases {
      let names = lists.groups[split] ?? []
      try match(names, of: split)
      guard let first = names.first, recordings[split]?.isEmpty ?? true else { continue }
      throw DataError(
        .badData, file: lists.path, place: split.rawValue,
        "none of its \(Phrase.count(names.count, "id")) is in the sequences: the list has \(first), the files have "
          + "\(files.example ?? "nothing")",
        expected: "the recordings' names as the files have them, or their segments",
        advice: "Write the ids as the files do, or give the fold list that belongs to them.")
    }
  }

  private mutating func match(_ names: [String], of split: Split) throws {
    // nil stands for the whole recording.
    var wanted: [String: Set<String>?] = [:]
    for name in names {
      try Interrupt.check()
      if files.contains(name) {
        wanted[name] = .some(nil)
      } else if let (recording, segment) = try segment(named: name) {
        if case .some(nil) = wanted[recording] { continue }
        wanted[recording] = ((wanted[recording] ?? []) ?? []).union([segment])
      } else {
        unmatched[split, default: []].append(name)
      }
    }
    recordings[split] = try wanted.sortedByBytes(\.key)
      .map { recording, chosen in
        let all = try segments(of: recording)
        return (recording, chosen.map { chosen in all.filter { chosen.contains($0.id) } } ?? all)
      }
  }

  /// Returns the segment denoted by a name such as `vid[3]` or MMSA's `vid$_$3`; nil if the files have none of that
  /// name.
  private mutating func segment(named name: String) throws -> (recording: String, segment: String)? {
    let id = SampleID(parsing: AuditedSample.segmentName(name))
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
