import Leaks
import Samples

/// The positions of samples in their recordings, by the numbers in their ids or by their times; never by the order of a
/// file, which reveals nothing about a recording.
struct SamplePositions: Sendable {
  /// Each sample's position in its recording, from 0; nil if it is unknown, or if no recording has two samples.
  let places: [Int]?
  /// The number of samples in each sample's recording.
  let counts: [Int]
  /// Each sample's neighbours in its recording; nil at the ends.
  let previous: [Int?]
  let next: [Int?]

  /// Longer numbers are dates or codes, and `Double` would not hold them.
  private static let longestNumber = 15

  init(of dataset: AuditedDataset) {
    let samples = dataset.samples
    let numbers = samples.map(Self.number)
    let areNumbered = zip(samples, numbers).allSatisfy { $0.dialog == nil && $1 != nil }
    // The times of a clip count from its own start.
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

  /// Returns a segment's number in its recording: 3 for `vid[3]`, otherwise the digits at the end of the id, unless the id
  /// is that of the recording.
  static func number(of sample: AuditedSample) -> Double? {
    if let segment = SampleID(parsing: sample.id).segment { return Double(segment) }
    if sample.id == sample.wholeRecording { return nil }
    let digits = sample.id.utf8.suffix(while: { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
    return (1...longestNumber).contains(digits.count) ? Double(String(decoding: digits, as: UTF8.self)) : nil
  }
}

extension BidirectionalCollection {
  /// Returns the longest suffix whose elements all satisfy a condition.
  fileprivate func suffix(while predicate: (Element) -> Bool) -> SubSequence {
    var start = endIndex
    while start > startIndex, predicate(self[index(before: start)]) { formIndex(before: &start) }
    return self[start...]
  }
}
