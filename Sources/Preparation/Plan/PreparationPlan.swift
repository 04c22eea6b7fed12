import Corpora
import Digests
import Samples
import Shards
import Text
import Workers

/// All that is decided before a feature is read: which recordings and label rows, in which split, blocks and shards.
struct PreparationPlan: Sendable {
  let configuration: PreparationConfiguration
  let corpus: OpenedCorpus
  /// The fold file's lists, if the split uses one.
  let folds: FoldFile?
  let division: Division
  /// Split by split, sorted by id within a split.
  let recordings: [PlannedRecording]
  let shards: [PlannedShard]
  let blocks: [PlannedBlock]
  /// Recordings that are left out.
  let droppedRecordings: DropLog
  /// Ids in the fold file that match no recording.
  let unknownFoldIDs: [String]
  /// What the user should know about the split.
  let splitNotes: [String]
  /// Recordings that any file names.
  let foundCount: Int
  /// Label rows that cannot become samples, found before alignment.
  let droppedLabels: DropLog
  let labelTally: Tally
  /// The least value of each label column.
  let lowestLabels: [Float]
  /// Label entries that turned out bad when they were read; their recordings are left out.
  let unreadableLabels: [EntryDefect]
  let labelFingerprints: [String: String]

  /// The modalities of the output, in their fixed order.
  var modalities: [Modality] { configuration.modalities.sorted() }

  /// Plans a run from the files' indexes and the labels.
  ///
  /// - Throws: `DataError` 65 when no recording is left, or a split is empty.
  init(_ configuration: PreparationConfiguration, corpus: OpenedCorpus, folds: FoldFile?) throws {
    let corpus = try configuration.like?.naming(labelsOf: corpus) ?? corpus
    self.configuration = configuration
    self.corpus = corpus
    self.folds = folds
    var candidates = try RecordingSelection(
      configuration, of: corpus, leavingOut: corpus.skippedRecordings(configuration, folds: folds))
    let divided = try DividedCorpus(candidates.kept, of: corpus, configuration, folds: folds)
    candidates.dropped.add(divided.dropped)
    division = divided.division
    unknownFoldIDs = divided.unknown
    splitNotes = divided.notes + (configuration.hasNoValid ? [Self.noValidNote] : [])
    foundCount = candidates.foundCount

    var reader = LabelReader(corpus.labels, configuration: configuration)
    var recordings: [PlannedRecording] = []
    var unreadable: [EntryDefect] = []
    for split in division.splits {
      for group in division.groups(of: split) {
        for id in divided.recordings[group] ?? [] {
          do {
            let labels = try reader.labels(of: id)
            recordings.append(Self.planned(id, group, split, labels, configuration, corpus))
          } catch let error as DataError where error.code == .badData && configuration.corpus.canLeaveOutUnreadable {
            unreadable.append(EntryDefect(unreadable: id, finding: error))
            candidates.dropped.add(id, .badEntry)
          }
        }
      }
    }
    if !unreadable.isEmpty, !configuration.skipsBadEntries { throw corpus.refusal(ofUnreadable: unreadable) }
    self.recordings = recordings
    droppedRecordings = candidates.dropped
    unreadableLabels = unreadable
    droppedLabels = reader.dropped
    labelTally = reader.tally
    lowestLabels = reader.lowest
    labelFingerprints = reader.fingerprints
    (shards, blocks) = ShardLayout.layOut(recordings)
  }

  private static let noValidNote =
    "There is no valid split (--no-valid): choose no epoch and no setting by test, or its score is that of the best of many."

  /// Estimates a recording's sizes from the indexes: an upper bound on what comes out.
  private static func planned(
    _ id: String, _ group: String, _ split: Split, _ labels: RecordingLabels,
    _ configuration: PreparationConfiguration,
    _ corpus: OpenedCorpus
  ) -> PlannedRecording {
    var (inputBytes, outputBytes, workBytes, keptBytes) = (0, 0, 0, 0)
    let granularity = configuration.granularity
    let depth = granularity == .video ? 1 : PlannedRecording.depth(of: labels.segments)
    for (modality, source) in corpus.features {
      let (rows, width) = (source.rowCount(of: id), corpus.width(of: modality))
      inputBytes += 4 * rows * width
      workBytes += rows * (4 * width + (granularity == .frame ? depth : 1) * MemoryNeed.rowBytes)
    }
    for modality in configuration.modalities {
      let width = corpus.width(of: modality)
      let rows = outputRows(modality, of: id, segments: labels.segments.count, configuration, corpus)
      outputBytes += 4 * rows * width
      // A row across the boundary of two segments is in both.
      keptBytes += (depth * rows + labels.segments.count) * (4 * width + MemoryNeed.outputRowBytes)
      // Units that are averaged, or belong to several segments, are gathered before output.
      let words = corpus.features[.text]?.rowCount(of: id) ?? 0
      if granularity == .utterance { workBytes += 4 * max(words, rows) * width }
      if depth > 1 { workBytes += depth * 4 * rows * width }
    }
    return PlannedRecording(
      id: id, group: group, origin: corpus.origins[id], split: split, segments: labels.segments,
      inputBytes: inputBytes, outputBytes: outputBytes, workBytes: workBytes, keptBytes: keptBytes,
      leftOut: labels.leftOut)
  }
}

extension PreparationPlan {
  /// What the blocks' contents depend on besides the configuration: the input files as they are now, and the
  /// boundaries.
  var identity: JSONValue {
    let inputs = corpus.sources.map { input -> JSONValue in
      [
        "role": .string(input.role), "name": .string(input.name), "stamp": .string(input.stamp.text),
      ]
    }
    let borders = blocks.map {
      JSONValue.array([.integer($0.recordings.lowerBound), .integer($0.recordings.upperBound)])
    }
    return [
      "arithmetic": .integer(Manifest.ownArithmetic), "inputs": .array(inputs), "blocks": .array(borders),
      "recordings": .array(recordings.map { .string($0.id) }),
    ]
  }
}

extension Source {
  /// XXH3-128 over the recordings' ids and digests, in the order of the ids: what was read of the file.
  func fingerprint(in plan: PreparationPlan, _ summaries: [BlockSummary]) -> String {
    if let known = fingerprint { return known }
    var digests: [String: String] = role == "labels" ? plan.labelFingerprints : [:]
    for summary in summaries { digests.merge(summary.fingerprints[role] ?? [:]) { first, _ in first } }
    var fingerprint = Fingerprint()
    for (id, digest) in digests.sortedByBytes(\.key) {
      fingerprint.update(id)
      fingerprint.update(digest)
    }
    return fingerprint.hexDigest()
  }
}
