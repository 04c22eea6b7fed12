import Files
import Samples
import Testing
import TestSupport
import Text

@Suite("Times in another unit or on another clock")
struct SuspectTimesTests {
  private func run(_ corpus: TinyCorpus, _ arguments: [String], in folder: String) throws -> Program.Outcome {
    let root = try corpus.write(to: folder + "/corpus")
    return try Program.prep.run(
      ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", folder + "/out", "-q"] + arguments)
  }

  private static func corpus(
    _ sequence: WritableKeyPath<TinyCorpus, TinySequence>, of ids: [String] = TinyCorpus.ids,
    _ change: (Double) -> Double
  ) -> TinyCorpus {
    var corpus = TinyCorpus()
    for id in ids { corpus[keyPath: sequence].change(id) { $0.times = $0.times?.map(change) } }
    return corpus
  }

  static let faulty: [(String, String, @Sendable () -> TinyCorpus)] = [
    (
      "visuals/CMU_MOSEI_VisualOpenFace2.csd: the visual times look like milliseconds, not seconds: they span 1000 times",
      "divide its intervals by 1000", { corpus(\.visual) { $0 * 1000 } }
    ),
    (
      "visuals/CMU_MOSEI_VisualOpenFace2.csd: the visual times look like frame numbers at 30 per second", "by 30",
      { corpus(\.visual) { $0 * 30 } }
    ),
    (
      "acoustics/CMU_MOSEI_COVAREP.csd: the audio times look like frame numbers at 100 per second", "by 100",
      { corpus(\.audio) { $0 * 100 } }
    ),
    (
      "languages/CMU_MOSEI_TimestampedWordVectors.csd: the text times look like units of 100 nanoseconds",
      "by 10000000",
      { corpus(\.text) { $0 * 1e7 } }
    ),
    (
      "labels/CMU_MOSEI_Labels.csd: the labels' times look like milliseconds, not seconds: they span 1000 times",
      "divide the labels' intervals by 1000", { corpus(\.labels) { $0 * 1000 } }
    ),
    (
      "acoustics/CMU_MOSEI_COVAREP.csd: in 6 of 6 recordings most labelled segments have no audio row, as if the times were "
        + "of another unit or clock: they begin 3600 s after the labels do", "labels' clock",
      { corpus(\.audio) { $0 + 3600 } }
    ),
  ]

  @Test(
    "a suspect modality is refused with file and unit; --allow-times continues with a message",
    arguments: faulty.indices, ["word", "frame", "video"])
  func refused(number: Int, granularity: String) throws {
    let (problem, remedy, corpus) = Self.faulty[number]
    let folder = try TemporaryFolder()
    let flags = ["--granularity", granularity]
    let outcome = try run(corpus(), flags, in: folder.path)
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix("msa-prep: error: \(folder.path)/corpus/" + problem), "\(outcome.errors)")
    #expect(outcome.errors.contains(remedy) && outcome.errors.hasSuffix("if not, add --allow-times.\n"))
    #expect(try leftovers(in: folder.file("out")).isEmpty)
    // If the labels or the words are elsewhere, nothing remains that could be prepared.
    if granularity != "video" && [3, 4].contains(number) { return }
    #expect(try run(corpus(), flags + ["--allow-times"], in: folder.path).status == 0)
    let report = try JSONValue(contentsOf: folder.file("out/report.json"))
    let warned = report["warnings"]?.elements?.contains { $0.text?.hasSuffix("--allow-times lets it pass.") ?? false }
    #expect(warned == true)
    #expect(report["config"]?["allow-times"] == true)
  }

  @Test("single recordings give a counted warning, and rows outside every label give none")
  func single() throws {
    let folder = try TemporaryFolder()
    #expect(try run(Self.corpus(\.visual, of: ["c3"]) { $0 + 500 }, [], in: folder.path).status == 0)
    let report = try JSONValue(contentsOf: folder.file("out/report.json"))
    let warnings = (report["warnings"]?.elements ?? []).compactMap(\.text)
    #expect(
      warnings.contains { $0.hasPrefix("visual: in 1 of 6 recordings the times do not match the labels' (c3)") })

    var sparse = TinyCorpus()
    for id in TinyCorpus.ids { sparse.labels.change(id) { $0.times = [0, 0.2, 0.2, 0.35] } }
    let other = try TemporaryFolder()
    #expect(try run(sparse, [], in: other.path).status == 0)
    let quiet = try JSONValue(contentsOf: other.file("out/report.json"))
    #expect(quiet["warnings"]?.canonicalText.contains("times") == false, "\(quiet["warnings"]?.prettyText ?? "")")
  }

  @Test("word vectors that lack all of the corpus's words are blamed, not the words")
  func missingEverywhere() throws {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    corpus.useWords()
    let glove = try folder.write("glove.txt", Array("unheard 1 2 3 4\n".utf8))
    let outcome = try run(corpus, ["--glove", glove], in: folder.path)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.replacing(folder.path, with: "DIR")
        == "msa-prep: error: DIR/glove.txt: has no vector for any word of the samples, expected vectors of words in the "
        + "corpus's language. Give --glove other vectors, or leave text out with --modalities.\n")
    // Nothing was finished that another run could continue from.
    #expect(!Folder.exists(folder.file("out")))
  }
}
