import Corpora
import Samples
import Shards

/// A recording that will be prepared, and all that is known about it before a feature is read.
struct PlannedRecording: Sendable {
  /// The recording's id.
  let id: String
  /// The group that the split never divides: a video, a session.
  let group: String
  let origin: RecordingOrigin?
  let split: Split
  /// Rows of the label sequence that may become samples, sorted by id.
  let segments: [LabelledSegment]
  /// Bytes of features to read, in memory as float32.
  let inputBytes: Int
  /// Bytes of output features, at most, as float32.
  let outputBytes: Int
  /// Bytes that a worker takes to align the recording, at most, besides the output.
  var workBytes = 0
  /// Bytes of the output with times and masks, at most.
  var keptBytes = 0
  /// The intervals of its other label rows.
  var leftOut: [Interval] = []
}

/// Recordings that one worker reads and passes on together: a stretch of the plan within one shard.
struct PlannedBlock: Sendable {
  /// Indices into `PreparationPlan.recordings`.
  let recordings: Range<Int>
  let split: Split
}

/// A shard and its blocks.
struct PlannedShard: Sendable {
  let split: Split
  /// Counts from 0 within the split.
  let number: Int
  /// Indices into `PreparationPlan.blocks`.
  let blocks: Range<Int>

  /// Where it goes inside the prepared folder, e.g. `shards/train-00000.safetensors`.
  var file: String { ShardRecord.file(split: split, number: number) }
}

/// Cuts the plan into blocks and shards. The boundaries depend only on sizes in the files' indexes, so they are the
/// same for any number of threads.
enum ShardLayout {
  /// A shard closes once its recordings add up to this many bytes of float32.
  static let shardBytes = 64 << 20
  /// A block closes once its recordings add up to this many bytes of input.
  static let blockBytes = 24 << 20
  /// Towards the end of the plan blocks get smaller, a share of what remains, so that no worker waits long for the last
  /// one; but not smaller than this, or files would take longer to create than to fill.
  static let smallestBlockBytes = 6 << 20
  private static let shareOfRest = 8

  /// - Parameter recordings: split by split, in the order in which they are written.
  static func layOut(_ recordings: [PlannedRecording]) -> (shards: [PlannedShard], blocks: [PlannedBlock]) {
    var shards: [PlannedShard] = []
    var blocks: [PlannedBlock] = []
    var rest = recordings.reduce(0) { $0 + $1.inputBytes }
    for split in Split.inFolders {
      guard let first = recordings.firstIndex(where: { $0.split == split }),
        let last = recordings.lastIndex(where: { $0.split == split })
      else { continue }
      var number = 0
      var start = first
      while start <= last {
        let end = stretch(recordings, start..<last + 1, limit: shardBytes, by: \.outputBytes)
        let firstBlock = blocks.count
        var blockStart = start
        while blockStart < end {
          let limit = min(blockBytes, max(smallestBlockBytes, rest / shareOfRest))
          let blockEnd = stretch(recordings, blockStart..<end, limit: limit, by: \.inputBytes)
          rest -= recordings[blockStart..<blockEnd].reduce(0) { $0 + $1.inputBytes }
          blocks.append(PlannedBlock(recordings: blockStart..<blockEnd, split: split))
          blockStart = blockEnd
        }
        shards.append(PlannedShard(split: split, number: number, blocks: firstBlock..<blocks.count))
        number += 1
        start = end
      }
    }
    return (shards, blocks)
  }

  /// The end of the longest stretch from the front of `range` whose sizes stay within `limit`; at least one recording.
  private static func stretch(
    _ recordings: [PlannedRecording], _ range: Range<Int>, limit: Int, by size: KeyPath<PlannedRecording, Int>
  ) -> Int {
    var end = range.lowerBound
    var total = 0
    while end < range.upperBound {
      total += recordings[end][keyPath: size]
      if total > limit, end > range.lowerBound { break }
      end += 1
    }
    return end
  }
}
