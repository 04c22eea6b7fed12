import TensorCore
import Testing

@Suite struct PhiloxStreamTests {
  @Test("a stream gives its generator's words in order, and another stream or step gives others")
  func words() {
    let generator = Philox(seed: 7)
    var (stream, other) = (PhiloxStream(seed: 7, stream: 3), PhiloxStream(seed: 7, stream: 4))
    let words = (0..<9).map { _ in stream.next() }
    #expect(words == (0..<9).map { generator.word(at: $0, stream: 3, step: 0) })
    #expect(words != (0..<9).map { _ in other.next() })
    var later = PhiloxStream(seed: 7, stream: 3, step: 5)
    #expect((0..<9).map { _ in later.next() } == (0..<9).map { generator.word(at: $0, stream: 3, step: 5) })
  }

  @Test("integers reach every number below their bound and no other")
  func integers() {
    var stream = PhiloxStream(seed: 1, stream: 1)
    let numbers = (0..<200).map { _ in stream.integer(below: 5) }
    #expect(Set(numbers) == Set(0..<5))
  }

  @Test("normally distributed numbers have mean 0 and variance 1")
  func normal() {
    var stream = PhiloxStream(seed: 2, stream: 1)
    let values = (0..<20_000).map { _ in stream.normal() }
    let mean = values.reduce(0, +) / Double(values.count)
    #expect(abs(mean) < 0.03)
    #expect(abs(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count) - 1) < 0.05)
    let again = PhiloxStream(seed: 2, stream: 1)
    #expect(values == values.indices.map { Double(again.normal(at: $0)) })
  }

  @Test("chosen elements are distinct, and all are chosen if there are too few")
  func choose() {
    var stream = PhiloxStream(seed: 3, stream: 1)
    let chosen = stream.choose(4, of: Array(0..<10))
    #expect(Set(chosen).count == 4)
    #expect(stream.choose(9, of: [1, 2, 3]).sorted() == [1, 2, 3])
    #expect(stream.choose(1, of: [Int]()).isEmpty)
  }
}
