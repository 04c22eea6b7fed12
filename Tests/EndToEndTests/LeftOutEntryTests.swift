import Files
import Samples
import Testing
import TestSupport
import Text

@Suite("Defective entries of recordings that do not take part")
struct LeftOutEntryTests {
  /// A way in which an entry can be defective.
  struct Defect: Sendable, CustomTestStringConvertible {
    let name: String
    let file: String
    /// The place, and what is wrong there.
    let problem: String
    let sequence: @Sendable (inout TinyCorpus, (inout TinySequence) -> Void) -> Void
    let damage: @Sendable (inout TinySequence.Entry) -> Void

    var testDescription: String { name }

    /// Damages the entry of `id`, or takes it out of the file.
    func apply(to corpus: inout TinyCorpus, _ id: String) { sequence(&corpus) { $0.change(id, damage) } }
    func remove(from corpus: inout TinyCorpus, _ id: String) { sequence(&corpus) { $0.entries[id] = nil } }
  }

  static let defects: [Defect] = [
    Defect(
      name: "features and intervals of different length", file: "CMU_MOSEI_VisualOpenFace2.csd",
      problem: "OpenFace_2/data/c3/intervals: 14 rows, expected 16 as in features",
      sequence: { $1(&$0.visual) }, damage: { $0.times?.removeLast(4) }),
    Defect(
      name: "intervals with three columns", file: "CMU_MOSEI_Labels.csd",
      problem: "All Labels/data/c3/intervals: 3 columns, expected 2 (start, end in seconds)",
      sequence: { $1(&$0.labels) },
      damage: {
        $0.times = [0, 2, 9, 2, 4, 9]
        $0.timeColumns = 3
      }),
    Defect(
      name: "intervals that are texts", file: "CMU_MOSEI_COVAREP.csd",
      problem: "COVAREP/data/c3/intervals: holds string of 18 bytes, expected numbers (start, end in seconds)",
      sequence: { $1(&$0.audio) }, damage: { $0.timesAreTexts = true }),
    Defect(
      name: "no intervals", file: "CMU_MOSEI_TimestampedWordVectors.csd",
      problem: "glove_vectors/data/c3: has no dataset intervals, expected the datasets features and intervals",
      sequence: { $1(&$0.text) }, damage: { $0.times = nil }),
    Defect(
      name: "words among numbers", file: "CMU_MOSEI_VisualOpenFace2.csd",
      problem: "OpenFace_2/data/c3/features: holds string of 6 bytes, expected float32 as in -a1",
      sequence: { $1(&$0.visual) }, damage: { $0.useWords() }),
    Defect(
      name: "another width", file: "CMU_MOSEI_COVAREP.csd",
      problem: "COVAREP/data/c3/features: 4 values per row, expected 3 as in -a1", sequence: { $1(&$0.audio) },
      damage: { $0.makeWider() }),
  ]

  /// Prepares a corpus and returns its folder.
  private func prepare(_ corpus: TinyCorpus, _ arguments: [String], in folder: String) throws -> String {
    let root = try corpus.write(to: folder + "/corpus")
    let outcome = try Program.prep.run(
      ["mosei", "--root", root, "--out", folder + "/out", "-q"]
        + arguments.map { $0.replacing("DIR", with: folder) })
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    #expect(try Program.prep.run("verify", folder + "/out").status == 0)
    return folder + "/out"
  }

  /// The digests of the files that hold samples and fitted values.
  private func samples(_ folder: String) throws -> [String: String] {
    try digests(folder).filter { !["manifest.json", "report.json", "report.html", "croissant.json"].contains($0.key) }
  }

  @Test("a defect in no fold does not stop a run, changes no sample and is named in the report", arguments: defects)
  func inNoFold(defect: Defect) throws {
    let left = try TemporaryFolder()
    let right = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.folds[.train]?.removeAll { $0 == "c3" }
    var without = corpus
    defect.apply(to: &corpus, "c3")
    defect.remove(from: &without, "c3")
    let out = try prepare(corpus, BadInput.folds, in: left.path)
    #expect(try samples(out) == samples(prepare(without, BadInput.folds, in: right.path)))
    #expect(try samples(out).keys.contains("shards/train-00000.safetensors"))

    let report = try JSONValue(contentsOf: out + "/report.json")
    let entry: JSONValue = ["file": .string(defect.file), "entry": "c3", "problem": .string(defect.problem)]
    #expect(report["defective_entries"] == ["count": 1, "entries": [entry]])
    #expect(report["recordings"]?["dropped"] == [["reason": "in no fold", "count": 1, "ids": ["c3"]]])
    let warning = "\(defect.file): \(defect.problem); the entry belongs to a recording that is left out."
    #expect(report["warnings"]?.elements?.contains(.string(warning)) == true)
    let page = try String(decoding: InputFile.contents(of: out + "/report.html", limit: 1 << 24), as: UTF8.self)
    #expect(page.contains(defect.problem))
    let plan = try Program.prep.run(
      "mosei", "--root", left.file("corpus"), "--folds", left.file("corpus/folds.json"), "--out", left.file("none"),
      "--dry-run", "--json")
    #expect(try JSONValue(parsing: plan.output)["defective_entries"] == report["defective_entries"])
  }

  @Test("a defect beyond --limit, or in a recording that some files lack, does not stop a run")
  func otherReasons() throws {
    let ratios = ["--ratios", "0.4,0.3,0.3"]
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.visual.change("f6") { $0.times = nil }
    _ = try prepare(corpus, ratios + ["--limit", "5"], in: folder.file("limit"))
    corpus.audio.entries["f6"] = nil
    _ = try prepare(corpus, ratios, in: folder.file("missing"))
  }

  @Test("entries in no fold do not decide the expected width, even if they come first or are the majority")
  func formsOfOthers() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.folds = [.train: ["d4"], .valid: ["e5"], .test: ["f6"]]
    for id in ["-a1", "_b2", "c3"] { corpus.audio.change(id) { $0.makeWider() } }
    corpus.audio.entries["more"] = corpus.audio.entries["c3"]
    let out = try prepare(corpus, BadInput.folds, in: folder.path)
    let report = try JSONValue(contentsOf: out + "/report.json")
    #expect(report["defective_entries"]?["count"] == 4)
    #expect(report["sources"]?.elements?[1]["width"] == 3)
    #expect(report["sources"]?.elements?[1]["entries"] == 7)
    let warning =
      "CMU_MOSEI_COVAREP.csd: COVAREP/data/-a1/features: 4 values per row, expected 3 as in d4; this and 3 more such "
      + "entries belong to recordings that are left out."
    #expect(report["warnings"]?.elements?.contains(.string(warning)) == true)
  }

  static let needed: [BadInput] = [
    BadInput(
      "one part of a recording in a fold", 65,
      "DIR/corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd: OpenFace_2/data/c3[1]: has no dataset intervals, expected the "
        + "datasets features and intervals. Download the file again. To continue without c3, add --skip-bad-entries."
    ) {
      $0.visual.entries["c3[1]"] = $0.visual.entries["c3"]
      $0.visual.change("c3[1]") { $0.times = nil }
    },
    BadInput(
      "the only recording of a fold", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/f6: has no dataset intervals, expected the datasets "
        + "features and intervals. Download the file again; if f6 is still bad, remove it from the file."
    ) { $0.audio.change("f6") { $0.times = nil } },
    BadInput(
      "a recording that --ratios divides", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/c3: has no dataset intervals, expected the datasets "
        + "features and intervals. Download the file again. To continue without c3, add --skip-bad-entries.",
      arguments: ["--ratios", "0.4,0.3,0.3"]
    ) { $0.audio.change("c3") { $0.times = nil } },
    BadInput(
      "a recording that --missing keep keeps", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/c3: has no dataset intervals, expected the datasets "
        + "features and intervals. Download the file again. To continue without c3, add --skip-bad-entries.",
      arguments: BadInput.folds + ["--missing", "keep"]
    ) {
      $0.audio.change("c3") { $0.times = nil }
      $0.visual.entries["c3"] = nil
    },
    BadInput(
      "one that is needed after one that is not", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/c3: has no dataset intervals, expected the datasets "
        + "features and intervals. Download the file again. To continue without c3, add --skip-bad-entries."
    ) {
      $0.folds[.train]?.removeAll { $0 == "-a1" }
      for id in ["-a1", "c3"] { $0.audio.change(id) { $0.times = nil } }
    },
    // Word vectors take long to read; these do not even exist.
    BadInput(
      "before word vectors are read", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/c3: has no dataset intervals, expected the datasets "
        + "features and intervals. Download the file again. To continue without c3, add --skip-bad-entries.",
      arguments: BadInput.folds + ["--glove", "DIR/none.txt"]
    ) {
      $0.useWords()
      $0.audio.change("c3") { $0.times = nil }
    },
  ]

  @Test("a defective entry that takes part is refused, with advice that helps", arguments: needed)
  func refused(input: BadInput) throws { try input.check() }

  @Test("inspect reports the defects of all entries")
  func inspect() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.audio.change("c3") { $0.times = nil }
    let path = try corpus.write(to: folder.path) + "/acoustics/CMU_MOSEI_COVAREP.csd"
    let outcome = try Program.prep.run("inspect", path)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors
        == "msa-prep: error: \(path): COVAREP/data/c3: has no dataset intervals, expected the datasets features and "
        + "intervals. Download the file again; if c3 is still bad, remove it from the file.\n")
  }
}

extension TinySequence.Entry {
  /// Gives 20 rows four values each instead of three.
  fileprivate mutating func makeWider() {
    values = .floats([Float](repeating: 1, count: 80))
    width = 4
  }
}
