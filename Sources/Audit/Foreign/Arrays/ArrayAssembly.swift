import ArrayFiles
import Corpora
import Leaks
import Samples
import Text

/// Assembles a data set from the columns of its splits.
struct ArrayAssembly {
  private let path: String
  private let pad: PaddingSide?
  private let threads: Int
  private let splits: [Split: ArraySplit]
  private let blocks: [Split: [Modality: FeatureBlock]]
  private let lengths: [Split: [Modality: ArrayPadding.Lengths]]
  private let widths: [Modality: Int]

  /// - Throws: `DataError` 65 if a split has no features or arrays do not fit together.
  init(_ columns: [Split: ArrayColumns], path: String, pad: PaddingSide?, threads: Int) throws {
    (self.path, self.pad, self.threads) = (path, pad, threads)
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

  /// Returns the data set, whose rows stay where they are.
  ///
  /// - Throws: `DataError` 65 if arrays do not fit together or it is unclear at which end they are padded.
  func dataset(files: [AuditedFile]) throws -> AuditedDataset {
    let (parts, reading) = try withoutPadding()
    var places: [(split: Split, index: Int)] = []
    var samples: [AuditedSample] = []
    var labelNames: [String]?
    for split in Split.allCases {
      guard let arrays = splits[split] else { continue }
      let (names, words, labels) = (try arrays.names()?.names, try arrays.words(), try arrays.labels())
      if arrays.count > 0, let other = labelNames, other != labels.names {
        throw DataError(
          .badData, file: arrays.path, place: "\(split): labels",
          "has the columns \(Phrase.list(labels.names, limit: 8))",
          expected: "those of the other splits, \(Phrase.list(other, limit: 8))",
          advice: "Write the same label arrays for every split.")
      }
      if arrays.count > 0 { labelNames = labels.names }
      for index in 0..<arrays.count {
        places.append((split, index))
        samples.append(
          AuditedSample(
            names?[index], number: index, split: split, conversation: arrays.conversation(of: index),
            rows: parts[split]?.mapValues { $0.rows[index].count } ?? [:], label: labels.rows[index],
            words: words?[index]))
      }
    }
    return AuditedDataset(
      name: "arrays", path: path, form: .arrays, granularity: "", dtype: .f32, widths: widths,
      labelNames: labelNames ?? [], samples: samples, scalers: nil, manifest: nil, damage: nil, files: files,
      reading: reading, store: ArrayRows(parts: parts, places: places))
  }

  /// Returns the rows of each sample without padding, and what was learned on the way.
  private func withoutPadding() throws -> (parts: [Split: [Modality: ArrayRows.Part]], reading: ArrayReading) {
    var found: [Modality: ArrayPadding] = [:]
    for modality in Set(blocks.values.flatMap(\.keys)).sorted() {
      let own = blocks.compactMapValues { $0[modality] }
      found[modality] = ArrayPadding(
        blocks: own, edges: try own.mapValues { try ArrayPadding.edges(of: $0, threads: threads) },
        lengths: lengths.compactMapValues { $0[modality] })
    }
    let isAligned = isAligned
    // If all modalities have the same rows, those of the text are the words.
    let deciding = isAligned ? found[.text].map { [Modality.text: $0] } ?? found : found
    let padding = try Dictionary(
      uniqueKeysWithValues: deciding.sorted { $0.key < $1.key }.map { modality, rows in
        do {
          return (modality, try rows.side(given: pad))
        } catch var error as DataError {
          if error.place == nil { error.place = modality.rawValue }
          throw error.inFile(path)
        }
      })
    var parts: [Split: [Modality: ArrayRows.Part]] = [:]
    for (modality, rows) in found {
      let side = padding[modality] ?? padding[.text]
      for (split, block) in rows.blocks {
        var kept = rows.rows(of: split, side?.side)
        if let text = deciding[modality] == nil ? found[.text] : nil {
          // A sample without text keeps its other modalities.
          kept = zip(text.rows(of: split, side?.side), kept).map { $0.isEmpty ? $1 : $0 }
        }
        parts[split, default: [:]][modality] = ArrayRows.Part(block: block, rows: kept)
      }
    }
    let reading = ArrayReading(
      layout: layout(isAligned: isAligned), isAligned: isAligned && found[.text] != nil, padding: padding,
      notFinite: found.mapValues { rows in
        rows.edges.values.reduce(into: ArrayReading.NotFinite()) { $0.add($1.notFinite) }
      })
    return (parts, reading)
  }

  /// Whether every sample has the same number of rows in all of several modalities, and no lengths are given.
  private var isAligned: Bool {
    let counts = Set(blocks.values.flatMap { $0.values.map(\.rowCount) })
    guard counts.count == 1, let count = counts.first ?? nil, count > 1 else { return false }
    return widths.count > 1 && lengths.values.allSatisfy(\.isEmpty)
      && blocks.values.allSatisfy { $0.count == widths.count }
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

extension AuditedSample {
  /// Returns a segment's name in the audit's notation: MMSA's `vid$_$3` becomes `vid[3]`.
  static func segmentName(_ name: String) -> String {
    let parts = name.split(separator: "$_$", omittingEmptySubsequences: false)
    return parts.count == 2 && Int(parts[1]) != nil ? "\(parts[0])[\(parts[1])]" : name
  }

  fileprivate init(
    _ name: ArrayNames.Name?, number: Int, split: Split, conversation: (dialog: String?, speaker: String?),
    rows: [Modality: Int], label: [Float], words: String?
  ) {
    let id = name?.id ?? "\(split) \(number)"
    let place = CorpusRegistry.shipped.place(ofSample: id)
    self.init(
      id: id, group: name?.recording, dialog: conversation.dialog ?? CorpusRegistry.shipped.dialog(ofSample: id),
      session: place?.session, speaker: conversation.speaker ?? place?.speaker, split: split, interval: name?.interval,
      rows: rows, label: label,
      words: words)
    if dialog == nil { ownRecording = name?.recording }
  }
}
