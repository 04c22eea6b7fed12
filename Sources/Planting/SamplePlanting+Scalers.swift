import Leaks
import Samples
import Shards
import Text

extension SamplePlanting {
  /// Fits scalers on the wrong splits, as fitting before splitting does.
  mutating func fitScalers(on splits: Set<Split>) throws {
    for modality in folder.modalities { try folder.rescale(modality, fittedOn: splits, threads: request.threads) }
    text = "The scalers of all modalities are fitted on \(Phrase.splits(splits))."
    facts = ["fitted_on": .array(Split.allCases.filter(splits.contains).map { .string($0.rawValue) })]
  }

  /// Rows without a frame get the median of all splits, while the scalers stay those of train.
  mutating func imputeFromAll() throws {
    guard folder.leavesOutMissingCells else {
      throw unsuitable("fills missing cells with 0", expected: "a folder of --clean mask")
    }
    var everything = folder
    var filled = 0
    for modality in folder.modalities {
      guard let train = folder.scalers.columns[modality] else { continue }
      try everything.rescale(modality, fittedOn: Set(Split.allCases), threads: request.threads)
      guard let all = everything.scalers.columns[modality] else { continue }
      let median = PlantedRows.scaled(all.center.map { Float($0) }, width: all.center.count, by: train)
      for index in folder.samples.indices {
        guard let rows = folder.samples[index].rows[modality], rows.mask.contains(0) else { continue }
        var floats = rows.floats
        for row in rows.mask.indices where rows.mask[row] == 0 {
          floats.replaceSubrange(row * rows.width..<(row + 1) * rows.width, with: median)
          filled += 1
        }
        folder.samples[index].rows[modality]?.store(floats)
      }
    }
    if filled == 0 { throw unsuitable("has no row without a frame", expected: "rows that were imputed") }
    text = "\(Phrase.count(filled, "row")) without a frame hold the median of all data."
    facts = ["rows": .integer(filled)]
  }
}
