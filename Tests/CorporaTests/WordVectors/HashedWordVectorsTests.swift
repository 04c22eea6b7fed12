import Testing

@testable import Corpora

@Suite("Word vectors from letters")
struct HashedWordVectorsTests {
  private func cosine(_ first: String, _ second: String) -> Float {
    let (a, b) = (HashedWordVectors.vector(of: first), HashedWordVectors.vector(of: second))
    func product(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
  }

  @Test("the parts of a word are its n-grams between boundary marks, and the whole word")
  func nGrams() {
    #expect(HashedWordVectors.nGrams(of: "Ab") == ["<ab>", "<ab", "ab>"])
    #expect(
      HashedWordVectors.nGrams(of: "walk") == [
        "<walk>", "<wa", "wal", "alk", "lk>", "<wal", "walk", "alk>", "<walk", "walk>",
      ])
    #expect(HashedWordVectors.nGrams(of: "") == ["<>"])
  }

  @Test("letters are counted as Unicode scalars in normal form C, not as visible characters")
  func scalars() {
    #expect(HashedWordVectors.nGrams(of: "E\u{301}t") == ["<\u{e9}t>", "<\u{e9}t", "\u{e9}t>"])
    // A letter with a mark that has no composed form, and two scalars that form one flag.
    #expect(HashedWordVectors.nGrams(of: "x\u{301}").map(\.unicodeScalars.count) == [4, 3, 3])
    #expect(HashedWordVectors.nGrams(of: "\u{1f1eb}\u{1f1f7}").map(\.unicodeScalars.count) == [4, 3, 3])
    #expect(HashedWordVectors.vector(of: "cafe\u{301}") == HashedWordVectors.vector(of: "CAF\u{c9}"))
  }

  @Test("a vector is the same on every machine and in every set of words, with mean 0 and variance 1")
  func values() throws {
    let vectors = HashedWordVectors.vectors(of: ["hello", "world"])
    #expect(vectors.width == 300 && vectors.count == 2)
    let hello = Array(try #require(vectors.vector(of: "hello")))
    #expect(hello == HashedWordVectors.vector(of: "HELLO"))
    #expect(hello == Array(try #require(HashedWordVectors.vectors(of: ["hello"]).vector(of: "hello"))))
    // As computed by a NumPy program written from the description.
    #expect(hello[..<4] == [0.243_462_71, 0.173_290_45, -0.289_88, 0.624_341_5])
    let all = (0..<200).flatMap { HashedWordVectors.vector(of: "word\($0)") }
    let mean = all.reduce(0, +) / Float(all.count)
    #expect(abs(mean) < 0.1)
    #expect(abs(all.reduce(0) { $0 + $1 * $1 } / Float(all.count) - 1) < 0.15)
  }

  @Test("words that share letters are closer than words that do not")
  func nearness() {
    #expect(cosine("walk", "walked") > 0.4)
    #expect(cosine("happy", "unhappy") > 0.4)
    #expect(abs(cosine("walk", "sing")) < 0.25)
  }
}
