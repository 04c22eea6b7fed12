import Files
import Leaks
import Samples
import Tables
import Text
public import Workers

/// The lists that a repair writes: folds.json for `--folds`, MMSA's label.csv, and splits.json as in a prepared folder.
public enum RepairedLists {
  /// The names of each split, in the form that `--folds` reads.
  static let folds = "folds.json"
  /// MMSA's table, one row per sample.
  static let table = "label.csv"
  /// The groups and samples of each split.
  static let splits = "splits.json"
  private static let names = [folds, table, splits]

  /// Writes the lists to a folder, which is created if it does not exist; those of folds into a folder for each.
  ///
  /// - Throws: `DataError` 73 if another run is writing there or a file cannot be created, 74 if writing fails.
  public static func write(_ repair: SplitRepair, to folder: String, progress: any ProgressSink) throws {
    let targets = folders(of: repair, in: folder)
    for target in targets { try requireOwn(target) }
    for (dataset, target) in zip(repair.datasets, targets) { try write(dataset, to: target, progress: progress) }
  }

  /// Refuses a folder with anything in it but the three lists of an earlier repair: label.csv and splits.json are names of other
  /// people's files, and of prepared folders, too.
  ///
  /// - Throws: `DataError` 73.
  public static func requireOwn(_ folder: String) throws {
    guard try Folder.entry(at: folder) == .folder else { return }
    let found = try Folder.names(in: folder).filter { $0 != FolderLock.name }
    if found.isEmpty || Set(found) == Set(names) { return }
    throw DataError(
      .cannotCreate, file: folder, "is not empty",
      expected: "a new or empty folder, or one with the lists of an earlier repair",
      advice: "Give another folder to --repair.")
  }

  /// The tables that a repair writes.
  public static func tables(of repair: SplitRepair, in folder: String) -> [String] {
    folders(of: repair, in: folder).map { $0 + "/" + table }
  }

  /// Folds are named as readers of lists know them.
  private static func folders(of repair: SplitRepair, in folder: String) -> [String] {
    repair.datasets.map { dataset in
      repair.datasets.count == 1 ? folder : folder + "/fold_\(dataset.list?.fold?.number ?? 0)"
    }
  }

  private static func write(_ dataset: AuditedDataset, to folder: String, progress: any ProgressSink) throws {
    try FolderLock.hold(folder, owning: names.contains, warn: progress.warn) { lock in
      try NodeKind.requireReplaceable(names, in: folder)
      try AtomicFile.write(foldLists(dataset).prettyText, to: folder + "/" + folds)
      try AtomicFile.write(splitLists(dataset).prettyText, to: folder + "/" + splits)
      try writeTable(dataset, to: folder + "/" + table)
      try lock.confirm(table)
    }
  }

  /// Returns the groups of each split, or its samples if groups may be shared and are; groups that look like clips are named
  /// as what they are, so that no reader takes them for parts of one recording.
  private static func foldLists(_ dataset: AuditedDataset) -> JSONValue {
    var splitsOfGroup: [String: Set<Split>] = [:]
    for sample in dataset.samples { splitsOfGroup[sample.group ?? sample.id, default: []].insert(sample.split) }
    let areWhole = splitsOfGroup.values.allSatisfy { $0.count == 1 }
    let lookLikeClips = areWhole && ClipGrouping(of: splitsOfGroup.keys).standing != .none
    return byName { split in
      let list = JSONValue.array(names(dataset, split) { areWhole ? $0.group ?? $0.id : $0.id }.map { .string($0) })
      return lookLikeClips ? ["groups": list] : list
    }
  }

  private static func splitLists(_ dataset: AuditedDataset) -> JSONValue {
    byName { split in
      [
        "groups": .array(names(dataset, split) { $0.group ?? $0.id }.map { .string($0) }),
        "samples": .array(names(dataset, split) { $0.id }.map { .string($0) }),
      ]
    }
  }

  private static func byName(_ list: (Split) -> JSONValue) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: Split.allCases.map { ($0.rawValue, list($0)) }))
  }

  /// Returns each name once, sorted by its bytes.
  private static func names(_ dataset: AuditedDataset, _ split: Split, _ name: (AuditedSample) -> String) -> [String] {
    Set(dataset.samples[dataset.indices(of: split)].map(name)).sortedByBytes()
  }

  // MARK: - MMSA's table

  private static func writeTable(_ dataset: AuditedDataset, to path: String) throws {
    var file = try AtomicFile(path: path)
    try file.write(
      CSVTable.line([
        "video_id", "clip_id", "text", "label", "annotation", "mode", "id", "speaker", "dialogue", "session", "start",
        "end",
      ]))
    var counts: [String: Int] = [:]
    let classes = LabelClasses(dataset.labelNames)
    for sample in dataset.samples {
      let group = sample.group ?? sample.id
      let number = counts[group, default: 0]
      counts[group] = number + 1
      let id = SampleID(parsing: sample.id)
      let clip = id.recording == group ? id.segment ?? number : number
      let (label, annotation) = classes.cells(of: sample.label)
      try file.write(
        CSVTable.line([
          group, String(clip), SpreadsheetText.cell(sample.words ?? ""), SpreadsheetText.cell(label),
          SpreadsheetText.cell(annotation), sample.split.rawValue, sample.id,
          SpreadsheetText.cell(sample.speaker ?? ""),
          sample.dialog ?? "", sample.session ?? "", sample.interval.map { "\($0.start)" } ?? "",
          sample.interval.map { "\($0.end)" } ?? "",
        ]))
    }
    try file.commit()
  }
}

/// The first label of each sample as in MMSA's table: a number with a word for it, or the name of a class.
private struct LabelClasses {
  private let isNumber: Bool
  private let classes: [String]

  /// - Parameter names: the names of the label columns; `emotion=joy` and so on if the label is one of several classes.
  init(_ names: [String]) {
    let family = names.first.flatMap { name in name.firstIndex(of: "=").map { String(name[...$0]) } }
    isNumber = family == nil
    classes =
      family.map { family in
        names.prefix { $0.hasPrefix(family) }.map { String($0.dropFirst(family.count)) }
      } ?? []
  }

  func cells(of label: [Float]) -> (label: String, annotation: String) {
    guard isNumber else {
      let name = zip(classes, label).first { $1 == 1 }?.0 ?? ""
      return (name, name)
    }
    guard let value = label.first, value.isFinite else { return ("", "") }
    return ("\(value)", value < 0 ? "Negative" : value > 0 ? "Positive" : "Neutral")
  }
}
