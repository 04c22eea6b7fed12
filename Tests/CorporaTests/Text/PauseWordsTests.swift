import Corpora
import Testing

struct PauseWordsTests {
  @Test(
    "what aligners write for silence and noise is a pause, in any spelling",
    arguments: ["sp", "SP", "sil", "SIL", "spn", "NW", "nsn", "{SL}", "{ns}", "<eps>", "<p:>", "", " ", " sp "])
  func standard(token: String) { #expect(PauseWords.standard.contains(token)) }

  @Test(
    "words are none, nor what only begins so",
    arguments: ["the", "spa", "is", "silence", "now", "nw1", "I", "<unk>", "umm", "s", "p", "sp sp"])
  func words(token: String) { #expect(!PauseWords.standard.contains(token)) }

  @Test("other tokens can be named, and none")
  func others() {
    let pauses = PauseWords(["Hm ", "#"])
    #expect(pauses.contains("hm") && pauses.contains("#") && !pauses.contains("sp"))
    #expect(!PauseWords.none.contains("sp") && !PauseWords.none.contains(""))
  }
}
