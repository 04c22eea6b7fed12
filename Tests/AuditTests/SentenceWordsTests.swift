import Testing

@testable import Audit

@Suite("The words of a sentence") struct SentenceWordsTests {
  @Test(
    "are the same without capitals and signs",
    arguments: [
      ("Well, I don't know.", "well i dont know"), ("\u{201c}Don\u{2019}t!\u{201d} she said", "don't she said"),
      ("ÉTÉ à Paris", "été à paris"), ("  two\u{a0}words\u{3000}", "two words"), ("a-b", "a b"), ("1,000", "1 000"),
    ])
  func same(one: String, other: String) {
    #expect(SentenceWords(one).hashes == SentenceWords(other).hashes)
    #expect(SentenceWords(one).digest == SentenceWords(other).digest)
  }

  @Test("differ where words or their order do")
  func different() {
    #expect(SentenceWords("a b").digest != SentenceWords("b a").digest)
    #expect(SentenceWords("ab").digest != SentenceWords("a b").digest)
  }

  @Test(
    "are counted, each Chinese character as one",
    arguments: [("", 0), (" .,!", 0), ("one two three", 3), ("我不知道。", 4), ("我 like 它", 3), ("été", 1)])
  func count(text: String, count: Int) {
    #expect(SentenceWords(text).count == count)
  }

  @Test("of nothing are none")
  func nothing() { #expect(SentenceWords(nil).count == 0) }
}
