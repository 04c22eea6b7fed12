import Leaks
import Samples
import TensorCore

/// The test samples that a leak helps, the train samples that help them, and what hangs together by it.
///
/// A copy's whole recording is in train: all train samples of that recording offend, and so do those of every recording that
/// helps the same test sample. Such parts of train are what folds and blocks are made of. Test samples resemble each other by
/// their own recording and by the part that helps them, and the bootstrap draws each in turn.
struct OffendingSamples: Sendable {
  /// The samples of train, and of the split whose score is looked at.
  let train: [Int]
  let test: [Int]
  /// Which of `test` the leak helps.
  let isOffended: [Bool]
  /// What samples of `test` have in common, numbered from 0 without gaps: their recording, and the part that helps them.
  let clusterings: [[Int]]
  /// Where each of `train` belongs.
  let memberships: [Retrainings.Membership]
  let foldCount: Int
  let blockCount: Int
  /// The part of each of `train`, and the part that helps each of `test`.
  private let trainParts: [Int]
  private let testParts: [Int]

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
    var first: [Int: Int] = [:]
    for (place, sample) in train.enumerated() {
      let key = keys(sample)
      if let other = first[key] { parts.join(other, place) } else { first[key] = place }
    }
    var isOffended = [Bool](repeating: false, count: test.count)
    for pair in pairs {
      parts.join(pair.train, count + pair.test)
      isOffended[pair.test] = true
    }
    self.isOffended = isOffended
    trainParts = (0..<count).map { parts.root(of: $0) }
    testParts = test.indices.map { parts.root(of: count + $0) }
    let recordings = Self.numbered(test.map(keys))
    // What nothing helps hangs together by its recording alone.
    let helpers = zip(testParts, zip(isOffended, recordings)).map { $1.0 ? $0 : -1 - $1.1 }
    clusterings = [recordings, Self.numbered(helpers)]
    let helping = Set(zip(testParts, isOffended).filter(\.1).map(\.0))
    let folds = Self.folds(trainParts.filter(helping.contains))
    foldCount = Set(folds.values).count
    let blocks = Self.blocks(trainParts, first: helping)
    blockCount = Set(blocks.values).count
    memberships = trainParts.map { Retrainings.Membership(block: blocks[$0] ?? 0, fold: folds[$0]) }
  }

  /// Every test sample, where the leak is in columns or in how they are scaled.
  init(train: [Int], test: [Int], keys: (_ sample: Int) -> Int) {
    self.train = train
    self.test = test
    isOffended = Array(repeating: true, count: test.count)
    trainParts = Self.numbered(train.map(keys))
    testParts = test.map(keys)
    clusterings = [Self.numbered(testParts)]
    let blocks = Self.blocks(trainParts, first: [])
    (foldCount, blockCount) = (0, Set(blocks.values).count)
    memberships = trainParts.map { Retrainings.Membership(block: blocks[$0] ?? 0, fold: nil) }
  }

  /// The fold of the offending samples of each test sample; nil where there are none.
  var foldOfTest: [Int?] {
    var folds: [Int: Int] = [:]
    for (part, membership) in zip(trainParts, memberships) { folds[part] = membership.fold }
    return zip(testParts, isOffended).map { part, isOffended in isOffended ? folds[part] : nil }
  }

  /// Which test samples keep their offending samples when a block is left out.
  func isValid(leavingOut block: Int) -> [Bool] {
    if foldCount == 0 { return Array(repeating: true, count: test.count) }
    var blocks: [Int: Int] = [:]
    for (part, membership) in zip(trainParts, memberships) { blocks[part] = membership.block }
    return testParts.map { blocks[$0] != block }
  }

  /// How many recordings hold a sample that the leak helps, or how many parts of train help one: the smaller number.
  var offendedCount: Int {
    clusterings.map { Set(zip($0, isOffended).filter(\.1).map(\.0)).count }.min() ?? 0
  }

  /// How many train samples offend.
  var offendingCount: Int { memberships.count { $0.fold != nil } }

  // MARK: - Parts

  private static func numbered(_ parts: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return parts.map { part in
      let number = numbers[part] ?? numbers.count
      numbers[part] = number
      return number
    }
  }

  /// Parts divided among folds of nearly equally many samples, the largest first.
  private static func folds(_ parts: [Int]) -> [Int: Int] {
    let sizes = Dictionary(parts.map { ($0, 1) }, uniquingKeysWith: +)
    var room = [Int](repeating: 0, count: min(mostFolds, sizes.count))
    var folds: [Int: Int] = [:]
    for (part, size) in sizes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      let fold = room.indices.reduce(0) { room[$1] < room[$0] ? $1 : $0 }
      folds[part] = fold
      room[fold] += size
    }
    return folds
  }

  /// Parts divided among blocks by chance, those in `first` before all others, so that each block has its share of them.
  private static func blocks(_ parts: [Int], first: Set<Int>) -> [Int: Int] {
    var random = PhiloxStream(seed: seed, stream: stream)
    let all = Set(parts).sorted()
    let order = [all.filter(first.contains), all.filter { !first.contains($0) }].flatMap {
      random.choose($0.count, of: $0)
    }
    let count = min(EffectInterval.retrainingCount, order.count)
    return Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0 % max(1, count)) })
  }
}
