import Samples
import Shards
import Storage

extension Planting {
  /// The length of a sample that keeps least, as a share of its own.
  private static let shortest = 0.2

  /// Cuts samples short, the lower the label the shorter; where a sample is one row, its time is cut.
  mutating func tieLengthToLabel() throws {
    let shares = labelRanks(folder.samples.indices.map { $0 })
    let typical = folder.samples.compactMap(\.line.interval?.duration).sorted()
    for (index, rank) in shares {
      let share = Self.shortest + (1 - Self.shortest) * rank
      for (modality, rows) in folder.samples[index].rows where rows.rowCount > 1 {
        let kept = max(1, Int((Double(rows.rowCount) * share).rounded()))
        folder.samples[index].rows[modality] = rows.rows(Array(0..<kept))
      }
      if let words = folder.samples[index].line.words?.split(separator: " "), words.count > 1 {
        let kept = max(1, Int((Double(words.count) * share).rounded()))
        folder.samples[index].line.words = words.prefix(kept).joined(separator: " ")
      }
      if let own = folder.samples[index].line.interval {
        let isOneRow = folder.samples[index].rows.values.allSatisfy { $0.rowCount <= 1 }
        let length = isOneRow ? typical[typical.count / 2] : own.duration
        folder.samples[index].line.interval = Interval(start: own.start, end: own.start + length * share)
      }
    }
    try folder.refitOnTrain(threads: request.threads)
    text = "Samples are cut to between \(Int(Self.shortest * 100)) % and 100 % of their length, in the order of the label."
    facts = ["shortest_share": .number(Self.shortest)]
  }

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
