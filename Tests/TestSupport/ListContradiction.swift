import ArrayFiles
import Files
import Samples
import Shards
import Text

/// A way in which a prepared folder contradicts itself although every checksum is right.
public enum ListContradiction: String, CaseIterable, Sendable {
  case swappedSplits, testShardUnderTrain, shardInTwoSplits, shardTwice, shardWithOtherSamples
  case reorderedLabelNames, reorderedLabels, otherGranularity, otherDataset
  case moreSamplesInManifest, fewerRowsInManifest, moreGroupsInManifest, moreSamplesInShard, otherTrainSamples
  case swappedLists, sampleInOtherList, sampleMissingInList, groupInTwoSplits
  case renamedLine, missingLine, lineTwice, movedLine, lineOfOtherSplit, lineOfOtherShard, lineWithOtherRows
  case lineOfOtherGroup

  /// Makes a folder contradict itself.
  public func apply(to folder: ExampleFolder) throws {
    var (manifest, lines) = (folder.manifest, folder.lines)
    var lists = try SplitsFile.read(folder.path)
    let shards = folder.manifest.splits.mapValues(\.shards)
    let (train, test) = (shards[.train] ?? [], shards[.test] ?? [])
    switch self {
    case .swappedSplits:
      (manifest.splits[.train], manifest.splits[.test]) = (manifest.splits[.test], manifest.splits[.train])
    case .testShardUnderTrain:
      manifest.splits[.train]?.add(test[0])
    case .shardInTwoSplits:
      manifest.splits[.valid] = manifest.splits[.test]
    case .shardTwice:
      manifest.splits[.train]?.add(train[0])
    case .shardWithOtherSamples:
      let (first, second) = (train[0], train[1])
      let bytes = try InputFile.contents(of: folder.path + "/" + first.file, limit: 1 << 24)
      var file = try AtomicFile(path: folder.path + "/" + second.file)
      try file.write(bytes)
      try file.commit()
      var record = first
      record.file = second.file
      manifest.splits[.train]?.shards[1] = record
    case .reorderedLabelNames: manifest.labelNames.reverse()
    case .reorderedLabels: (lines[0].label, lines[1].label) = (lines[1].label, lines[0].label)
    case .otherGranularity:
      // The manifest agrees with itself, but not with the shards.
      (manifest.granularity, manifest.config) = ("frame", ["granularity": "frame"])
    case .otherDataset: manifest.dataset = "CMU-MOSI"
    case .moreSamplesInManifest: manifest.splits[.train]?.samples += 1
    case .fewerRowsInManifest: manifest.splits[.train]?.rows[.visual] = 1
    case .moreGroupsInManifest: manifest.splits[.train]?.groups += 1
    case .moreSamplesInShard: manifest.splits[.train]?.shards[0].samples += 1
    case .otherTrainSamples: manifest.scalers.trainSamplesSHA256 = String(repeating: "0", count: 64)
    case .swappedLists:
      (lists.samples[.train], lists.samples[.test]) = (lists.samples[.test], lists.samples[.train])
    case .sampleInOtherList:
      if let moved = lists.samples[.train]?.popLast() { lists.samples[.test]?.append(moved) }
    case .sampleMissingInList: lists.samples[.valid]?.removeLast()
    case .groupInTwoSplits:
      let other = lists.groups[.train]?.first ?? ""
      lists.groups[.test]?.removeLast()
      lists.groups[.test]?.append(other)
    case .renamedLine: lines[0].id += "x"
    case .missingLine: lines.remove(at: 4)
    case .lineTwice: lines.append(lines[0])
    case .movedLine: (lines[0].index, lines[1].index) = (lines[1].index, lines[0].index)
    case .lineOfOtherSplit: lines[0].split = .test
    case .lineOfOtherShard: lines[0].shard = test[0].file
    case .lineWithOtherRows: lines[0].rows[.audio, default: 0] += 1
    case .lineOfOtherGroup: lines[0].group = lines.last?.group ?? ""
    }
    try SamplesFile.write(lines, to: folder.path)
    try lists.write(to: folder.path)
    try manifest.write(to: folder.path)
  }
}

extension Manifest.SplitRecord {
  /// Adds a shard and counts it.
  fileprivate mutating func add(_ shard: ShardRecord) {
    shards.append(shard)
    samples += shard.samples
    for (modality, count) in shard.rows { rows[modality, default: 0] += count }
  }
}
