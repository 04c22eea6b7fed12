import Samples
import Storage
import Workers

/// All that is decided before a feature is read: which recordings, in which split, which label rows, in which blocks and
/// shards.
struct PreparationPlan: Sendable {
  let configuration: PreparationConfiguration
  let sources: CorpusSources
  let partition: Partition
  /// Split by split, sorted by id within a split.
  let recordings: [PlannedRecording]
  let shards: [PlannedShard]
  let blocks: [PlannedBlock]
  /// Recordings that are left out.
  let droppedRecordings: DropLog
  /// Ids in the fold file that no recording has.
  let unknownFoldIDs: [String]
  /// Recordings that any file names.
  let foundCount: Int
  /// Label rows that cannot become samples, found before alignment.
  let droppedLabels: DropLog
  let labelTally: Tally
  let labelFingerprints: [String: String]

  /// The modalities of the output, in their fixed order.
  var modalities: [Modality] { configuration.modalities.sorted() }

  /// Plans a run from the files' indexes and the labels.
  ///
  /// - Throws: `DataError` 65 when no recording is left, or a split is empty.
  init(_ configuration: PreparationConfiguration, sources: CorpusSources) throws {
    self.configuration = configuration
    self.sources = sources
    var candidates = try RecordingSelection(configuration, sources)
    let outcome =
      sources.origins.isEmpty
      ? try Splitter.divide(candidates.kept, by: configuration.split, folds: sources.folds)
      : try SpeakerSplitter(sources.origins, dividesSpeakers: configuration.allowedLeaks.contains("id-overlap")).divide(
        candidates.kept, by: configuration.split, folds: sources.folds)
    candidates.dropped.add(outcome.dropped)
    partition = outcome.partition
    unknownFoldIDs = outcome.unknown
    droppedRecordings = candidates.dropped
    foundCount = candidates.foundCount

    var reader = LabelReader(sources.labels, configuration: configuration)
    var recordings: [PlannedRecording] = []
    for split in Split.allCases {
      for group in partition.groups(of: split) {
        for id in outcome.recordings[group] ?? [] {
          let segments = try reader.segments(of: id)
          recordings.append(Self.planned(id, group, split, segments, configuration, sources))
        }
      }
    }
    self.recordings = recordings
    droppedLabels = reader.dropped
    labelTally = reader.tally
    labelFingerprints = reader.fingerprints
    (shards, blocks) = ShardLayout.layOut(recordings)
  }

  /// Estimates a recording's sizes from the indexes: an upper bound on what comes out.
  private static func planned(
    _ id: String, _ group: String, _ split: Split, _ segments: [LabelledSegment],
    _ configuration: PreparationConfiguration,
    _ sources: CorpusSources
  ) -> PlannedRecording {
    var inputBytes = 0
    var outputBytes = 0
    func rows(_ modality: Modality) -> Int {
      sources.features[modality]?.rowCount(of: id) ?? 0
    }
    for modality in sources.features.keys { inputBytes += 4 * rows(modality) * sources.width(of: modality) }
    for modality in configuration.modalities {
      let outputRows =
        switch configuration.granularity {
        case .word: rows(.text)
        case .utterance: segments.count
        case .frame: rows(modality)
        case .video: 1
        }
      outputBytes += 4 * outputRows * sources.width(of: modality)
    }
    return PlannedRecording(
      id: id, group: group, origin: sources.origins[id], split: split, segments: segments, inputBytes: inputBytes,
      outputBytes: outputBytes)
  }
}

/// Which recordings have what it takes.
private struct RecordingSelection {
  /// Sorted by their bytes.
  private(set) var kept: [String] = []
  var dropped = DropLog()
  let foundCount: Int

  init(_ configuration: PreparationConfiguration, _ sources: CorpusSources) throws {
    let labelled = Set(sources.labels.recordings)
    let present = sources.features.mapValues { Set($0.recordings) }
    let found = present.values.reduce(labelled) { $0.union($1) }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    foundCount = found.count
    for id in found {
      let missing = present.filter { !$0.value.contains(id) }.keys.sorted()
      if !labelled.contains(id) {
        dropped.add(id, .missingLabels)
      } else if let modality = missing.first(where: { configuration.cannotMiss($0) }) {
        dropped.add(id, modality.missingReason)
      } else {
        kept.append(id)
      }
    }
    if kept.isEmpty {
      throw DataError(
        .badData, file: sources.labels.path, "no recording id is common to all files",
        expected: "the same ids in \((sources.features.values.map(\.path).sorted()).joined(separator: ", "))",
        advice: "Check that the files belong to one corpus, or use --missing keep.")
    }
    // Of a release whole dialogs were left unread.
    if let limit = configuration.limit, configuration.iemocap == nil, limit < kept.count {
      for id in kept[limit...] { dropped.add(id, .beyondLimit) }
      kept.removeLast(kept.count - limit)
    }
  }
}

extension PreparationConfiguration {
  /// Whether a recording without this modality is left out. Words that others are aligned to are always needed.
  fileprivate func cannotMiss(_ modality: Modality) -> Bool {
    missing == .drop || (modality == .text && granularity.needsWords)
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
