import Files
import Signals
import TensorCore
import Workers

/// Finds all pairs of samples within a given distance of each other, for few columns: samples are sorted along a
/// direction in which they spread, and each is compared with those that follow within the distance.
struct DistanceSweep: Sendable {
  let vectors: DirectionVectors
  let rule: PairRule
  let threshold: Double
  /// The squared distance.
  let reach: Double

  /// With more columns, the distance is too large a fraction of the data for a sweep to save anything.
  static let largestWidth = 32
  /// The number of pairs kept in all; a sample that exceeds its share of them is crowded.
  private static let pairLimit = 1 << 22
  private static let fewestPairsPerSample = 512
  private static let directionCount = 16
  private static let samplesPerTask = 128
  private static let seed: UInt64 = 1850

  func run(threads: Int) throws -> NeighbourSearch.Outcome {
    let members = vectors.isInformative.indices.filter { vectors.isInformative[$0] }
    let (order, keys) = sorted(members)
    // Padded with zeros to whole lanes, which leaves distances unchanged.
    let stride = (vectors.width + 7) / 8 * 8
    let rows = FixedFloats(count: order.count * stride) { rows in
      rows.update(repeating: 0)
      for (place, sample) in order.enumerated() {
        rows.part(from: place * stride, count: vectors.width).take(vectors.vector(sample))
      }
    }
    let room = max(Self.fewestPairsPerSample, Self.pairLimit / max(1, order.count))
    let tasks = (order.count + Self.samplesPerTask - 1) / Self.samplesPerTask
    let sweep = self
    var outcome = NeighbourSearch.Outcome()
    try OrderedWorkers(threadCount: threads).forEach(count: tasks) { task in
      try Interrupt.check()
      var found = NeighbourSearch.Outcome()
      for place in task * Self.samplesPerTask..<min((task + 1) * Self.samplesPerTask, order.count) {
        sweep.collect(place, order, keys, rows.values, stride: stride, room: room, into: &found)
      }
      return found
    } consume: { _, found in
      outcome.pairs += found.pairs
      outcome.crowded.formUnion(found.crowded)
    }
    outcome.pairs.sort()
    return outcome
  }

  /// Collects the pairs of a sample with those that follow it.
  private func collect(
    _ place: Int, _ order: [Int], _ keys: [Float], _ rows: UnsafeBufferPointer<Float>, stride: Int, room: Int,
    into found: inout NeighbourSearch.Outcome
  ) {
    let sample = order[place]
    let (own, reach) = (rows.part(from: place * stride, count: stride), Float(reach))
    // Keys are sums of rounded numbers, hence the margin.
    let end = keys[place] + reach.squareRoot() * 1.0001 + 1e-4
    var count = 0
    var next = place + 1
    while next < order.count, keys[next] <= end {
      defer { next += 1 }
      // Few samples are near, so this is tested first.
      if DirectionVectors.squaredDistance(own, rows.part(from: next * stride, count: stride)) > reach { continue }
      let other = order[next]
      guard rule.wants(sample, other), let cosine = vectors.cosine(sample, other), cosine >= threshold
      else { continue }
      if count == room {
        found.crowded.insert(sample)
        return
      }
      count += 1
      found.pairs.append(SamplePair(sample, other))
    }
  }

  /// Sorts the samples along the direction, of those tried, in which their middle half spreads widest.
  private func sorted(_ members: [Int]) -> (order: [Int], keys: [Float]) {
    let (width, generator) = (vectors.width, Philox(seed: Self.seed))
    let scale = 1 / Float(width).squareRoot()
    var best: (keys: [Float], spread: Float) = ([], -1)
    for direction in 0..<Self.directionCount {
      let signs = (0..<width).map { column in
        generator.word(at: column, stream: UInt32(direction), step: 0) & 1 == 0 ? -scale : scale
      }
      let keys = members.map { sample in
        let vector = vectors.vector(sample)
        return (0..<width).reduce(Float(0)) { $0 + vector[$1] * signs[$1] }
      }
      let ranked = keys.sorted()
      let spread = ranked.isEmpty ? 0 : ranked[ranked.count * 3 / 4] - ranked[ranked.count / 4]
      if spread > best.spread { best = (keys, spread) }
    }
    let places = members.indices.sorted { (best.keys[$0], members[$0]) < (best.keys[$1], members[$1]) }
    return (places.map { members[$0] }, places.map { best.keys[$0] })
  }
}
