import ArrayFiles
public import Samples
import Text

extension ShardReader {
  /// Maps a shard that a manifest names and checks that it holds what the manifest says, before anything is sized by
  /// either: split, labels, samples, and for each modality type, width and rows.
  ///
  /// Its digest is not looked at.
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is not a shard, damaged, or not the one that the
  ///   manifest describes.
  public convenience init(_ record: ShardRecord, of split: Split, in folder: String, _ manifest: Manifest) throws {
    try self.init(path: folder + "/" + record.file)
    if let first = differences(from: record, of: split, manifest).first {
      throw DataError(
        .badData, file: path, place: first.place, "is \(first.found)",
        expected: "\(first.expected) as in \(Manifest.name)", advice: "Prepare the folder again with --overwrite.")
    }
  }

  /// One thing in which a shard differs from its manifest.
  struct Difference {
    let place: String
    let found: String
    let expected: String
  }

  /// Everything in which the shard differs from its manifest.
  func differences(from record: ShardRecord, of split: Split, _ manifest: Manifest) -> [Difference] {
    var differences: [Difference] = []
    func compare(_ place: String, _ found: String, _ expected: String) {
      if found != expected { differences.append(Difference(place: place, found: found, expected: expected)) }
    }
    compare("split", description.split.rawValue, split.rawValue)
    compare("granularity", description.granularity, manifest.granularity)
    compare("dataset", description.dataset, manifest.dataset)
    compare("label_names", "\(description.labelNames)", "\(manifest.labelNames)")
    compare("samples", "\(ids.count)", "\(record.samples)")
    let present = description.modalities.map { "\($0.modality) \(description.dtype.rawValue) \($0.width)" }
    let expected = manifest.modalities.sorted { $0.key < $1.key }.map {
      "\($0.key) \($0.value.dtype.rawValue) \($0.value.dim)"
    }
    compare("modalities", present.joined(separator: ", "), expected.joined(separator: ", "))
    for (modality, rows) in record.rows.sorted(by: { $0.key < $1.key }) {
      compare("rows of \(modality)", "\(description.rowCounts[modality] ?? 0)", "\(rows)")
    }
    return differences
  }
}
