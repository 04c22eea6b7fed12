import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Word vectors")
struct WordVectorsTests: ~Copyable {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("plain, gzip and zip files give the same vectors", arguments: ["vectors.txt", "vectors.txt.gz", "vectors.zip"])
  func forms(name: String) throws {
    let vectors = try WordVectors.read(
      path: fixture("word-vectors/" + name), words: ["The", "don't", "isn't", ". . .", ".", "missing"])
    #expect(vectors.width == 3)
    #expect(vectors.count == 4)
    #expect(vectors.vector(of: "The").map(Array.init) == [0.1, -0.2, 0.3])
    #expect(vectors.vector(of: "don't").map(Array.init) == [-0.5, 0.25, 0])
    #expect(vectors.vector(of: "isn't").map(Array.init) == [4, 5, 6])
    #expect(vectors.vector(of: ". . .").map(Array.init) == [1, 2, 3])
    #expect(vectors.row(of: ".") == nil)
    #expect(vectors.row(of: "missing") == nil)
  }

  @Test(
    "a contraction is split as GloVe's tokenizer splits it",
    arguments: [
      ("I'LL", ["i 'll"]), ("he'll", ["he 'll"]), ("WE\u{2019}RE", ["we 're"]), ("she'd", ["she 'd"]),
      ("you've", ["you 've"]), ("I'm", ["i 'm"]), ("John's", ["john 's"]), ("DON'T", ["do n't"]),
      ("can't", ["ca n't", "can n't"]), ("won't", ["wo n't", "will n't"]), ("shan't", ["sha n't", "shall n't"]),
      ("couldn't've", ["could n't 've"]), ("I'd've", ["i 'd 've"]), ("THE", []), ("'", []), ("'s", []), ("n't", []),
      ("dogs'", []), ("o'clock", []), ("isn\u{2bc}t", ["is n't"]),
    ])
  func partings(word: String, expected: [String]) {
    #expect(WordLookUp(word).partings.map { $0.joined(separator: " ") } == expected)
  }

  @Test("a word is looked up in lower case, and finally without apostrophes unless that is another word")
  func lookUp() {
    #expect(WordLookUp("Don't").spellings == ["don't"])
    #expect(WordLookUp("Don't").bare == "dont")
    #expect(WordLookUp("it’s").spellings == ["it’s", "it's"])
    #expect(WordLookUp("it’s").bare == "its")
    #expect(WordLookUp("THE").keys == ["the"])
    #expect(WordLookUp("'").keys == ["'"])
    for word in ["I'll", "he'll", "we'll", "we're", "she'd", "I'd", "she\u{2019}ll", "we'd"] {
      #expect(WordLookUp(word).bare == nil)
    }
  }

  @Test("a contraction without its own vector is the mean of its parts, rather than its bare letters")
  func contractions() throws {
    let path = try folder.write(
      "vectors.txt",
      "i 1 2\n'll 3 6\nill 9 9\ndo 1 0\nn't 0 1\ndont 9 9\ncan 4 4\nwo 2 2\nwill 8 8\nwere 9 9\nhed 7 7\nits 5 5\nhe's 6 6\n"
        + "could 3 3\n've 3 2\nhe 9 9\n's 9 9\n")
    let words: [(String, [Float]?)] = [
      ("I'LL", [2, 4]), ("i\u{2019}ll", [2, 4]), ("DON'T", [0.5, 0.5]), ("CAN'T", [2, 2.5]), ("won't", [1, 1.5]),
      ("COULDN'T'VE", [2, 2]), ("ILL", [9, 9]), ("we're", nil), ("he'd", [7, 7]), ("HE'S", [6, 6]),
    ]
    let vectors = try WordVectors.read(path: path, words: Set(words.map(\.0)))
    for (word, expected) in words { #expect(vectors.vector(of: word).map(Array.init) == expected, "\(word)") }
  }

  @Test("composed and decomposed letters are the same word, in both corpus and file")
  func normalForms() throws {
    for (written, asked) in [("caf\u{e9}", "CAFE\u{301}"), ("cafe\u{301}", "Caf\u{e9}")] {
      let path = try folder.write("vectors.txt", "\(written) 1 2\n")
      #expect(try WordVectors.read(path: path, words: [asked]).vector(of: asked).map(Array.init) == [1, 2])
    }
  }

  @Test(
    "other variants of the format are read",
    arguments: [
      "2 2\na 1 2\nb 3 4\n", "a 1 2\r\nb 3 4\r\n", "a\t1\t2\nb\t3\t4", "\u{feff}a 1 2\nb 3 4\n", " a 1 2 \n\nb  3  4\n",
    ])
  func spellings(text: String) throws {
    let path = try folder.write("vectors.txt", text)
    let vectors = try WordVectors.read(path: path, words: ["a", "b"])
    #expect(vectors.width == 2)
    #expect(vectors.vector(of: "a").map(Array.init) == [1, 2])
    #expect(vectors.vector(of: "b").map(Array.init) == [3, 4])
  }

  @Test(
    "a broken line of a wanted word is refused with its line number",
    arguments: [
      ("x 1 2\na 1 2 3\n", "line 2: 3 numbers, expected 2 as on the first line"),
      ("x 1 2\na 1\n", "line 2: 1 numbers, expected 2 as on the first line"),
      ("x 1 2\na\n", "line 2: 0 numbers, expected 2 as on the first line"),
      ("x 1 2\na 1 two\n", "line 2: number 2 is \"two\", expected a finite number"),
      ("x 1 2\na nan 2\n", "line 2: number 1 is \"nan\", expected a finite number"),
      ("x 1 2\na 1e99 2\n", "line 2: number 1 is \"1e99\", expected a finite number"),
      ("just some text\n", "line 1: 0 numbers, expected a word and 1 to 65536 numbers"),
      ("", "no word vectors, expected a word and its numbers on each line"),
    ])
  func broken(text: String, message: String) throws {
    let path = try folder.write("vectors.txt", text)
    let error = try #require(throws: DataError.self) { try WordVectors.read(path: path, words: ["a"]) }
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix(path + ": " + message), "\(error)")
  }

  @Test("broken lines of other words are ignored")
  func otherLines() throws {
    let path = try folder.write("vectors.txt", "x 1 2\ny 1 oops\na 3 4\n")
    #expect(try WordVectors.read(path: path, words: ["a"]).vector(of: "a").map(Array.init) == [3, 4])
  }

  @Test("a missing file is reported as missing input")
  func missing() throws {
    let error = try #require(throws: DataError.self) {
      try WordVectors.read(path: folder.path + "/none.txt", words: ["a"])
    }
    #expect(error.code == .inputMissing)
  }
}
