import Samples
import Shards
import TensorCore
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
    reorder(Split.allCases.map { labelRanks(folder.indices(of: $0)).map(\.index) })
    text = "The samples of each split are sorted by \(folder.manifest.labelNames.first ?? "the label")."
    facts = ["sorted_by": .string(folder.manifest.labelNames.first ?? "")]
  }

  /// Puts each split's samples into another order; shards keep their sizes.
  ///
  /// - Parameter orders: the samples of train, valid and test.
  private mutating func reorder(_ orders: [[Int]]) {
    var sorted: [PlantedSample] = []
    for (split, order) in zip(Split.allCases, orders) {
      let shards = folder.indices(of: split).map { folder.samples[$0].shard }
      for (shard, index) in zip(shards, order) {
        folder.samples[index].shard = shard
        sorted.append(folder.samples[index])
      }
    }
    folder.samples = sorted
  }

  /// Puts samples of the lower half of a split's labels and of the upper half one after the other.
  mutating func alternateByLabel() throws {
    var orders: [[Int]] = []
    for split in Split.allCases {
      let order = labelRanks(folder.indices(of: split)).map(\.index)
      let half = order.count / 2
      let (low, high) = (
        random.choose(half, of: Array(order[..<half])), random.choose(order.count - half, of: Array(order[half...]))
      )
      orders.append(high.indices.flatMap { place in place < low.count ? [high[place], low[place]] : [high[place]] })
    }
    reorder(orders)
    text =
      "Samples with high and with low \(folder.manifest.labelNames.first ?? "labels") stand by turns in each split."
    facts = ["alternating_by": .string(folder.manifest.labelNames.first ?? "")]
  }

  /// Hands the labels of all samples out again, the lowest to the first samples of recordings, the highest to the last.
  mutating func sortLabelsByPosition() throws {
    let groups = Dictionary(grouping: folder.samples.indices) { folder.samples[$0].line.group }
    guard groups.count * 2 <= folder.samples.count else {
      throw unsuitable("has one or two samples a recording", expected: "recordings of several samples")
    }
    var places: [(index: Int, share: Double, tie: Float)] = []
    for (_, members) in groups.sortedByBytes(\.key) {
      let order = members.sorted { first, second in
        SampleID(parsing: folder.samples[first].line.id) < SampleID(parsing: folder.samples[second].line.id)
      }
      for (place, index) in order.enumerated() {
        places.append((index, Double(place) / Double(order.count), Float(random.uniform())))
      }
    }
    let order = places.sorted { ($0.share, $0.tie) < ($1.share, $1.tie) }.map(\.index)
    let labels = labelRanks(Array(folder.samples.indices)).map { folder.samples[$0.index].line.label }
    for (index, label) in zip(order, labels) { folder.samples[index].line.label = label }
    text = "Labels grow from the first sample of each recording to its last."
    facts = ["recordings": .integer(groups.count)]
  }

  /// Takes the frames from the first rows of one modality, the more the higher the label.
  mutating func dropRowsByLabel() throws {
    let several = folder.modalities.filter { modality in
      folder.samples.count { ($0.rows[modality]?.rowCount ?? 0) > 3 } * 2 > folder.samples.count
    }
    guard let modality = random.choose(1, of: several).first else {
      throw unsuitable("has too few rows a sample", expected: "samples of several rows")
    }
    for (index, rank) in labelRanks(Array(folder.samples.indices)) {
      guard var rows = folder.samples[index].rows[modality] else { continue }
      var floats = rows.floats
      let dropped = Int((rank * Double(rows.rowCount - 1) * Self.mostDropped).rounded())
      for row in rows.mask.indices {
        if row < dropped { rows.mask[row] = 0 }
        if row < dropped { for cell in row * rows.width..<(row + 1) * rows.width { floats[cell] = 0 } }
      }
      rows.store(floats)
      folder.samples[index].rows[modality] = rows
    }
    try folder.refitOnTrain(threads: request.threads)
    text = "The first rows of \(modality) have no frame, the more the higher the label."
    facts = ["modality": .string(modality.rawValue)]
  }

  private static let mostDropped = 0.7

  /// Moves the end of each sample within a tenth of a second, the later the higher the label.
  mutating func tieEndToLabel() throws {
    guard folder.samples.allSatisfy({ $0.line.interval != nil }) else {
      throw unsuitable("has samples without times", expected: "times")
    }
    for (index, rank) in labelRanks(Array(folder.samples.indices)) {
      guard let own = folder.samples[index].line.interval else { continue }
      let tenth = max(1, (own.end * 10).rounded(.down))
      folder.samples[index].line.interval = Interval(
        start: min(own.start, tenth / 10), end: tenth / 10 + 0.001 + 0.09 * rank)
    }
    text = "Samples end the later within a tenth of a second the higher the label."
    facts = ["digits": "hundredths and thousandths of a second"]
  }

  /// Puts the words of samples with low labels into their alphabet's order, and those of the others into the reverse.
  mutating func sortWordsByLabel() throws {
    guard
      folder.samples.count(where: { ($0.line.words ?? "").split(separator: " ").count > 2 }) * 2 > folder.samples.count
    else { throw unsuitable("has too few words a sample", expected: "samples of several words") }
    for (index, rank) in labelRanks(Array(folder.samples.indices)) {
      guard let words = folder.samples[index].line.words?.split(separator: " ").map(String.init) else { continue }
      let sorted = words.sortedByBytes()
      folder.samples[index].line.words = (rank < 0.5 ? sorted : sorted.reversed()).joined(separator: " ")
    }
    text = "The words of samples with low labels are in the order of the alphabet, those of the others in its reverse."
    facts = ["sorted_by": .string(folder.manifest.labelNames.first ?? "")]
  }

  /// Samples in the order of their labels, each with its place between 0 and 1.
  func labelRanks(_ indices: [Int]) -> [(index: Int, rank: Double)] {
    let order = indices.sorted { first, second in
      let (one, two) = (Self.target(of: folder.samples[first]), Self.target(of: folder.samples[second]))
      return one != two ? one < two : first < second
    }
    return order.enumerated().map { ($1, Double($0) / Double(max(1, order.count - 1))) }
  }
}
