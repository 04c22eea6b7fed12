import ArrayFiles
import Files
import Testing
import TestSupport
import Text

@Suite("Flags that select what is prepared")
struct SelectionTests {
  private let corpus: TinyCorpus = {
    var corpus = TinyCorpus()
    corpus.visual.entries["c3"] = nil
    return corpus
  }()

  /// The manifest and the samples.jsonl lines of a run.
  private func run(_ corpus: TinyCorpus, _ arguments: String...) throws -> (manifest: JSONValue, samples: [JSONValue]) {
    let folder = try TemporaryFolder()
    let root = try corpus.write(to: folder.file("corpus"))
    let out = folder.file("out")
    let outcome = try Program.prep.run(
      ["mosei", "--root", root, "--out", out, "-q"]
        + arguments.map {
          $0.replacing("ROOT", with: root)
        })
    #expect(outcome.status == 0, "\(outcome.errors)")
    let verified = try Program.prep.run("verify", out)
    #expect(verified.status == 0, "\(verified.output)")
    let lines = try InputFile.contents(of: out + "/samples.jsonl", limit: 1 << 20).split(separator: UInt8(ascii: "\n"))
    return (try JSONValue(contentsOf: out + "/manifest.json"), try lines.map { try JSONValue(parsing: Array($0)) })
  }

  private func groups(_ samples: [JSONValue]) -> [String] {
    Set(samples.compactMap { $0["group"]?.text }).sorted()
  }

  @Test("--limit takes the first recordings in sorted order")
  func limit() throws {
    let result = try run(TinyCorpus(), "--limit", "4", "--ratios", "0.5,0.25,0.25")
    #expect(groups(result.samples) == ["-a1", "_b2", "c3", "d4"])
    #expect(result.manifest["config"]?["limit"]?.intValue == 4)
  }

  @Test("a recording that one file lacks is left out")
  func missingDropped() throws {
    let result = try run(corpus, "--folds", "ROOT/folds.json")
    #expect(groups(result.samples) == ["-a1", "_b2", "d4", "e5", "f6"])
  }

  @Test("with --missing keep it is kept, with that modality masked")
  func missingKept() throws {
    let result = try run(corpus, "--folds", "ROOT/folds.json", "--missing", "keep")
    #expect(groups(result.samples) == TinyCorpus.ids)
    #expect(result.manifest["splits"]?["train"]?["groups"]?.intValue == 4)
  }

  @Test(
    "a subset of modalities needs only their files and the words of the reference",
    arguments: ["visual", "audio", "text", "visual,text", "audio,visual"])
  func modalities(list: String) throws {
    for granularity in ["frame", "word"] {
      let result = try run(
        TinyCorpus(), "--modalities", list, "--folds", "ROOT/folds.json", "--granularity", granularity)
      #expect(
        result.manifest["modalities"]?.members?.keys.sorted() == list.split(separator: ",").map(String.init).sorted())
    }
  }

  @Test("the shuffle of --seed decides the division, and the same seed gives the same division")
  func seed() throws {
    func division(_ seed: String) throws -> [String?] {
      let samples = try run(TinyCorpus(), "--ratios", "0.5,0.25,0.25", "--seed", seed).samples
      return samples.map { "\($0["group"]?.text ?? "") \($0["split"]?.text ?? "")" }.sorted()
    }
    let first = try division("1")
    #expect(try division("1") == first)
    #expect(try (2...5).contains { try division("\($0)") != first })
  }

  @Test(
    "each dtype, granularity and cleaning mode gives a folder that verifies",
    arguments: ["word", "utterance", "frame", "video"], ["f16 mask", "f32 zero", "bf16 seed"])
  func types(granularity: String, types: String) throws {
    let words = types.split(separator: " ").map(String.init)
    let result = try run(
      TinyCorpus(), "--dtype", words[0], "--granularity", granularity, "--clean", words[1], "--folds", "ROOT/folds.json"
    )
    #expect(result.samples.count == (granularity == "video" ? 6 : 12))
  }
}
