import Corpora
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
  /// What the user should know of the division.
  let splitNotes: [String]
  /// Recordings that any file names.
  let foundCount: Int
  /// Label rows that cannot become samples, found before alignment.
  let droppedLabels: DropLog
  let labelTally: Tally
  /// The least value of each label column.
  let lowestLabels: [Float]
  /// Label entries that turned out bad when they were read; their recordings are left out.
  let unreadableLabels: [CSDDefect]
  let labelFingerprints: [String: String]

  /// The modalities of the output, in their fixed order.
  var modalities: [Modality] { configuration.modalities.sorted() }

  /// Plans a run from the files' indexes and the labels.
  ///
  /// - Throws: `DataError` 65 when no recording is left, or a split is empty.
  init(_ configuration: PreparationConfiguration, sources: CorpusSources) throws {
    self.configuration = configuration
    self.sources = sources
    var candidates = try RecordingSelection(
      configuration, labels: sources.labels, features: sources.features, leavingOut: sources.skippedRecordings)
    let outcome =
      sources.origins.isEmpty
      ? try Splitter.divide(candidates.kept, by: configuration.split, folds: sources.folds)
      : try SpeakerSplitter(sources.origins, dividesSpeakers: configuration.allowedLeaks.contains("id-overlap")).divide(
        candidates.kept, by: configuration.split, folds: sources.folds)
    candidates.dropped.add(outcome.dropped)
    partition = outcome.partition
    unknownFoldIDs = outcome.unknown
    splitNotes = outcome.notes
    foundCount = candidates.foundCount

    var reader = LabelReader(sources.labels, configuration: configuration)
    var recordings: [PlannedRecording] = []
    var unreadable: [CSDDefect] = []
    for split in Split.allCases {
      for group in partition.groups(of: split) {
        for id in outcome.recordings[group] ?? [] {
          do {
            let labels = try reader.labels(of: id)
            recordings.append(Self.planned(id, group, split, labels, configuration, sources))
          } catch let error as DataError where error.code == .badData && configuration.iemocap == nil {
            unreadable.append(CSDDefect(unreadable: id, finding: error))
            candidates.dropped.add(id, .badEntry)
          }
        }
      }
    }
    if !unreadable.isEmpty, !configuration.skipsBadEntries { throw sources.refusal(ofUnreadable: unreadable) }
    self.recordings = recordings
    droppedRecordings = candidates.dropped
    unreadableLabels = unreadable
    droppedLabels = reader.dropped
    labelTally = reader.tally
    lowestLabels = reader.lowest
    labelFingerprints = reader.fingerprints
    (shards, blocks) = ShardLayout.layOut(recordings)
  }

  /// Estimates a recording's sizes from the indexes: an upper bound on what comes out.
  private static func planned(
    _ id: String, _ group: String, _ split: Split, _ labels: RecordingLabels,
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
        // A segment that stays without a word is a row.
        case .word: configuration.keepsWordless ? max(rows(.text), labels.segments.count) : rows(.text)
        case .utterance: labels.segments.count
        case .frame: rows(modality)
        case .video: 1
        }
      outputBytes += 4 * outputRows * sources.width(of: modality)
    }
    return PlannedRecording(
      id: id, group: group, origin: sources.origins[id], split: split, segments: labels.segments,
      inputBytes: inputBytes, outputBytes: outputBytes, leftOut: labels.leftOut)
  }
}
