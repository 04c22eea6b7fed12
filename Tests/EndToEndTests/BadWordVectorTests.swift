import Files
import Testing
import TestSupport
import Text

@Suite("Word strings and word vectors that do not fit each other")
struct BadWordVectorTests {
  private static let glove = BadInput.folds + ["--glove", "DIR/corpus/glove.txt"]

  private static func file(_ name: String, _ message: String, _ text: String) -> BadInput {
    BadInput(name, 65, message, arguments: glove) {
      $0.useWords()
    } damage: {
      try AtomicFile.write(text, to: $0 + "/glove.txt")
    }
  }

  static let inputs: [BadInput] = [
    BadInput(
      "word strings without --glove", 64,
      "DIR/corpus/languages/words.csd: words: features are word strings, expected word vectors. Add "
        + "--glove FILE, a word-vector file in GloVe's text format."
    ) { $0.useWords() },
    .damaged(
      "--glove with word vectors", 64,
      "DIR/corpus/glove.txt: --glove is given but the text sequence does not hold words, expected a text "
        + "sequence of word strings. Leave out --glove, or name the word file with --text.", arguments: glove
    ) {
      try AtomicFile.write(TinyCorpus.glove, to: $0 + "/glove.txt")
    },
    BadInput(
      "a word-vector file that does not exist", 66,
      "DIR/corpus/glove.txt: cannot be opened: No such file or directory. Check the path.", arguments: glove
    ) { $0.useWords() },
    file(
      "a word-vector line with a number too few",
      "DIR/corpus/glove.txt: line 2: 3 numbers, expected 4 as on the first line. Download the file again, "
        + "or give --glove a file in GloVe's text format.", "the 1 2 3 4\nfilm 1 2 3\n"),
    file(
      "a word-vector line with a number too many",
      "DIR/corpus/glove.txt: line 2: 5 numbers, expected 4 as on the first line. Download the file again, "
        + "or give --glove a file in GloVe's text format.", "the 1 2 3 4\nfilm 1 2 3 4 5\n"),
    file(
      "a word vector that is no number",
      "DIR/corpus/glove.txt: line 2: number 3 is \"x\", expected a finite number. Download the file again, "
        + "or give --glove a file in GloVe's text format.", "the 1 2 3 4\nfilm 1 2 x 4\n"),
    file(
      "a word vector that is not finite",
      "DIR/corpus/glove.txt: line 2: number 3 is \"nan\", expected a finite number. Download the file again, "
        + "or give --glove a file in GloVe's text format.", "the 1 2 3 4\nfilm 1 2 nan 4\n"),
    file(
      "a word-vector file without numbers",
      "DIR/corpus/glove.txt: line 1: 0 numbers, expected a word and 1 to 65536 numbers. Download the file "
        + "again, or give --glove a file in GloVe's text format.", "the\nfilm\n"),
    file(
      "an empty word-vector file",
      "DIR/corpus/glove.txt: no word vectors, expected a word and its numbers on each line. Give --glove a "
        + "file in GloVe's text format, e.g. glove.840B.300d.txt.", ""),
  ]

  @Test("a mismatch is refused in one line that names the file and the line", arguments: inputs)
  func refused(input: BadInput) throws { try input.check() }

  @Test("a truncated or damaged gzip file is refused by name", arguments: ["glove.txt.gz", "glove.zip"])
  func damaged(name: String) throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.useWords()
    let root = try corpus.write(to: folder.file("corpus"))
    let source = name.hasSuffix("gz") ? "word-vectors/vectors.txt.gz" : "word-vectors/vectors.zip"
    let whole = try InputFile.contents(of: fixture(source), limit: 1 << 20)
    let glove = try folder.write(name, Array(whole[..<(whole.count / 2)]))
    let outcome = try Program.prep.run(
      "mosei", "--root", root, "--folds", root + "/folds.json", "--glove", glove, "--out", folder.file("out"), "-q")
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("msa-prep: error: \(glove): "), "\(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(try leftovers(in: folder.file("out")).isEmpty)
  }

  @Test("word strings are prepared with --glove; pauses are dropped, or kept with --keep-pauses, and counted")
  func pauses() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.useWords()
    let root = try corpus.write(to: folder.file("corpus"))
    let glove = try folder.write("glove.txt", Array(TinyCorpus.glove.utf8))
    var rows: [Int?] = []
    for flags in [[], ["--keep-pauses"]] {
      let out = folder.file("out\(flags.count)")
      let outcome = try Program.prep.run(
        ["mosei", "--root", root, "--folds", root + "/folds.json", "--glove", glove, "--out", out, "-q"] + flags)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try JSONValue(contentsOf: out + "/report.json")
      rows.append(report["words"]?["used"]?.intValue)
      let pauses = report["words"]?["dropped"]?.elements?.first {
        $0["reason"] == "a pause (sp, sil, spn and the like)"
      }
      #expect(pauses?["count"]?.intValue == (flags.isEmpty ? 12 : nil))
    }
    #expect(rows == [36, 48])
  }

  @Test(
    "--pause-words sets the pauses, as a flag or as a pipeline's list, but not with --keep-pauses")
  func pauseWords() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.useWords()
    let root = try corpus.write(to: folder.file("corpus"))
    let glove = try folder.write("glove.txt", Array(TinyCorpus.glove.utf8))
    let flags = ["--root", root, "--folds", root + "/folds.json", "--glove", glove, "-q", "--out"]
    let pipeline = try folder.write(
      "job.yaml",
      Array(
        """
        corpus: mosei
        root: \(root)
        folds: \(root)/folds.json
        glove: \(glove)
        pause-words: [Film, good]
        out: \(folder.file("list"))
        """.utf8))
    let runs = try [
      Program.prep.run(["mosei"] + flags + [folder.file("flag"), "--pause-words", "Film, good"]),
      Program.prep.run("run", pipeline, "-q"),
    ]
    for (outcome, name) in zip(runs, ["flag", "list"]) {
      #expect(outcome.status == 0, "\(outcome.errors)")
      let report = try JSONValue(contentsOf: folder.file(name) + "/report.json")
      let pauses = report["words"]?["dropped"]?.elements?.first { $0["reason"] == "a pause (Film, good)" }
      #expect(pauses?["count"] == 12)
      #expect(report["config"]?["pause-words"] == ["Film", "good"])
    }
    let both = try Program.prep.run(
      ["mosei"] + flags + [folder.file("none"), "--pause-words", "sil", "--keep-pauses"])
    #expect(both.status == 64)
  }
}
