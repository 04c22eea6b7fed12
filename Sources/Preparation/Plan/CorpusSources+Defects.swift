import Corpora
import Samples
import Storage

extension CorpusSources {
  /// The defects of entries whose recordings do not take part, in the order of `files`.
  ///
  /// Which recordings take part is known from the ids alone, and is only found out where there is a defect.
  /// - Throws: `DataError` 65 for the first entry that is needed.
  static func harmlessDefects(
    of files: [CSDFile], _ configuration: PreparationConfiguration, labels: any LabelSource,
    features: [Modality: any SequenceSource], folds: FoldFile?
  ) throws -> [CSDDefect] {
    let defects = files.flatMap(\.defects)
    if defects.isEmpty { return [] }
    let candidates = try RecordingSelection(configuration, labels: labels, features: features)
    let partition = try Splitter.divide(candidates.kept, by: configuration.split, folds: folds).partition
    for defect in defects {
      guard let split = partition.split(of: defect.recording) else { continue }
      // A fold that loses its only recording makes the run fail again.
      throw defect.error(canLeaveOut: folds != nil && partition.groups(of: split).count > 1)
    }
    return defects
  }
}

extension PreparationPlan {
  /// The defects that the run did without; nil where there are none.
  var defectsJSON: JSONValue? {
    let defects = sources.defects
    if defects.isEmpty { return nil }
    let entries = defects.prefix(100).map { defect -> JSONValue in
      [
        "file": .string(SourceInput.name(of: defect.file)), "entry": .string(defect.id),
        "problem": .string(defect.problem),
      ]
    }
    return ["count": .integer(defects.count), "entries": .array(entries)]
  }
}
