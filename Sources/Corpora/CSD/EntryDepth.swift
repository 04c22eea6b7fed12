import Samples
import Text

/// Whether the entries of a corpus's files are recordings or samples.
///
/// Files aligned to the labels have one entry per sample, `vid[k]`, in the label file too; files aligned to words have
/// one per word, and labels by recording.
enum EntryDepth {
  /// How many indices follow the recording in the name of a sample: 0 if the labels' entries are recordings; 1 if each
  /// is a sample `vid[k]`, whose rows are then those of the entries of that name (and of `vid[k][l]`).
  ///
  /// - Throws: `DataError` 65 for a mixture: labels of both kinds, or features by recording for labels by sample.
  static func of(labels: CSDFile, features: [CSDFile]) throws -> Int {
    let byDepth = Dictionary(grouping: labels.entries.lazy.filter { $0.rowCount > 0 }) { SampleID.depth(of: $0.id) }
    let depths = byDepth.keys.sorted()
    guard let depth = depths.first else { return 0 }
    if let other = depths.dropFirst().first, let shallow = byDepth[depth], let deep = byDepth[other] {
      throw DataError(
        .badData, file: labels.path, place: labels.rootName + "/data",
        "\(named(shallow.count, shallow[0])) and \(deep.count) like \(deep[0].id)",
        expected: "all entries recordings, or all samples of recordings",
        advice: "Write the label file with all its entries aligned, or with none.")
    }
    if depth == 0 { return 0 }
    for file in features {
      try requireSamples(file, labelCount: byDepth[depth]?.count ?? 0)
      let shallow = file.entries.filter { $0.rowCount > 0 && SampleID.depth(of: $0.id) < depth }
      guard let first = shallow.first, let label = byDepth[depth]?.first else { continue }
      throw DataError(
        .badData, file: file.path, place: file.rootName + "/data",
        "\(named(shallow.count, first)), but the labels' are samples, like \(label.id)",
        expected: "an entry for each sample, or labels by recording",
        advice: "Give features that were aligned to the labels, or the label file before it was aligned.")
    }
    return depth
  }

  private static func named(_ count: Int, _ entry: CSDEntry) -> String {
    "\(count.counted("entry is", plural: "entries are")) named like \(entry.id)"
  }

  /// Files aligned to words have names like those of samples, but the indices count words.
  private static func requireSamples(_ file: CSDFile, labelCount: Int) throws {
    let filled = file.entries.filter { $0.rowCount > 0 }
    guard filled.count > 2 * labelCount, filled.allSatisfy({ $0.rowCount == 1 }),
      Set(filled.map { SampleID.depth(of: $0.id) }) == [1]
    else { return }
    throw DataError(
      .badData, file: file.path, place: file.rootName + "/data",
      "\(filled.count) entries of one row each, like \(filled[0].id), for \(labelCount) labelled samples, as if aligned to words",
      expected: "an entry for each sample, or labels by recording",
      advice: "Give features that were aligned to the labels, or the label file before it was aligned.")
  }
}
