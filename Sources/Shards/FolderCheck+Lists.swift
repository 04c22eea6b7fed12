import Samples
import Text

extension FolderCheck {
  /// The scalers' digest, widths and the rows they were fitted on.
  mutating func checkScalers() throws {
    let record = manifest.scalers
    let file = path(ScalersFile.name)
    guard record.file == ScalersFile.name else {
      report.add(path(Manifest.name), place: "scalers.file", record.file, expected: ScalersFile.name)
      return
    }
    guard try checkDigest(of: record.file, sha256: record.sha256, byteCount: nil) else { return }
    do {
      let columns = try ScalersFile.read(file).columns
      for (modality, record) in manifest.modalities.sorted(by: { $0.key < $1.key }) {
        let width = columns[modality]?.center.count ?? 0
        if width != record.dim {
          report.add(file, place: modality.rawValue, "\(width) columns", expected: "\(record.dim)")
        }
      }
    } catch let error as DataError where error.tellsOfInput {
      report.add(error)
    }
    for (modality, rows) in manifest.splits[.train]?.rows.sorted(by: { $0.key < $1.key }) ?? []
    where record.rows[modality] != rows {
      let found = record.rows[modality].map { "\($0)" } ?? "none"
      report.add(path(Manifest.name), place: "scalers.rows of \(modality)", found, expected: "\(rows), the train rows")
    }
  }

  /// The check that finds groups in several splits, as `--allow-leaks` names it.
  private static let checkOfGroups = "id-overlap"

  /// splits.json against the shards and the manifest.
  mutating func checkSplits() throws {
    let file = path(SplitsFile.name)
    let splits: SplitsFile
    do {
      splits = try SplitsFile.read(folder)
    } catch let error as DataError where error.tellsOfInput {
      report.add(error)
      return
    }
    var splitOfGroup: [String: Split] = [:]
    let mayShareGroups = manifest.allowedLeaks.contains { $0.check == Self.checkOfGroups }
    for split in manifest.expectedSplits {
      let names = splits.groups[split] ?? []
      groups[split] = Set(names)
      for name in names {
        if let other = splitOfGroup.updateValue(split, forKey: name), !mayShareGroups || other == split {
          report.add(file, place: name, "is a group of \(other) and of \(split)", expected: "each group once")
        }
      }
      if let expected = manifest.splits[split]?.groups, names.count != expected {
        report.add(file, place: "\(split).groups", names.count.counted("group"), expected: "\(expected)")
      }
      checkIDs(splits.samples[split] ?? [], split: split)
    }
    // The train samples of a folder that is like another one are in that one.
    if manifest.likeSHA256 != nil { return }
    let digest = Manifest.ScalersRecord.digest(of: splits.samples[.train] ?? [])
    if digest != manifest.scalers.trainSamplesSHA256 {
      report.add(
        path(Manifest.name), place: "scalers.train_samples_sha256", manifest.scalers.trainSamplesSHA256,
        expected: "\(digest), the digest of the train samples in \(SplitsFile.name)")
    }
  }

  /// A split's samples in splits.json against the ids in its shards, which are in the same order.
  private mutating func checkIDs(_ listed: [String], split: Split) {
    let readers = (manifest.splits[split]?.shards ?? []).map { shards[$0.file] }
    // An unreadable shard is already reported; without its ids there is nothing to compare.
    if readers.contains(where: { $0 == nil }) { return }
    let stored = readers.compactMap(\.self).flatMap(\.ids)
    if listed.count != stored.count {
      report.add(
        path(SplitsFile.name), place: "\(split).samples", listed.count.counted("sample"),
        expected: "\(stored.count), as in the shards")
    }
    if let (found, expected) = zip(listed, stored).first(where: { $0 != $1 }) {
      report.add(path(SplitsFile.name), place: "\(split).samples", found, expected: "\(expected), as in the shards")
    }
  }

  /// samples.jsonl against the shards: each sample once, in its place, with its rows and labels.
  mutating func checkSamples() throws {
    var seen: Set<String> = []
    do {
      try SamplesFile.forEachLine(of: folder, modalities: manifest.modalities.keys.sorted()) { line in
        switch line {
        case .failure(let error): report.add(error)
        case .success(let sample):
          if !seen.insert(sample.id).inserted {
            report.add(path(SamplesFile.name), place: sample.id, "has two lines", expected: "one line per sample")
          }
          checkSample(sample)
        }
      }
    } catch let error as DataError where error.tellsOfInput {
      report.add(error)
      return
    }
    var shardOfSample: [String: String] = [:]
    for file in shards.keys.sorted() {
      for id in shards[file]?.ids ?? [] {
        if !seen.contains(id) {
          report.add(path(SamplesFile.name), place: id, "has no line", expected: "one line per sample of \(file)")
        }
        if let other = shardOfSample.updateValue(file, forKey: id) {
          report.add(
            path(file), place: id, "is a sample of \(other == file ? "it twice" : "\(other) too")",
            expected: "each sample once")
        }
      }
    }
  }

  private mutating func checkSample(_ sample: SampleLine) {
    let file = path(SamplesFile.name)
    if let groups = groups[sample.split], !groups.contains(sample.group) {
      report.add(
        file, place: sample.id, "group \(sample.group)", expected: "a group of \(sample.split) in \(SplitsFile.name)")
    }
    guard let shard = shards[sample.shard] else {
      if !manifest.splits.values.contains(where: { $0.shards.contains { $0.file == sample.shard } }) {
        report.add(file, place: sample.id, "shard \(sample.shard)", expected: "a shard of the manifest")
      }
      return
    }
    if shard.description.split != sample.split {
      report.add(file, place: sample.id, "split \(sample.split)", expected: "\(shard.description.split), as its shard")
    }
    guard shard.ids.indices.contains(sample.index), shard.ids[sample.index] == sample.id else {
      report.add(file, place: sample.id, "index \(sample.index)", expected: "the sample's place in \(sample.shard)")
      return
    }
    for (modality, rows) in sample.rows.sorted(by: { $0.key < $1.key }) {
      let stored = shard.rows(of: sample.index, modality).count
      if stored != rows {
        report.add(file, place: sample.id, "\(rows) \(modality) rows", expected: "\(stored), as in \(sample.shard)")
      }
    }
    let stored = shard.labels(of: sample.index)
    if sample.label.count != stored.count {
      report.add(
        file, place: sample.id, sample.label.count.counted("label"), expected: "\(stored.count), as in \(sample.shard)")
      return
    }
    let isSame = stored.elementsEqual(sample.label) { $0 == Float($1) || $0.isNaN && $1.isNaN }
    if !isSame {
      report.add(file, place: sample.id, "label \(sample.label)", expected: "\(Array(stored)), as in \(sample.shard)")
    }
  }
}
