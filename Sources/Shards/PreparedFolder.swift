import ArrayFiles
import Digests
import Files
import Samples
import Signals
import Text
public import Workers

/// A finished folder of shards: checking and describing it.
public enum PreparedFolder {
  /// Checks every digest and count of a prepared folder: shards, scalers, splits.json and samples.jsonl against the
  /// manifest and against each other.
  ///
  /// Damage is reported, not thrown, so that one run names all of it.
  /// - Throws: `DataError` 66 when there is no manifest, 65 when the path is not a folder; 71 or 74 when a file cannot
  ///   be read, which says nothing about its contents; 130 when the user interrupts.
  public static func verify(
    _ folder: String, threads: Int = OrderedWorkers.availableCores, progress: any ProgressSink
  ) throws -> VerifyReport {
    try Manifest.requireFolder(folder)
    var report = VerifyReport(folder: folder)
    let manifest: Manifest
    do {
      manifest = try Manifest.read(folder)
    } catch let error as DataError where error.code == .badData {
      report.add(error)
      return report
    }
    var check = FolderCheck(folder: folder, manifest: manifest, threads: threads, report: report)
    try check.checkShards(progress: progress)
    try check.checkUnknownFiles()
    try check.checkScalers()
    try check.checkSplits()
    try check.checkSamples()
    return check.report
  }

  /// Refuses a folder that is given twice, under whatever path, or twice as a copy: each of its samples would count
  /// twice.
  ///
  /// - Throws: `DataError` 64 that names both paths; 66 when a folder is missing.
  public static func refuseRepeated(_ folders: [String]) throws {
    if folders.count < 2 { return }
    var known: [String: String] = [:]
    for folder in folders {
      try Manifest.requireFolder(folder)
      let digest = try SHA256.hexDigest(ofFile: folder + "/" + Manifest.name).digest
      if let first = known.updateValue(folder, forKey: digest) {
        throw DataError(
          .usage,
          "--shards names \(first == folder ? "\(folder) twice" : "the same folder twice, as \(first) and \(folder)")",
          expected: "each prepared folder once", advice: "Every sample would count twice: leave one of them out.")
      }
    }
  }
}

/// The state of one check.
struct FolderCheck {
  let folder: String
  let manifest: Manifest
  /// Threads that read shards.
  let threads: Int
  var report: VerifyReport
  /// What is in each readable shard, by its path inside the folder.
  var shards: [String: ShardReader] = [:]
  /// What splits.json says about each split's groups.
  var groups: [Split: Set<String>] = [:]

  func path(_ file: String) -> String { folder + "/" + file }

  /// Digests, sizes and contents of the shards, and the sums over them.
  mutating func checkShards(progress: any ProgressSink) throws {
    let listed = manifest.expectedSplits.flatMap { split in
      (manifest.splits[split]?.shards ?? []).map { (split: split, record: $0) }
    }
    progress.begin("verify", total: listed.count, unit: "shard")
    defer { progress.end() }
    let folder = folder
    var opened: [OpenedShard] = []
    try OrderedWorkers(threadCount: threads).forEach(count: listed.count) { number in
      try Interrupt.check()
      return try OpenedShard(folder + "/" + listed[number].record.file)
    } consume: { _, shard in
      opened.append(shard)
      progress.advance(by: 1)
    }
    var (seen, next): (Set<String>, Int) = ([], 0)
    for split in manifest.expectedSplits {
      guard let record = manifest.splits[split] else {
        report.add(path(Manifest.name), place: "splits", "has no \(split)")
        continue
      }
      for shard in record.shards {
        if seen.insert(shard.file).inserted {
          checkShard(opened[next], shard, split: split)
        } else {
          report.add(path(Manifest.name), place: shard.file, "is listed twice")
        }
        next += 1
      }
      checkSums(record, split: split)
    }
  }

  private mutating func checkShard(_ shard: OpenedShard, _ record: ShardRecord, split: Split) {
    guard checkDigest(shard.digest, of: record.file, sha256: record.sha256, byteCount: record.bytes) else { return }
    switch shard.reader {
    case .success(let reader)?:
      shards[record.file] = reader
      report.sampleCount += reader.ids.count
      compare(reader, record, split: split)
    case .failure(let error)?: report.add(error)
    case nil: break
    }
  }

  /// Compares a file with its record; false when it is missing.
  mutating func checkDigest(of file: String, sha256: String, byteCount: Int?) throws -> Bool {
    checkDigest(try FileDigest.read(path(file)), of: file, sha256: sha256, byteCount: byteCount)
  }

  private mutating func checkDigest(
    _ digest: FileDigest, of file: String, sha256: String, byteCount: Int?
  ) -> Bool {
    switch digest {
    case .success(let found):
      report.fileCount += 1
      report.byteCount += found.byteCount
      if let byteCount, found.byteCount != byteCount {
        report.add(path(file), "\(found.byteCount) bytes", expected: "\(byteCount)")
      }
      if found.digest != sha256 { report.add(path(file), "SHA-256 \(found.digest)", expected: sha256) }
      return true
    case .failure(let error):
      report.add(error)
      return false
    }
  }

  /// Whether a shard is what the manifest says it is.
  mutating func compare(_ reader: ShardReader, _ record: ShardRecord, split: Split) {
    for difference in reader.differences(from: record, of: split, manifest) {
      report.add(path(record.file), place: difference.place, difference.found, expected: difference.expected)
    }
  }

  /// The manifest's totals against its own shards.
  mutating func checkSums(_ record: Manifest.SplitRecord, split: Split) {
    let file = path(Manifest.name)
    let samples = record.shards.map(\.samples).reduce(0, +)
    if samples != record.samples {
      report.add(
        file, place: "splits.\(split).samples", "\(record.samples)", expected: "\(samples), the sum over its shards")
    }
    for (modality, rows) in record.rows.sorted(by: { $0.key < $1.key }) {
      let sum = record.shards.map { $0.rows[modality] ?? 0 }.reduce(0, +)
      if sum != rows {
        report.add(
          file, place: "splits.\(split).rows of \(modality)", "\(rows)", expected: "\(sum), the sum over its shards")
      }
    }
  }

  /// Shard files that the manifest does not name. Temporary files of a killed run do not count: nobody reads them, and
  /// without locks they may have got into a folder that another run has sealed.
  mutating func checkUnknownFiles() throws {
    let known = Set(manifest.splits.values.flatMap(\.shards).map(\.file))
    do {
      let listing = try Folder.listing(of: path(ShardRecord.folder))
      let unknown = listing.names.filter {
        !known.contains(ShardRecord.folder + "/" + $0) && TemporaryName.finalName(of: $0) == nil
      }
      for name in unknown + listing.undecodable {
        report.add(path(ShardRecord.folder + "/" + name), "is not in the manifest")
      }
    } catch let error as DataError where error.tellsOfInput {
      report.add(error)
    }
  }
}

/// The digest and size of a file, or why it cannot be read.
private typealias FileDigest = Result<(digest: String, byteCount: Int), DataError>

extension FileDigest {
  /// - Throws: what says nothing about the file, as an interruption.
  fileprivate static func read(_ path: String) throws -> FileDigest {
    do {
      return .success(try SHA256.hexDigest(ofFile: path))
    } catch let error as DataError where error.tellsOfInput {
      return .failure(error)
    }
  }
}

/// What reading a shard came to.
private struct OpenedShard: Sendable {
  let digest: FileDigest
  /// nil where there is no file.
  private(set) var reader: Result<ShardReader, DataError>?

  init(_ path: String) throws {
    digest = try FileDigest.read(path)
    guard case .success = digest else { return }
    do {
      reader = .success(try ShardReader(path: path))
    } catch let error as DataError where error.tellsOfInput {
      reader = .failure(error)
    }
  }
}
