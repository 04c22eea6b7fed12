import Corpora
import Testing

struct PauseWordsTests {
  @Test(
    "every aligner's token for silence or noise is a pause, in any spelling",
    arguments: ["sp", "SP", "sil", "SIL", "spn", "NW", "nsn", "{SL}", "{ns}", "<eps>", "<p:>", "", " ", " sp "])
  func standard(token: String) { #expect(PauseWords.standard.contains(token)) }

  @Test(
    "words are not pauses, even if they begin like one",
    arguments: ["the", "spa", "is", "silence", "now", "nw1", "I", "<unk>", "umm", "s", "p", "sp sp"])
  func words(token: String) { #expect(!PauseWords.standard.contains(token)) }

  @Test("other pause tokens can be given, or none at all")
  func others() {
    let pauses = PauseWords(["Hm ", "#"])
    #expect(pauses.contains("hm") && pauses.contains("#") && !pauses.contains("sp"))
    #expect(!PauseWords.none.contains("sp") && !PauseWords.none.contains(""))
  }
}
