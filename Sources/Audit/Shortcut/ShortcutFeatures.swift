import Leaks
import Samples

/// What a sample reveals apart from its contents: its length, its gaps, its position and times, the order of its words.
struct ShortcutFeatures: Sendable {
  /// A family of quantities tested together.
  struct Family: Sendable {
    /// The name used in findings.
    let name: String
    /// One list per quantity, with one value per sample.
    let quantities: [[Double]]
  }

  let families: [Family]

  /// Gathers the row counts, masks and positions of every sample.
  ///
  /// - Throws: errors from reading rows.
  init(of dataset: AuditedDataset, threads: Int) throws {
    let contents = try SampleContents.all(of: dataset, threads: threads)
    let positions = SamplePositions(of: dataset)
    var quantities: [(name: String, values: [[Double]])] = [
      ("length", Self.lengths(dataset)),
      ("missing rows", dataset.modalities.indices.flatMap { place in Self.missing(contents, place) }),
      (
        "padding",
        dataset.modalities.indices.flatMap { place in
          [contents.map { $0[place].leadingPadding }, contents.map { $0[place].trailingPadding }]
        }
      ),
      ("position in the recording", Self.positions(dataset, positions)),
      ("time", Self.times(dataset, positions)),
      ("word order", Self.wordOrders(dataset)),
    ]
    // The order of lines in a list is no feature of a sample, and its ids may name the class by design.
    if dataset.form != .list {
      quantities.append(("file order", Self.order(dataset)))
      quantities.append(("number in the id", Self.numbers(dataset)))
    }
    families = quantities.map { name, values in
      Family(name: name, quantities: values.filter { values in values.contains { $0 != values.first } })
    }.filter { !$0.quantities.isEmpty }
  }

  private static func lengths(_ dataset: AuditedDataset) -> [[Double]] {
    var lengths = dataset.modalities.map { modality in
      dataset.samples.map { Double($0.rows[modality] ?? 0) }
    }
    if dataset.samples.allSatisfy({ $0.interval != nil }) {
      lengths.append(dataset.samples.map { $0.interval?.duration ?? 0 })
    }
    if dataset.samples.contains(where: { $0.words != nil }) {
      lengths.append(dataset.samples.map { Double($0.words?.split(separator: " ").count ?? 0) })
    }
    return lengths
  }

  private static func missing(_ contents: [[SampleContents]], _ place: Int) -> [[Double]] {
    [
      contents.map { $0[place].missingShare }, contents.map { $0[place].firstMissing },
      contents.map { $0[place].lastMissing }, contents.map { Double($0[place].missingRuns) },
      contents.map { Double($0[place].notFiniteCount) },
    ]
  }

  /// Returns each sample's position within its recording, and its start time.
  private static func positions(_ dataset: AuditedDataset, _ positions: SamplePositions) -> [[Double]] {
    var quantities: [[Double]] = []
    if let places = positions.places {
      quantities.append(places.map(Double.init))
      quantities.append(zip(places, positions.counts).map { Double($0 + 1) / Double($1) })
      quantities.append(places.map { Double($0 % 2) })
    }
    if dataset.samples.allSatisfy({ $0.interval != nil }) {
      quantities.append(dataset.samples.map { $0.interval?.start ?? 0 })
    }
    return quantities
  }

  /// Returns the fractional digits of each sample's start and end, and the pauses before and after it.
  private static func times(_ dataset: AuditedDataset, _ positions: SamplePositions) -> [[Double]] {
    guard dataset.samples.allSatisfy({ $0.interval != nil }) else { return [] }
    let (starts, ends) = (
      dataset.samples.map { $0.interval?.start ?? 0 }, dataset.samples.map { $0.interval?.end ?? 0 }
    )
    var quantities: [[Double]] = []
    if positions.places != nil {
      quantities.append(starts.indices.map { index in positions.previous[index].map { starts[index] - ends[$0] } ?? 0 })
      quantities.append(starts.indices.map { index in positions.next[index].map { starts[$0] - ends[index] } ?? 0 })
    }
    // Rounding removes the representation error of times that are exact multiples.
    for scale in [1.0, 10, 100] {
      for times in [ends, starts] {
        quantities.append(times.map { (1e6 * ($0 * scale - ($0 * scale).rounded(.down))).rounded() / 1e6 })
      }
    }
    return quantities
  }

  private static func wordOrders(_ dataset: AuditedDataset) -> [[Double]] {
    guard dataset.samples.contains(where: { $0.words != nil }) else { return [] }
    let orders = dataset.samples.map { WordOrder($0.words ?? "").quantities }
    return (orders.first ?? []).indices.map { quantity in orders.map { $0[quantity] } }
  }

  /// Returns each sample's position in its split, 0 … 1, its distance from the middle, and its position modulo small periods.
  private static func order(_ dataset: AuditedDataset) -> [[Double]] {
    let places = Split.allCases.flatMap { Array(0..<dataset.indices(of: $0).count) }
    let shares = Split.allCases.flatMap { split -> [Double] in
      let count = dataset.indices(of: split).count
      return (0..<count).map { Double($0) / Double(max(1, count - 1)) }
    }
    return [shares, shares.map { ($0 - 0.5) * ($0 - 0.5) }]
      + [2, 3, 4, 5].map { period in places.map { Double($0 % period) } }
  }

  /// Returns the number at the end of each id, and the same modulo small periods.
  private static func numbers(_ dataset: AuditedDataset) -> [[Double]] {
    let numbers = dataset.samples.map { SamplePositions.number(of: $0) ?? -1 }
    return [numbers] + [2.0, 3].map { period in numbers.map { $0 - period * ($0 / period).rounded(.down) } }
  }
}
