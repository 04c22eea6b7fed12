import ArrayFiles
import Corpora
public import Samples
public import Text

/// What a preparation would read and write: counts and bytes, before alignment drops segments without words.
public struct PreparationOverview: Sendable {
  /// A file that is read.
  public struct Source: Hashable, Sendable {
    /// `visual`, `labels`, …
    public let role: String
    /// Where it is.
    public let path: String
    /// Its size in bytes.
    public let byteCount: Int
  }

  /// What one split would hold.
  public struct Part: Hashable, Sendable {
    /// The split.
    public let split: Split
    /// The number of groups.
    public let groupCount: Int
    /// The number of labelled segments.
    public let segmentCount: Int
    /// The number of shards.
    public let shardCount: Int
    /// The bytes of features that are read.
    public let inputByteCount: Int
    /// An upper bound of the bytes of features that are written.
    public let largestOutputByteCount: Int
  }

  /// The resolved configuration as the manifest would record it.
  public let configuration: JSONValue
  /// The files, in the order of the manifest.
  public let sources: [Source]
  /// The splits, in their order.
  public let parts: [Part]
  /// Recordings that would be left out.
  public let droppedRecordings: [LeftOut]
  /// Label rows that would be left out.
  public let droppedLabelRows: [LeftOut]
  /// What the user should know about the split.
  public let notes: [String]
  private let blockCount: Int
  private let unknownFoldIDs: [String]
  private let defects: [EntryDefect]

  init(_ plan: PreparationPlan) {
    configuration = plan.configuration.fingerprint(with: plan.folds)
    sources = plan.corpus.sources.map { Source(role: $0.role, path: $0.path, byteCount: $0.byteCount) }
    parts = plan.division.splits.map { Part($0, of: plan) }
    droppedRecordings = plan.droppedRecordings.entries(limit: Self.mostIDs)
    droppedLabelRows = plan.droppedLabels.entries(limit: Self.mostIDs)
    notes = plan.splitNotes
    blockCount = plan.blocks.count
    unknownFoldIDs = plan.unknownFoldIDs
    defects = plan.corpus.defects + plan.unreadableLabels
  }

  /// The most ids named for one reason.
  private static let mostIDs = 100

  /// The same as a document.
  public var json: JSONValue {
    var members: [String: JSONValue] = [
      "configuration": configuration,
      "sources": .array(
        sources.map { ["role": .string($0.role), "path": .string($0.path), "bytes": .integer($0.byteCount)] }),
      "splits": .object(Dictionary(uniqueKeysWithValues: parts.map { ($0.split.rawValue, $0.json) })),
      "blocks": .integer(blockCount), "recordings_dropped": .array(droppedRecordings.map(\.json)),
      "label_rows_dropped": .array(droppedLabelRows.map(\.json)),
      "unknown_fold_ids": .array(unknownFoldIDs.map { .string($0) }), "notes": .array(notes.map { .string($0) }),
    ]
    members["defective_entries"] = defects.json
    return .object(members)
  }
}

extension PreparationOverview.Part {
  fileprivate init(_ split: Split, of plan: PreparationPlan) {
    let recordings = plan.recordings.filter { $0.split == split }
    self.split = split
    // Speakers and dialogs cut across groups: there each recording counts by itself.
    groupCount =
      recordings.count { $0.origin != nil } + Set(recordings.filter { $0.origin == nil }.map(\.group)).count
    segmentCount = recordings.reduce(0) { $0 + $1.segments.count }
    shardCount = plan.shards.count { $0.split == split }
    inputByteCount = recordings.reduce(0) { $0 + $1.inputBytes }
    largestOutputByteCount = recordings.reduce(0) { $0 + $1.outputBytes } / 4 * plan.configuration.dtype.byteCount
  }

  fileprivate var json: JSONValue {
    [
      "groups": .integer(groupCount), "segments": .integer(segmentCount), "shards": .integer(shardCount),
      "input_bytes": .integer(inputByteCount), "output_bytes_at_most": .integer(largestOutputByteCount),
    ]
  }
}
