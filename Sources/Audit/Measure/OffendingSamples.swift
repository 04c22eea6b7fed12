import Leaks
import Samples
import TensorCore

/// The test samples that a leak helps, the train samples that help them, and what hangs together by it.
///
/// A duplicate's recording is in train with it: all train samples of that recording offend. Parts that hang together, by the
/// leak or by being of one recording, are what the bootstrap draws and what folds and blocks are made of.
struct OffendingSamples: Sendable {
  /// The samples of train, and of the split whose score is looked at.
  let train: [Int]
  let test: [Int]
  /// Which of `test` the leak helps.
  let isOffended: [Bool]
  /// The part that each of `test` is in, numbered from 0 without gaps.
  let clusters: [Int]
  /// Where each of `train` belongs.
  let memberships: [Retrainings.Membership]
  let foldCount: Int
  let blockCount: Int
  /// The part of each of `train`, as one number for both splits.
  private let trainRoots: [Int]
  private let testRoots: [Int]

  /// Folds at most: a model lacks the offending samples of a fifth.
  static let mostFolds = 5
  private static let seed: UInt64 = 20
  private static let stream: UInt32 = 0x626c_6f63

  /// - Parameters:
  ///   - pairs: samples of train and test that the leak joins, as places in `train` and `test`.
  ///   - keys: what samples of one split hang together by, besides the leak.
  init(train: [Int], test: [Int], pairs: [(train: Int, test: Int)], keys: (_ sample: Int) -> Int) {
    self.train = train
    self.test = test
    let count = train.count
    var parts = SampleComponents(count: count + test.count)
    Self.join(&parts, train.map(keys), from: 0)
    Self.join(&parts, test.map(keys), from: count)
    var isOffended = [Bool](repeating: false, count: test.count)
    for pair in pairs {
      parts.join(pair.train, count + pair.test)
      isOffended[pair.test] = true
    }
    self.isOffended = isOffended
    trainRoots = (0..<count).map { parts.root(of: $0) }
    testRoots = test.indices.map { parts.root(of: count + $0) }
    let helped = Set(zip(testRoots, isOffended).filter(\.1).map(\.0))
    clusters = Self.numbered(testRoots)
    let folds = Self.folds(trainRoots.filter(helped.contains))
    foldCount = Set(folds.values).count
    let blocks = Self.blocks(trainRoots, first: helped)
    blockCount = Set(blocks.values).count
    memberships = trainRoots.map { Retrainings.Membership(block: blocks[$0] ?? 0, fold: folds[$0]) }
  }

  /// Every test sample, where the leak is in columns or in how they are scaled.
  init(train: [Int], test: [Int], keys: (_ sample: Int) -> Int) {
    self.train = train
    self.test = test
    isOffended = Array(repeating: true, count: test.count)
    trainRoots = Self.numbered(train.map(keys))
    testRoots = test.map(keys)
    clusters = Self.numbered(testRoots)
    let blocks = Self.blocks(trainRoots, first: [])
    (foldCount, blockCount) = (0, Set(blocks.values).count)
    memberships = trainRoots.map { Retrainings.Membership(block: blocks[$0] ?? 0, fold: nil) }
  }

  /// The fold of the offending samples of each test sample; nil where there are none.
  var foldOfTest: [Int?] {
    var folds: [Int: Int] = [:]
    for (root, membership) in zip(trainRoots, memberships) { folds[root] = membership.fold }
    return zip(testRoots, isOffended).map { root, isOffended in isOffended ? folds[root] : nil }
  }

  /// Which test samples keep their offending samples when a block is left out.
  func isValid(leavingOut block: Int) -> [Bool] {
    if foldCount == 0 { return Array(repeating: true, count: test.count) }
    var blocks: [Int: Int] = [:]
    for (root, membership) in zip(trainRoots, memberships) { blocks[root] = membership.block }
    return testRoots.map { blocks[$0] != block }
  }

  /// Parts in which the leak helps a sample.
  var offendedCount: Int { Set(zip(clusters, isOffended).filter(\.1).map(\.0)).count }

  /// How many train samples offend.
  var offendingCount: Int { memberships.count { $0.fold != nil } }

  // MARK: - Parts

  private static func join(_ parts: inout SampleComponents, _ keys: [Int], from start: Int) {
    var first: [Int: Int] = [:]
    for (place, key) in keys.enumerated() {
      if let other = first[key] { parts.join(start + other, start + place) } else { first[key] = place }
    }
  }

  private static func numbered(_ roots: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return roots.map { root in
      let number = numbers[root] ?? numbers.count
      numbers[root] = number
      return number
    }
  }

  /// Parts divided among folds of nearly equally many samples, the largest first.
  private static func folds(_ roots: [Int]) -> [Int: Int] {
    let sizes = Dictionary(roots.map { ($0, 1) }, uniquingKeysWith: +)
    var room = [Int](repeating: 0, count: min(mostFolds, sizes.count))
    var folds: [Int: Int] = [:]
    for (root, size) in sizes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let fold = room.indices.reduce(0) { room[$1] < room[$0] ? $1 : $0 }
      folds[root] = fold
      room[fold] += size
    }
    return folds
  }

  /// Parts divided among blocks by chance, those in `first` before all others, so that each block has its share of them.
  private static func blocks(_ roots: [Int], first: Set<Int>) -> [Int: Int] {
    var random = PhiloxStream(seed: seed, stream: stream)
    let parts = Set(roots).sorted()
    let order = [parts.filter(first.contains), parts.filter { !first.contains($0) }].flatMap {
      random.choose($0.count, of: $0)
    }
    let count = min(EffectInterval.retrainingCount, order.count)
    return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0 % max(1, count)) })
  }
}
