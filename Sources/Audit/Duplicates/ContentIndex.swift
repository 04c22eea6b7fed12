import ArrayFiles
import Samples
import Shards
import Storage
import Workers

/// Fingerprints of everything that could be a copy: whole samples of each modality, visual and audio rows.
struct ContentIndex {
  /// A fingerprint and the sample that has it.
  private struct Entry: Comparable {
    let digest: ContentDigest
    let place: SamplePlace

    static func < (first: Entry, second: Entry) -> Bool {
      (first.digest, first.place) < (second.digest, second.place)
    }
  }

  /// What is compared with what.
  private struct Kind: Hashable, Comparable {
    let modality: Modality
    let isWhole: Bool

    static func < (first: Kind, second: Kind) -> Bool {
      first.modality == second.modality ? first.isWhole && !second.isWhole : first.modality < second.modality
    }
  }

  /// A row that more recordings have is what the feature extractor gives where there is nothing to see or hear.
  private static let mostRecordings = 8

  private let subject: AuditSubject
  private var entries: [Kind: [Entry]] = [:]

  /// Reads every row once.
  init(_ subject: AuditSubject) throws {
    self.subject = subject
    for (number, dataset) in subject.datasets.enumerated() {
      let contents = Dictionary(uniqueKeysWithValues: dataset.modalities.map { ($0, ObservedContent(dataset, $0)) })
      subject.progress.begin("exact-duplicates", total: dataset.samples.count, unit: "samples")
      defer { subject.progress.end() }
      try OrderedWorkers(threadCount: subject.threads).forEach(count: dataset.samples.count) { index, _ in
        try dataset.modalities.map { modality in
          try SampleContent(dataset, index, modality, contents[modality])
        }
      } consume: { index, found in
        let place = SamplePlace(dataset: number, sample: index)
        for (modality, content) in zip(dataset.modalities, found) {
          if let whole = content.whole {
            entries[Kind(modality: modality, isWhole: true), default: []].append(Entry(digest: whole, place: place))
          }
          if content.rows.isEmpty { continue }
          entries[Kind(modality: modality, isWhole: false), default: []].append(
            contentsOf: content.rows.map { Entry(digest: $0, place: place) })
        }
        subject.progress.advance(by: 1)
      }
    }
    for kind in entries.keys { entries[kind]?.sort() }
  }

  /// `12 visual samples and 340 visual rows, …`
  var summary: String {
    entries.keys.sorted().map { kind in
      Phrase.count(entries[kind]?.count ?? 0, "\(kind.modality) \(kind.isWhole ? "sample" : "row")")
    }.joined(separator: ", ")
  }

  var facts: JSONValue {
    let counts = entries.keys.sorted().map { kind in
      ("\(kind.modality) \(kind.isWhole ? "samples" : "rows")", JSONValue.integer(entries[kind]?.count ?? 0))
    }
    return ["compared": .object(Dictionary(uniqueKeysWithValues: counts))]
  }

  /// Pairs of samples in different splits with identical content, most first; of several copies in a split the first
  /// stands for all.
  func pairs() -> [DuplicatePair] {
    var pairs: [[SamplePlace]: DuplicatePair] = [:]
    for (kind, list) in entries.sorted(by: { $0.key < $1.key }) {
      var start = 0
      while start < list.count {
        var end = start + 1
        while end < list.count, list[end].digest == list[start].digest { end += 1 }
        if end - start > 1 { add(list[start..<end], of: kind, to: &pairs) }
        start = end
      }
    }
    return pairs.values.sorted { first, second in
      (second.whole.count, second.rowCount, first.first, first.second)
        < (first.whole.count, first.rowCount, second.first, second.second)
    }
  }

  private func add(_ group: ArraySlice<Entry>, of kind: Kind, to pairs: inout [[SamplePlace]: DuplicatePair]) {
    var firstOfSplit: [Split: SamplePlace] = [:]
    var recordings: Set<String> = []
    for entry in group {
      let sample = sample(entry.place)
      if firstOfSplit[sample.split] == nil { firstOfSplit[sample.split] = entry.place }
      recordings.insert(sample.recording)
    }
    if firstOfSplit.count < 2 || recordings.count > Self.mostRecordings { return }
    let places = Split.allCases.compactMap { firstOfSplit[$0] }
    for (index, first) in places.enumerated() {
      for second in places[(index + 1)...] {
        var pair = pairs[[first, second]] ?? DuplicatePair(first: first, second: second)
        if kind.isWhole { pair.whole.insert(kind.modality) } else { pair.rows[kind.modality, default: 0] += 1 }
        pairs[[first, second]] = pair
      }
    }
  }

  private func sample(_ place: SamplePlace) -> AuditedSample {
    subject.datasets[place.dataset].samples[place.sample]
  }
}

/// The fingerprints of one sample in one modality.
private struct SampleContent: Sendable {
  /// Of all its rows; nil where too little of them was observed.
  var whole: ContentDigest?
  /// Of its observed rows; empty for text, whose rows repeat by nature.
  var rows: [ContentDigest] = []

  init(_ dataset: AuditedDataset, _ index: Int, _ modality: Modality, _ content: ObservedContent?) throws {
    guard let content else { return }
    let width = dataset.widths[modality] ?? 0
    try dataset.withRows(of: index, modality) { values, mask in
      var cells = 0
      for row in mask.indices where mask[row] == 1 {
        let line = UnsafeBufferPointer(rebasing: values[row * width..<(row + 1) * width])
        let count = content.cellCount(line)
        cells += count
        if modality != .text, count >= ObservedContent.fewestCells {
          rows.append(ContentDigest(of: UnsafeRawBufferPointer(line)))
        }
      }
      let isText = modality == .text
      if cells >= ObservedContent.fewestCells, !isText || mask.count >= ExactDuplicates.fewestWords {
        whole = ContentDigest(of: UnsafeRawBufferPointer(values))
      }
    }
  }
}

extension DuplicatePair {
  /// Identical rows of all modalities.
  fileprivate var rowCount: Int { rows.values.reduce(0, +) }
}

extension ObservedContent {
  fileprivate init(_ dataset: AuditedDataset, _ modality: Modality) {
    let dtype = dataset.dtype
    self.init(width: dataset.widths[modality] ?? 0, scaler: dataset.scalers?.columns[modality]) { value in
      switch dtype {
      case .f16: Float(Float16(value))
      case .bf16: Float(bitPattern: (value.bitPattern &+ 0x7fff &+ (value.bitPattern >> 16 & 1)) & 0xffff_0000)
      case .f32: value
      }
    }
  }
}
