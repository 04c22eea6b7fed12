import Corpora
import Samples
import Storage

extension CorpusSources {
  /// The recordings with a bad entry that the run goes on without (`--skip-bad-entries`).
  ///
  /// Which recordings take part is known from the ids alone, and is only found out where there is a defect.
  /// - Throws: `DataError` 65 that counts the bad entries that are needed, where the run is not to go on without them.
  static func skippedRecordings(
    of files: [CSDFile], _ configuration: PreparationConfiguration, labels: any LabelSource,
    features: [Modality: any SequenceSource], folds: FoldFile?
  ) throws -> Set<String> {
    let defects = files.flatMap(\.defects)
    if defects.isEmpty { return [] }
    let candidates = try RecordingSelection(configuration, labels: labels, features: features)
    let outcome = try Splitter.divide(candidates.kept, by: configuration.split, folds: folds)
    let needed = Set(outcome.recordings.values.joined())
    let bad = defects.filter { needed.contains($0.recording) }
    let recordings = Set(bad.map(\.recording))
    if bad.isEmpty || configuration.skipsBadEntries { return recordings }
    throw CSDDefect.refusal(
      bad, entryCounts: Dictionary(files.map { ($0.path, $0.entryCount) }) { first, _ in first },
      remedy: outcome.losesSplit(without: recordings) ? .remove : .skip)
  }
}

extension Splitter.Outcome {
  /// Whether a split is empty once these recordings are left out of it.
  fileprivate func losesSplit(without left: Set<String>) -> Bool {
    Split.allCases.contains { split in
      let own = partition.groups(of: split).flatMap { recordings[$0] ?? [] }
      return !own.isEmpty && left.isSuperset(of: own)
    }
  }
}

extension CorpusSources {
  /// The error for entries that turned out bad when they were read.
  ///
  /// - Parameter defects: at least one.
  func refusal(ofUnreadable defects: [CSDDefect]) -> DataError {
    CSDDefect.refusal(defects, entryCounts: entryCounts, remedy: .skip)
  }
}

extension Sequence<CSDDefect> {
  /// What the report says of entries that the run did without; nil where there are none.
  var json: JSONValue? {
    let defects = Array(self)
    if defects.isEmpty { return nil }
    let entries = defects.prefix(100).map { defect -> JSONValue in
      [
        "file": .string(SourceInput.name(of: defect.file)), "entry": .string(defect.id),
        "problem": .string(defect.problem),
      ]
    }
    return ["count": .integer(defects.count), "entries": .array(entries)]
  }
}
