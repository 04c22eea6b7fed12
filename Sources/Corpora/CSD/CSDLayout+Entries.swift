import HDF5
import Samples
import Text

extension CSDLayout {
  /// The usable and unusable entries of a file; both sorted by the bytes of the ids.
  struct Checked {
    var entries: [CSDEntry] = []
    var defects: [EntryDefect] = []
  }

  /// Checks all entries.
  ///
  /// - Parameter folds: if entries differ in width or kind, the recordings that these name decide which is right.
  func checked(folds: FoldFile?) -> Checked {
    var checked = Checked()
    checked.entries.reserveCapacity(parts.count)
    var first: CSDEntry?
    var areAlike = true
    for part in parts {
      do throws(DataError) {
        let entry = try entry(of: part)
        try CSDEntryCheck(rootName: rootName, entry: entry).check()
        checked.entries.append(entry)
        if entry.rowCount == 0 { continue }
        if let first { areAlike = areAlike && entry.form == first.form } else { first = entry }
      } catch {
        checked.defects.append(defect(part.id, error))
      }
    }
    if !areAlike { takeOutUnlike(from: &checked, folds: folds) }
    return checked
  }

  private func entry(of part: Parts) throws(DataError) -> CSDEntry {
    CSDEntry(
      id: part.id, recording: SampleID.recording(of: part.id),
      features: try require(part.features, "features", of: part),
      intervals: try require(part.intervals, "intervals", of: part))
  }

  private func require(_ dataset: HDF5Dataset?, _ name: String, of part: Parts) throws(DataError) -> HDF5Dataset {
    if let dataset { return dataset }
    throw DataError(
      .badData, place: "\(rootName)/data/\(part.id)", "has no dataset \(name)",
      expected: "the datasets features and intervals")
  }

  /// Turns entries whose rows differ from the others' into defects.
  private func takeOutUnlike(from checked: inout Checked, folds: FoldFile?) {
    guard let typical = typicalEntry(checked.entries, folds: folds) else { return }
    var alike: [CSDEntry] = []
    for entry in checked.entries {
      do throws(DataError) {
        if entry.rowCount > 0 { try CSDEntryCheck(rootName: rootName, entry: entry).check(against: typical) }
        alike.append(entry)
      } catch {
        checked.defects.append(defect(entry.id, error))
      }
    }
    checked.entries = alike
    checked.defects.sortByBytes(\.id)
  }

  /// The first entry of the most frequent form among those that the folds name, or among all.
  private func typicalEntry(_ entries: [CSDEntry], folds: FoldFile?) -> CSDEntry? {
    let filled = entries.filter { $0.rowCount > 0 }
    let named = folds.map { Set($0.groups.values.joined()) } ?? []
    let wanted = filled.filter { named.contains($0.recording) }
    let voters = wanted.isEmpty ? filled : wanted
    let byForm = Dictionary(grouping: voters, by: \.form)
    let most = byForm.values.lazy.map(\.count).max()
    return voters.first { byForm[$0.form]?.count == most }
  }

  private func defect(_ id: String, _ finding: DataError) -> EntryDefect {
    EntryDefect(id: id, finding: finding.inFile(index.path))
  }
}

extension CSDEntry {
  /// What the rows of all entries have in common.
  fileprivate struct Form: Hashable {
    let isText: Bool
    let width: Int
  }

  fileprivate var form: Form { Form(isText: isText, width: width) }
}
