import Samples
import Text

/// The columns of all splits, checked against each other.
struct ArrayAssembly {
  let splits: [Split: ArraySplit]
  /// The number of columns of each modality.
  let widths: [Modality: Int]
  private let blocks: [Split: [Modality: FeatureBlock]]
  private let lengths: [Split: [Modality: ArrayPadding.Lengths]]

  /// - Throws: `DataError` 65 if a split has no features or arrays do not fit together.
  init(_ columns: [Split: ArrayColumns]) throws {
    var (splits, blocks, lengths):
      ([Split: ArraySplit], [Split: [Modality: FeatureBlock]], [Split: [Modality: ArrayPadding.Lengths]]) =
        ([:], [:], [:])
    var widths: [Modality: Int] = [:]
    for split in Split.allCases {
      guard let own = columns[split] else { continue }
      let arrays = try ArraySplit(own, split: split)
      let features = try arrays.blocks()
      for (modality, block) in features.sorted(by: { $0.key < $1.key })
      where block.width > 0 || !block.rowCounts.isEmpty {
        if let width = widths.updateValue(block.width, forKey: modality), width != block.width {
          throw DataError(
            .badData, file: arrays.path, place: "\(split): \(modality)", "\(block.width) columns", expected: "\(width)")
        }
      }
      splits[split] = arrays
      blocks[split] = features
      lengths[split] = try arrays.lengths()
    }
    (self.splits, self.blocks, self.lengths, self.widths) = (splits, blocks, lengths, widths)
  }

  /// Returns the rows of each sample without padding, and what was learned on the way.
  ///
  /// - Parameter path: the files, for messages.
  /// - Throws: `DataError` 65 if it is unclear at which end samples are padded.
  func withoutPadding(
    pad: PaddingSide?, threads: Int, path: String
  ) throws -> (rows: [Split: [Modality: UnpaddedRows]], reading: ArrayReading) {
    var found: [Modality: ArrayPadding] = [:]
    for modality in Set(blocks.values.flatMap(\.keys)).sorted() {
      let own = blocks.compactMapValues { $0[modality] }
      found[modality] = ArrayPadding(
        blocks: own, edges: try own.mapValues { try ArrayPadding.edges(of: $0, threads: threads) },
        lengths: lengths.compactMapValues { $0[modality] })
    }
    func side(of modality: Modality, _ rows: ArrayPadding) throws -> ArrayReading.Padding {
      do {
        return try rows.side(given: pad)
      } catch var error as DataError {
        if error.place == nil { error.place = modality.rawValue }
        throw error.inFile(path)
      }
    }
    var padding: [Modality: ArrayReading.Padding] = [:]
    var isAligned = hasEqualCounts
    if let text = found[.text] {
      let own = try side(of: .text, text)
      padding[.text] = own
      isAligned = isAligned && (!lengths.values.allSatisfy(\.isEmpty) || text.isCut(as: found, at: own.side))
    }
    // If all modalities have the same rows, those of the text are the words.
    let deciding = isAligned ? found[.text].map { [Modality.text: $0] } ?? found : found
    for (modality, rows) in deciding.sorted(by: { $0.key < $1.key }) where padding[modality] == nil {
      padding[modality] = try side(of: modality, rows)
    }
    var parts: [Split: [Modality: UnpaddedRows]] = [:]
    for (modality, rows) in found {
      let side = padding[modality] ?? padding[.text]
      for (split, block) in rows.blocks {
        var kept = rows.rows(of: split, side?.side)
        if let text = deciding[modality] == nil ? found[.text] : nil {
          // A sample without text keeps its other modalities.
          kept = zip(text.rows(of: split, side?.side), kept).map { $0.isEmpty ? $1 : $0 }
        }
        parts[split, default: [:]][modality] = UnpaddedRows(block: block, rows: kept)
      }
    }
    let reading = ArrayReading(
      layout: layout(isAligned: isAligned), isAligned: isAligned && found[.text] != nil, padding: padding,
      notFinite: found.mapValues { rows in
        rows.edges.values.reduce(into: ArrayReading.NotFinite()) { $0.add($1.notFinite) }
      })
    return (parts, reading)
  }

  /// Whether every sample has the same number of rows in all of several modalities, padding included, and no lengths say
  /// otherwise.
  private var hasEqualCounts: Bool {
    let counts = Set(blocks.values.flatMap { $0.values.map(\.rowCount) })
    guard counts.count == 1, let count = counts.first ?? nil, count > 1 else { return false }
    return widths.count > 1 && lengths.values.allSatisfy(areEqual)
      && blocks.values.allSatisfy { $0.count == widths.count }
  }

  /// Whether lengths are the same for all modalities, or not given.
  private func areEqual(_ lengths: [Modality: ArrayPadding.Lengths]) -> Bool {
    lengths.isEmpty || lengths.count == widths.count && Set(lengths.values.map(\.values)).count == 1
  }

  /// Returns the project whose layout the keys follow.
  private func layout(isAligned: Bool) -> String {
    let keys = splits.values.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
    let isRagged = blocks.values.contains { $0.values.contains { $0.rowCount == nil } }
    if let layout = splits.values.lazy.compactMap(\.layout).first { return layout }
    if keys.contains("regression_labels") { return "MMSA's layout, \(isAligned ? "aligned" : "unaligned")" }
    if keys.contains("labels") {
      return isRagged
        ? "MultiBench's layout, samples of their own length" : "MulT's layout, \(isAligned ? "aligned" : "unaligned")"
    }
    return "arrays per split"
  }
}
