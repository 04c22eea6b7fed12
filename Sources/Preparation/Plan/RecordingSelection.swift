import Corpora
import Samples
import Text

/// Which recordings have everything that is needed.
struct RecordingSelection {
  /// Sorted by their bytes.
  private(set) var kept: [String] = []
  /// The others, each with its reason.
  var dropped = DropLog()
  /// Recordings that any file names.
  let foundCount: Int

  /// Selects by ids alone.
  ///
  /// - Parameter skipped: recordings to leave out because of a bad entry.
  /// - Throws: `DataError` 65 when no recording is left.
  init(
    _ configuration: PreparationConfiguration, of corpus: OpenedCorpus, leavingOut skipped: Set<String> = []
  ) throws {
    let labelled = Set(corpus.labels.recordings)
    let present = corpus.features.mapValues { Set($0.recordings) }
    let found = present.values.reduce(labelled.union(corpus.leftOut.keys)) { $0.union($1) }
      .sortedByBytes()
    foundCount = found.count
    for id in found {
      let missing = present.filter { !$0.value.contains(id) }.keys.sorted()
      if let reason = corpus.leftOut[id] {
        dropped.add(id, reason)
      } else if !labelled.contains(id) {
        dropped.add(id, .missingLabels)
      } else if let modality = missing.first(where: { configuration.cannotMiss($0) }) {
        dropped.add(id, modality.missingReason)
      } else if skipped.contains(id) {
        dropped.add(id, .badEntry)
      } else {
        kept.append(id)
      }
    }
    if kept.isEmpty {
      throw DataError(
        .badData, file: corpus.labels.path, "no recording id is common to all files",
        expected: "the same ids in \((corpus.features.values.map(\.path).sorted()).joined(separator: ", "))",
        advice: "Check that the files belong to one corpus, or use --missing keep.")
    }
    if let limit = configuration.limit, !corpus.isLimited {
      keepFirst(limit, corpus.sampleFacts, configuration.split)
    }
  }

  /// Keeps the first recordings, each with all its parts; where the corpus says which split they are in, of each split.
  private mutating func keepFirst(_ limit: Int, _ facts: [String: SampleFacts], _ policy: SplitPolicy) {
    func recording(_ id: String) -> String { facts[id]?.group ?? SampleID.recording(of: id) }
    func split(_ id: String) -> Split? { policy == .declared ? facts[id]?.split : nil }
    let first = Dictionary(grouping: kept, by: split).mapValues { ids in
      Set(Set(ids.map(recording)).sortedByBytes().prefix(limit))
    }
    func isKept(_ id: String) -> Bool { first[split(id)]?.contains(recording(id)) ?? false }
    for id in kept where !isKept(id) { dropped.add(id, .beyondLimit) }
    kept = kept.filter(isKept)
  }
}

extension PreparationConfiguration {
  /// Whether a recording without this modality is left out. Words that others are aligned to are needed, unless
  /// segments are kept without them.
  fileprivate func cannotMiss(_ modality: Modality) -> Bool {
    if modality == .text, granularity.needsWords { return !keepsWordless }
    return missing == .drop
  }
}

extension Modality {
  fileprivate var missingReason: DropReason {
    switch self {
    case .visual: .missingVisual
    case .audio: .missingAudio
    case .text: .missingText
    }
  }
}
