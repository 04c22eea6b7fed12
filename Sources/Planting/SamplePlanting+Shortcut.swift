import Samples
import Shards
import Text

extension SamplePlanting {
  /// The shortest length, as a share of the median one.
  private static let shortest = 0.1

  /// Cuts samples to lengths between a tenth of the median and the median, the lower the label the shorter; if a sample
  /// is one row, its time is cut.
  mutating func tieLengthToLabel() throws {
    let modalities = folder.modalities
    let medians = modalities.map { modality in median(folder.samples.map { Double($0.rows[modality]?.rowCount ?? 0) }) }
    let typical = median(folder.samples.compactMap(\.line.interval?.duration))
    for (index, rank) in labelRanks(Array(folder.samples.indices)) {
      let share = Self.shortest + (1 - Self.shortest) * rank
      for (modality, median) in zip(modalities, medians) {
        guard let rows = folder.samples[index].rows[modality], rows.rowCount > 1 else { continue }
        let kept = min(rows.rowCount, max(1, Int((median * share).rounded())))
        folder.samples[index].rows[modality] = rows.rows(Array(0..<kept))
      }
      let isOneRow = folder.samples[index].rows.values.allSatisfy { $0.rowCount <= 1 }
      if let words = folder.samples[index].line.words?.split(separator: " "), !isOneRow {
        let kept = folder.samples[index].rows[.text]?.rowCount ?? words.count
        folder.samples[index].line.words = words.prefix(kept).joined(separator: " ")
      }
      if let own = folder.samples[index].line.interval {
        let length = isOneRow ? typical * share : min(own.duration, typical * share)
        folder.samples[index].line.interval = Interval(start: own.start, end: own.start + length)
      }
    }
    try folder.refitOnTrain(threads: request.threads)
    text =
      "Samples are cut to between \(Int(Self.shortest * 100)) % and 100 % of the median length, in the order of the label."
    facts = ["shortest_share": .number(Self.shortest)]
  }

  private func median(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.sorted()[values.count / 2] }

  /// Sorts each split's samples by the label; shards keep their sizes.
  mutating func sortByLabel() throws {
    var sorted: [PlantedSample] = []
    for split in Split.allCases {
      let indices = folder.indices(of: split)
      let shards = indices.map { folder.samples[$0].shard }
      let order = labelRanks(indices).map(\.index)
      for (place, index) in order.enumerated() {
        folder.samples[index].shard = shards[place]
        sorted.append(folder.samples[index])
      }
    }
    folder.samples = sorted
    text = "The samples of each split are sorted by \(folder.manifest.labelNames.first ?? "the label")."
    facts = ["sorted_by": .string(folder.manifest.labelNames.first ?? "")]
  }

  /// Samples in the order of their labels, each with its place between 0 and 1.
  private func labelRanks(_ indices: [Int]) -> [(index: Int, rank: Double)] {
    let order = indices.sorted { first, second in
      let (one, two) = (Self.target(of: folder.samples[first]), Self.target(of: folder.samples[second]))
      return one != two ? one < two : first < second
    }
    return order.enumerated().map { ($1, Double($0) / Double(max(1, order.count - 1))) }
  }
}
