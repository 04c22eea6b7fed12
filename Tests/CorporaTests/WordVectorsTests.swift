import Storage
import Testing

@testable import Corpora

@Suite("Word vectors")
struct WordVectorsTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test("plain, gzip and zip files give the same vectors", arguments: ["vectors.txt", "vectors.txt.gz", "vectors.zip"])
  func forms(name: String) throws {
    let vectors = try WordVectors.read(
      path: Fixtures.path("word-vectors/" + name), words: ["The", "don't", "isn't", ". . .", ".", "missing"])
    #expect(vectors.width == 3)
    #expect(vectors.count == 4)
    #expect(vectors.vector(of: "The").map(Array.init) == [0.1, -0.2, 0.3])
    #expect(vectors.vector(of: "don't").map(Array.init) == [-0.5, 0.25, 0])
    #expect(vectors.vector(of: "isn't").map(Array.init) == [4, 5, 6])
    #expect(vectors.vector(of: ". . .").map(Array.init) == [1, 2, 3])
    #expect(vectors.row(of: ".") == nil)
    #expect(vectors.row(of: "missing") == nil)
  }

  @Test("a word is looked for in lower case, then without its apostrophes")
  func lookUp() {
    #expect(WordVectors.lookUpKeys(of: "Don't") == ["don't", "dont"])
    #expect(WordVectors.lookUpKeys(of: "it’s") == ["it’s", "its"])
    #expect(WordVectors.lookUpKeys(of: "THE") == ["the"])
    #expect(WordVectors.lookUpKeys(of: "'") == ["'"])
  }

  @Test(
    "other spellings of the format are read",
    arguments: ["2 2\na 1 2\nb 3 4\n", "a 1 2\r\nb 3 4\r\n", "a\t1\t2\nb\t3\t4", " a 1 2 \n\nb  3  4\n"])
  func spellings(text: String) throws {
    let path = try folder.file("vectors.txt", text)
    let vectors = try WordVectors.read(path: path, words: ["a", "b"])
    #expect(vectors.width == 2)
    #expect(vectors.vector(of: "a").map(Array.init) == [1, 2])
    #expect(vectors.vector(of: "b").map(Array.init) == [3, 4])
  }

  @Test(
    "a broken line of a wanted word is refused with its number",
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
    let path = try folder.file("vectors.txt", text)
    let error = try #require(throws: DataError.self) { try WordVectors.read(path: path, words: ["a"]) }
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix(path + ": " + message), "\(error)")
  }

  @Test("lines of other words may be broken")
  func otherLines() throws {
    let path = try folder.file("vectors.txt", "x 1 2\ny 1 oops\na 3 4\n")
    #expect(try WordVectors.read(path: path, words: ["a"]).vector(of: "a").map(Array.init) == [3, 4])
  }

  @Test("a missing file is an input that is missing")
  func missing() throws {
    let error = try #require(throws: DataError.self) {
      try WordVectors.read(path: folder.path + "/none.txt", words: ["a"])
    }
    #expect(error.code == .inputMissing)
  }
}
