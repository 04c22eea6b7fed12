import AuditSupport
import Leaks
import TensorCore
import TestSupport
import Testing

@testable import Audit

@Suite struct ShortcutTests {
  private static func normal(_ count: Int, stream: UInt32) -> [Double] {
    let generator = Philox(seed: 21)
    return (0..<count).map { place in
      (0..<12).reduce(-6) { $0 + Double(Philox.uniform(generator.word(at: 12 * place + $1, stream: stream, step: 0))) }
    }
  }

  @Test("recordings are permuted as a whole")
  func blocks() {
    let groups = ["a", "a", "b", "c", "c", "c", "d"]
    let permutation = BlockPermutation(groups: groups, seed: 1)
    #expect(permutation.blockCount == 4)
    var seen: Set<[Int]> = []
    for number in 0..<200 {
      let order = permutation.order(number)
      #expect(order.sorted() == Array(0..<7))
      let place = order.firstIndex(of: 3) ?? 0
      #expect(Array(order[place..<place + 3]) == [3, 4, 5])
      seen.insert(order)
    }
    #expect(seen.count == 24)
    #expect(permutation.order(7) == BlockPermutation(groups: groups, seed: 1).order(7))
  }

  @Test("labels that differ by recording but not by length are no shortcut, however few recordings there are")
  func chance() throws {
    // 20 recordings of 10 samples: both quantities vary with the recording and are unrelated to each other.
    var failures = 0
    for trial in 0..<40 {
      let (a, b) = (Self.normal(20, stream: UInt32(2 * trial)), Self.normal(20, stream: UInt32(2 * trial + 1)))
      let length = (0..<200).map { a[$0 / 10] }
      let label = (0..<200).map { b[$0 / 10] }
      let test = try ShortcutTest(
        .init(name: "length", columns: [length]), labels: [label],
        permutation: BlockPermutation(groups: (0..<200).map { "\($0 / 10)" }, seed: 1), threads: 2)
      if test.pValue <= 0.05 { failures += 1 }
    }
    #expect(failures <= 6)
  }

  @Test("a quantity that predicts the label is found, and its strength is given")
  func effect() throws {
    let length = Self.normal(300, stream: 1)
    let label = zip(length, Self.normal(300, stream: 2)).map { $0 + $1 }
    let test = try ShortcutTest(
      .init(name: "length", columns: [length, length.map { 2 * $0 + 1 }]),
      labels: [Self.normal(300, stream: 3), label],
      permutation: BlockPermutation(groups: (0..<300).map { "\($0 / 6)" }, seed: 1), threads: 2)
    #expect(test.label == 1)
    #expect(abs(test.explained - 0.5) < 0.1)
    #expect(test.pValue == 0.001)
  }

  @Test("uninformative columns add nothing")
  func basis() {
    let column = Self.normal(50, stream: 4)
    let twice = OrthonormalBasis([column, column.map { 3 - $0 }, [Double](repeating: 1, count: 50)])
    let once = OrthonormalBasis([column])
    let target = Self.normal(50, stream: 5)
    let mean = target.reduce(0, +) / 50
    let deviations = target.map { $0 - mean }
    #expect(abs(twice.explained(deviations) - once.explained(deviations)) < 1e-12)
    #expect(OrthonormalBasis([[Double](repeating: 1, count: 50)]).isEmpty)
  }

  @Test("too few recordings are undecidable")
  func few() throws {
    let setting = PreparedSamples.Setting(videos: 7, seconds: 20)
    #expect(try PreparedSamples.finding("shortcut", in: PreparedSamples.folder(setting)).verdict == .undecidable)
  }
}
