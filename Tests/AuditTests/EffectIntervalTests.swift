import Samples
import TensorCore
import Testing

@testable import Audit

@Suite("Intervals of effects") struct EffectIntervalTests {
  private func normals(_ count: Int, seed: UInt64) -> [Double] {
    var random = PhiloxStream(seed: seed, stream: 1)
    return (0..<count).map { _ in random.normal() }
  }

  @Test("samples that never differ have an effect of 0 and no width")
  func none() {
    let interval = EffectInterval(
      [0, 0, 0, 0], clusterings: [[0, 0, 1, 2]], isOffended: [true, true, true, false],
      retrainings: [.init(differences: [0, 0, 0, 0], isValid: [true, true, true, true])])
    #expect((interval.difference, interval.low, interval.high) == (0, 0, 0))
  }

  @Test("the width is that of Student's t over recordings, and ten copies of each sample change nothing")
  func width() {
    let values = normals(40, seed: 4)
    let deviation = EffectInterval.spread(values).deviation
    let expected = EffectInterval.quantile(freedom: 39) * deviation / 39.0.squareRoot()
    for copies in [1, 10] {
      let interval = EffectInterval(
        values.flatMap { Array(repeating: $0, count: copies) },
        clusterings: [values.indices.flatMap { Array(repeating: $0, count: copies) }],
        isOffended: Array(repeating: true, count: 40 * copies), retrainings: [])
      #expect(abs(interval.high - interval.difference - expected) < 0.06 * expected)
      #expect(abs(interval.difference - EffectInterval.spread(values).mean) < 1e-12)
    }
  }

  @Test("retrainings that move all samples alike widen it by the jackknife's variance")
  func retrainings() {
    let values = normals(40, seed: 5)
    let moves = normals(20, seed: 6).map { $0 / 10 }
    let clusters = Array(values.indices)
    let isOffended = Array(repeating: true, count: 40)
    let alone = EffectInterval(values, clusterings: [clusters], isOffended: isOffended, retrainings: [])
    let both = EffectInterval(
      values, clusterings: [clusters], isOffended: isOffended,
      retrainings: moves.map { move in .init(differences: values.map { $0 + move }, isValid: isOffended) })
    func variance(_ interval: EffectInterval) -> Double {
      let error = (interval.high - interval.difference) / EffectInterval.quantile(freedom: 39)
      return error * error * 39 / 40
    }
    let spread = EffectInterval.spread(moves).deviation
    #expect(abs(variance(both) - variance(alone) - 19 * spread * spread) < 1e-9)
  }

  @Test("a contrast is the mean of all less the mean of those that nothing offends")
  func contrast() {
    let losses = (0..<60).map { $0 < 20 ? 1.0 : 2.0 }
    let interval = EffectInterval(losses, clusters: Array(0..<60), isOffended: (0..<60).map { $0 < 20 })
    #expect(abs(interval.difference + 1.0 / 3) < 1e-12)
    #expect(interval.low < interval.difference && interval.high < 0)
  }

  @Test(
    "parts of train hang together by recordings and by whom they help; folds hold whole parts, blocks all train samples"
  )
  func parts() {
    // 30 train recordings of 3 samples, 10 test recordings of 2; the first sample of each test recording is a copy of a
    // sample of train recording 2 · k, and the last two copy one and the same.
    let train = Array(0..<90)
    let test = Array(100..<120)
    let pairs = (0..<10).map { (train: 3 * min(2 * $0, 16) + 1, test: 2 * $0) }
    let offending = OffendingSamples(train: train, test: test, pairs: pairs) { $0 < 90 ? $0 / 3 : ($0 - 100) / 2 }
    // Ten test recordings, helped by nine parts of train.
    #expect(offending.offendedCount == 9)
    #expect(offending.offendingCount == 27)
    #expect(offending.isOffended == test.indices.map { $0 % 2 == 0 })
    #expect(offending.foldCount == 5)
    #expect(offending.blockCount == 20)
    #expect(offending.clusterings[0][16] != offending.clusterings[0][18])
    #expect(offending.clusterings[1][16] == offending.clusterings[1][18])
    #expect(offending.clusterings.allSatisfy { $0[0] != $0[2] })
    for recording in 0..<30 {
      #expect(Set(offending.memberships[3 * recording..<3 * recording + 3]).count == 1)
    }
    let folds = offending.foldOfTest
    #expect(folds[1] == nil)
    #expect(folds[4] == offending.memberships[3 * 4].fold)
    let block = offending.memberships[3 * 4].block
    #expect(!offending.isValid(leavingOut: block)[4])
    #expect(offending.isValid(leavingOut: (block + 1) % 20)[4])
  }
}
