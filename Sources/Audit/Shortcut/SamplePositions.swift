import Leaks
import Samples

/// Where samples stand in their recordings, by the numbers in their ids or by their times: never by the order of a file,
/// which says nothing of a recording.
struct SamplePositions: Sendable {
  /// A sample's place among those of its recording, from 0; nil where nothing tells it, or no recording has two samples.
  let places: [Int]?
  /// How many samples its recording has.
  let counts: [Int]
  /// The neighbours of a sample in its recording, by place; nil at the ends.
  let previous: [Int?]
  let next: [Int?]

  /// More digits are a date or a code, and no `Double` would hold them.
  private static let longestNumber = 15

  init(of dataset: AuditedDataset) {
    let samples = dataset.samples
    let numbers = samples.map(Self.number)
    let areNumbered = zip(samples, numbers).allSatisfy { $0.dialog == nil && $1 != nil }
    // Two clips of one recording have clocks of their own.
    let areTimed = samples.allSatisfy { $0.interval != nil && $0.clipOf == nil }
    let keys: [Double]? =
      areNumbered
      ? numbers.map { $0 ?? 0 }
      : areTimed
        ? samples.map { $0.interval?.start ?? 0 }
        : numbers.allSatisfy { $0 != nil } ? numbers.map { $0 ?? 0 } : nil
    let members = Dictionary(grouping: samples.indices) { samples[$0].wholeRecording }
    var places = [Int](repeating: 0, count: samples.count)
    var counts = places
    var previous = [Int?](repeating: nil, count: samples.count)
    var next = previous
    for indices in members.values {
      let order = keys.map { keys in indices.sorted { (keys[$0], $0) < (keys[$1], $1) } } ?? indices
      for (place, index) in order.enumerated() {
        (places[index], counts[index]) = (place, order.count)
        if keys == nil { continue }
        previous[index] = place > 0 ? order[place - 1] : nil
        next[index] = place + 1 < order.count ? order[place + 1] : nil
      }
    }
    self.places = keys == nil || members.count == samples.count ? nil : places
    (self.counts, self.previous, self.next) = (counts, previous, next)
  }

  /// The number of a segment in its recording: `vid[3]`, or the digits that an id ends with and its recording's name does not.
  static func number(of sample: AuditedSample) -> Double? {
    if let segment = SampleID(parsing: sample.id).segment { return Double(segment) }
    if sample.id == sample.wholeRecording { return nil }
    let digits = sample.id.utf8.suffix(while: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    return (1...longestNumber).contains(digits.count) ? Double(String(decoding: digits, as: UTF8.self)) : nil
  }
}

extension BidirectionalCollection {
  /// The longest end whose elements all fulfil a condition.
  fileprivate func suffix(while predicate: (Element) -> Bool) -> SubSequence {
    var start = endIndex
    while start > startIndex, predicate(self[index(before: start)]) { formIndex(before: &start) }
    return self[start...]
  }
}
