import ArrayFiles
public import Leaks
import Samples
import Text

extension AuditedDataset {
  /// Lists that say which sample is in which split, without features: one data set, or one for each fold of a
  /// cross-validation.
  ///
  /// - Parameters:
  ///   - paths: files, or folders of them.
  ///   - columns: what the columns hold, where their names do not tell.
  ///   - encoding: as iconv knows it; nil to find out.
  /// - Throws: `DataError` 66 when a file cannot be opened, 65 when it is no list, 64 for an unknown encoding.
  public static func lists(
    _ paths: [String], columns: ColumnChoice = ColumnChoice(), encoding: String? = nil
  ) throws -> [AuditedDataset] {
    let paths = try SplitListFile.paths(paths)
    let opened = try AuditedFile.single(paths)
    var records = ListRecords()
    var forms: Set<SplitListFile.Form> = []
    var notes: [String] = []
    for (number, path) in paths.enumerated() {
      var file = try SplitListFile(path, encoding: encoding)
      if let encoding = file.encoding { notes.append("\(opened[number].name) was read as \(encoding).") }
      try file.read(columns, number: number, into: &records)
      forms.insert(file.form)
    }
    if records.records.isEmpty {
      throw DataError(
        .badData, file: paths.first, "names no samples", expected: "a row for each sample",
        advice: "Give the lists of all splits.")
    }
    for file in opened { try file.requireUnchanged() }
    if records.withoutSplit > 0 {
      notes.append("\(Phrase.count(records.withoutSplit, "row")) with an empty cell for the split were left out.")
    }
    let layout = ListLayout(names: records.names, forms: forms)
    return try ListFolds.divide(records, paths: paths).map { fold, records in
      let listed = ListedSamples(records, layout: layout, notes: notes)
      var (name, facts) = (listed.corpus ?? "the list", listed.facts)
      if let fold {
        name = [listed.corpus, "fold \(fold)"].compactMap(\.self).joined(separator: " ")
        facts.fold = ListFacts.Fold(number: fold, corpus: listed.corpus)
      }
      let used = Set(records.records.map(\.file))
      return AuditedDataset(
        name: name, path: paths.joined(separator: ", "), form: .list, granularity: "", dtype: .f32, widths: [:],
        labelNames: listed.labelNames, samples: listed.samples, scalers: nil, manifest: nil, damage: nil,
        list: facts, groupsBySpelling: listed.groupsBySpelling,
        files: fold == nil ? opened : opened.indices.filter(used.contains).map { opened[$0] }, store: nil)
    }
  }
}
