import Digests
import Leaks
import Samples
import Workers

/// Finds rows that differently scaled folders have in common, by undoing the scaling and allowing for the rounding of
/// stored values.
///
/// Exact comparison is useless here. Instead, each row is put into a bucket according to the grid cells that contain
/// six of its columns, in three tables with different columns; rows that share a bucket are compared cell by cell. The
/// grid is some hundred times as coarse as the rounding, so two copies are separated in one table with a probability of
/// a few per cent, and in all three hardly ever. Word vectors are left out, since they repeat by nature.
struct RescaledRows {
  /// The matches, and how much was examined.
  struct Outcome {
    var pairs: [[SamplePlace]: DuplicatePair] = [:]
    /// The number of rows put into buckets, by modality.
    var compared: [(modality: Modality, count: Int)] = []
    /// The number of rows in buckets that too many rows share.
    var crowds: [(modality: Modality, count: Int)] = []
  }

  private static let tableCount = 3
  /// The size up to which all rows of a bucket are compared with each other.
  private static let crowd = 64
  private static let samplesPerTask = 64

  let subject: AuditSubject

  /// - Throws: errors from reading rows.
  func search() throws -> Outcome {
    var outcome = Outcome()
    for modality in Modality.allCases where modality != .text {
      let members = subject.datasets.indices.filter { subject.datasets[$0].modalities.contains(modality) }
      let widths = Dictionary(grouping: members) { subject.datasets[$0].widths[modality] ?? 0 }
      for (width, members) in widths.sorted(by: { $0.key < $1.key }) where members.count > 1 && width > 0 {
        let scales = members.map { StoredScale(subject.datasets[$0], modality, width: width) }
        // Within one scaling, exact comparison is more sensitive.
        if Set(scales.map(\.identity)).count > 1 { try search(modality, members, scales, into: &outcome) }
      }
    }
    return outcome
  }

  /// A row of a sample.
  private struct Place: Hashable, Comparable {
    /// The index of the data set among those compared.
    let member: Int
    let sample: Int
    let row: Int

    static func < (first: Place, second: Place) -> Bool {
      (first.member, first.sample, first.row) < (second.member, second.sample, second.row)
    }
  }

  private func search(
    _ modality: Modality, _ members: [Int], _ scales: [StoredScale], into outcome: inout Outcome
  ) throws {
    let grid = try RowGrid(members.map { subject.datasets[$0] }, modality, scales, tableCount: Self.tableCount)
    var entries: [(key: UInt64, place: Place)] = []
    var rowCounts: [[Int]: Int] = [:]
    for (member, number) in members.enumerated() {
      let dataset = subject.datasets[number]
      let content = ObservedContent(dataset, modality)
      let (count, step) = (dataset.samples.count, Self.samplesPerTask)
      try OrderedWorkers(threadCount: subject.threads).forEach(count: (count + step - 1) / step) { task in
        try (task * step..<min((task + 1) * step, count)).map { sample in
          try grid.keys(of: sample, in: dataset, content, scales[member])
        }
      } consume: { task, found in
        for (offset, rows) in found.enumerated() {
          let sample = task * step + offset
          if !rows.isEmpty { rowCounts[[member, sample]] = rows.count }
          for (row, keys) in rows { entries += keys.map { ($0, Place(member: member, sample: sample, row: row)) } }
        }
      }
    }
    outcome.compared.append((modality, rowCounts.values.reduce(0, +)))
    entries.sort { ($0.key, $0.place) < ($1.key, $1.place) }
    let buckets = try self.buckets(entries, modality, members, scales)
    if !buckets.crowded.isEmpty { outcome.crowds.append((modality, buckets.crowded.count)) }
    try compare(buckets.candidates, modality, members, scales, rowCounts, into: &outcome)
  }

  /// Returns the pairs of rows that share a bucket but differ in split and scaling, by their samples; and the rows of
  /// overfull buckets.
  private func buckets(
    _ entries: [(key: UInt64, place: Place)], _ modality: Modality, _ members: [Int], _ scales: [StoredScale]
  ) throws -> (candidates: [[Int]: Set<[Int]>], crowded: Set<Place>) {
    var candidates: [[Int]: Set<[Int]>] = [:]
    var crowded: Set<Place> = []
    var start = 0
    while start < entries.count {
      var end = start + 1
      while end < entries.count, entries[end].key == entries[start].key { end += 1 }
      var bucket = entries[start..<end].map(\.place)
      start = end
      func count(_ one: Place, with other: Place) -> Bool {
        scales[one.member].identity != scales[other.member].identity
          && subject.datasets[members[one.member]].samples[one.sample].split
            != subject.datasets[members[other.member]].samples[other.sample].split
      }
      if bucket.count > Self.crowd { bucket = try representatives(of: bucket, modality, members) }
      if bucket.count > Self.crowd {
        if bucket.contains(where: { count(bucket[0], with: $0) }) { crowded.formUnion(bucket) }
        continue
      }
      for (number, one) in bucket.enumerated() {
        for other in bucket[(number + 1)...] where count(one, with: other) {
          candidates[[one.member, one.sample, other.member, other.sample], default: []].insert([one.row, other.row])
        }
      }
    }
    return (candidates, crowded)
  }

  /// Returns the first of the rows that are identical within a split, so that many copies of one row are no crowd.
  private func representatives(of bucket: [Place], _ modality: Modality, _ members: [Int]) throws -> [Place] {
    struct Content: Hashable {
      let member: Int
      let split: Split
      let digest: ContentDigest
    }
    var seen: Set<Content> = []
    return try bucket.filter { place in
      let dataset = subject.datasets[members[place.member]]
      let width = dataset.widths[modality] ?? 0
      let digest = try dataset.withRows(of: place.sample, modality) { values, _ in
        ContentDigest(
          of: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: values[place.row * width..<(place.row + 1) * width]))
        )
      }
      return seen.insert(
        Content(member: place.member, split: dataset.samples[place.sample].split, digest: digest)
      ).inserted
    }
  }

  private func compare(
    _ candidates: [[Int]: Set<[Int]>], _ modality: Modality, _ members: [Int], _ scales: [StoredScale],
    _ rowCounts: [[Int]: Int], into outcome: inout Outcome
  ) throws {
    for (key, rows) in candidates.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      let (one, other) = (subject.datasets[members[key[0]]], subject.datasets[members[key[2]]])
      let matching = try one.withRows(of: key[1], modality) { first, _ in
        try other.withRows(of: key[3], modality) { second, _ in
          rows.filter { StoredScale.isSame(first, $0[0], scales[key[0]], second, $0[1], scales[key[2]]) }
        }
      }
      if matching.isEmpty { continue }
      let places = [
        SamplePlace(dataset: members[key[0]], sample: key[1]), .init(dataset: members[key[2]], sample: key[3]),
      ]
      let sorted = places.sorted { split(of: $0) < split(of: $1) }
      let (count, counts) = (
        Set(matching.map { $0[0] }).count, [rowCounts[[key[0], key[1]]], rowCounts[[key[2], key[3]]]]
      )
      var pair = outcome.pairs[sorted] ?? DuplicatePair(first: sorted[0], second: sorted[1])
      if counts.allSatisfy({ $0 == count }) { pair.whole.insert(modality) } else { pair.rows[modality] = count }
      outcome.pairs[sorted] = pair
    }
  }

  private func split(of place: SamplePlace) -> Int {
    Split.allCases.firstIndex(of: subject.datasets[place.dataset].samples[place.sample].split) ?? 0
  }
}
