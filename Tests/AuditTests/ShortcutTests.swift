import AuditSupport
import Leaks
import Samples
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

  @Test("recordings change places and stay together, turned or read from the end")
  func blocks() {
    let groups = ["a", "a", "b", "c", "c", "c", "d"]
    let permutation = BlockPermutation(groups: groups, seed: 1)
    #expect(permutation.blockCount == 4)
    var seen: Set<[Int]> = []
    var rings: Set<[Int]> = []
    for number in 0..<1000 {
      let order = permutation.order(number)
      #expect(order.sorted() == Array(0..<7))
      let place = order.firstIndex { (3...5).contains($0) } ?? 0
      #expect(Set(order[place..<place + 3]) == [3, 4, 5])
      rings.insert(Array(order[place..<place + 3]))
      seen.insert(order.map { groups[$0] == "a" ? 0 : groups[$0] == "c" ? 3 : $0 })
    }
    #expect(seen.count == 24)
    #expect(rings.count == 6)
    #expect(permutation.order(7) == BlockPermutation(groups: groups, seed: 1).order(7))
  }

  @Test("labels that grow within recordings of equal length go with the position")
  func position() throws {
    let place = (0..<240).map { Double($0 % 8) }
    let label = zip(place, Self.normal(240, stream: 9)).map { $0 + $1 }
    let test = try ShortcutTest(
      .init(name: "position", quantities: [place]), labels: [label],
      permutation: BlockPermutation(groups: (0..<240).map { "\($0 / 8)" }, seed: 1), threads: 2)
    #expect(test.explained > 0.7)
    #expect(test.pValue == 0.00025)
  }

  @Test("a position is the number in the id, or the time, never the order of the file")
  func places() throws {
    var dataset = MemoryDataset()
    let names = ["a[2]", "b[1]", "a[0]", "a[1]", "b[0]"]
    for name in names {
      var item = MemoryDataset.clean().samples[0]
      item.sample.id = name
      (item.sample.dialog, item.sample.group, item.sample.interval) = (nil, String(name.prefix(1)), nil)
      dataset.samples.append(item)
    }
    let positions = SamplePositions(of: dataset.dataset())
    #expect(positions.places == [2, 1, 0, 1, 0])
    #expect(positions.counts == [3, 2, 3, 3, 2])
    #expect(positions.previous == [3, 4, nil, 2, nil])
    #expect(positions.next == [nil, nil, 3, 0, 1])
    for index in dataset.samples.indices {
      dataset.samples[index].sample.id = "clip \("xyzuv".dropFirst(index).prefix(1))"
    }
    for index in dataset.samples.indices { dataset.samples[index].sample.ownRecording = index < 3 ? "one" : "two" }
    #expect(SamplePositions(of: dataset.dataset()).places == nil)
    for index in dataset.samples.indices {
      dataset.samples[index].sample.interval = Interval(start: Double(10 - index), end: 20)
    }
    #expect(SamplePositions(of: dataset.dataset()).places == [2, 1, 0, 1, 0])
  }

  @Test("the order of words is told by their letters alone")
  func words() {
    let rising = WordOrder("a b c d")
    #expect(rising.quantities[..<3] == [1, 0, 1])
    #expect(WordOrder("d c b a").quantities[..<3] == [0, 1, 0])
    #expect(WordOrder("one").quantities == [0.5, 0.5, 0.5, 0.5])
    #expect(WordOrder("a longer b").longest == 0.5)
  }

  @Test("a code of few values is told by its values, however they are ordered")
  func codes() throws {
    let codes = (0..<300).map { Double([3, 0, 4, 1, 2][$0 % 5]) }
    let label = (0..<300).map { Double($0 % 5) }
    let test = try ShortcutTest(
      .init(name: "code", quantities: [codes]), labels: [label],
      permutation: BlockPermutation(groups: (0..<300).map { "\($0)" }, seed: 1), threads: 2)
    #expect(test.explained > 0.999)
    #expect(QuantityColumns([codes], recordingCount: 10).models.map(\.count) == [2])
    #expect(QuantityColumns([codes, label], recordingCount: 60).models.map(\.count) == [7, 7, 2])
    #expect(QuantityColumns([codes.map { _ in 1 }], recordingCount: 60).models.isEmpty)
  }

  @Test("labels that differ by recording and not by length are no shortcut, however few recordings")
  func chance() throws {
    // 20 recordings of 10 samples: both quantities vary with the recording and are unrelated to each other.
    var failures = 0
    for trial in 0..<40 {
      let (a, b) = (Self.normal(20, stream: UInt32(2 * trial)), Self.normal(20, stream: UInt32(2 * trial + 1)))
      let length = (0..<200).map { a[$0 / 10] }
      let label = (0..<200).map { b[$0 / 10] }
      let test = try ShortcutTest(
        .init(name: "length", quantities: [length]), labels: [label],
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
      .init(name: "length", quantities: [length, length.map { 2 * $0 + 1 }]),
      labels: [Self.normal(300, stream: 3), label],
      permutation: BlockPermutation(groups: (0..<300).map { "\($0 / 6)" }, seed: 1), threads: 2)
    #expect(test.label == 1)
    #expect(abs(test.explained - 0.5) < 0.1)
    #expect(test.pValue == 0.00025)
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

  @Test("products with labels that changed places are those of each label by itself", arguments: [1, 4, 5, 9])
  func labelProducts(labelCount: Int) {
    let (count, generator) = (37, Philox(seed: 7))
    func list(_ number: Int) -> [Double] {
      (0..<count).map { Double(Philox.uniform(generator.word(at: $0, stream: 3, step: UInt64(number)))) }
    }
    let bases = [OrthonormalBasis([list(0)]), OrthonormalBasis((1...6).map(list))]
    let labels = (0..<labelCount).map { ShortcutTest.normalized(list(20 + $0)) }
    let order = (0..<count).map { ($0 * 11 + 5) % count }
    let expected =
      labels.map { label in
        bases.map { $0.adjusted($0.explained(order.map { label[$0] }), sampleCount: count) }.max() ?? 0
      }.max() ?? 0
    let found = LabelProducts(bases, labels: labels).explained(in: order)
    #expect(abs(found - expected) <= 1e-12)
    #expect(expected > 0.01)
  }

  @Test("an order takes every sample once, keeps recordings together, and turns them")
  func orders() {
    let groups = (0..<40).map { "recording \($0 * $0 % 7)" }
    let permutation = BlockPermutation(groups: groups, seed: 5)
    var first: Set<Int> = []
    for number in 0..<50 {
      let order = permutation.order(number)
      #expect(order.sorted() == Array(0..<40))
      let changes = zip(order, order.dropFirst()).count { groups[$0] != groups[$1] }
      #expect(changes == Set(groups).count - 1)
      first.insert(order[0])
    }
    #expect(first.count > 10)
  }
}
