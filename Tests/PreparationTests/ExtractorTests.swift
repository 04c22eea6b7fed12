import Corpora
import Files
import Preparation
import Samples
import Shards
import Testing
import TestSupport
import Text

@Suite("Extractors that a preparation declares")
struct ExtractorTests {
  @Test("stand in the manifest, the report and its page, and croissant.json")
  func everywhere() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    let manifest = try Preparation.run(
      PreparationConfiguration(
        corpus: CMUCorpus.mosei,
        given: [
          "root": [root], "folds": [root + "/folds.json"], "out": [folder.file("out")],
          "extractor": ["audio=wav2vec2-base@v1", "text=bert<base>@2"],
        ], threads: 1, memory: 1 << 28)
    ).manifest
    #expect(manifest.modalities[.audio]?.extractor == Extractor(name: "wav2vec2-base", version: "v1"))
    #expect(manifest.modalities[.visual]?.extractor == nil)
    #expect(try Manifest.read(folder.file("out")) == manifest)
    #expect(manifest.config["extractors"] == ["audio": "wav2vec2-base@v1", "text": "bert<base>@2"])
    let report = try JSONValue(contentsOf: folder.file("out/report.json"))
    #expect(report["modalities"]?["audio"]?["extractor"] == "wav2vec2-base@v1")
    let page = String(
      decoding: try InputFile.contents(of: folder.file("out/report.html"), limit: 1 << 24), as: UTF8.self)
    #expect(page.contains("bert&lt;base&gt;@2"))
    let croissant = try JSONValue(contentsOf: folder.file("out/croissant.json"))
    let steps = croissant["rai:dataPreprocessingProtocol"]?.elements?.compactMap(\.text) ?? []
    #expect(steps.contains { $0.contains("wav2vec2-base@v1") })
  }

  @Test(
    "two for one modality, one for a modality that is not prepared, and a malformed one are usage errors",
    arguments: [
      (["audio=a@1", "audio=b@1"], "names two extractors of audio"), (["visual=a@1"], "not among --modalities"),
      (["audio"], "expected a modality, the extractor and its version"),
    ])
  func refused(extractors: [String], text: String) throws {
    let error = #expect(throws: DataError.self) {
      try PreparationConfiguration(
        corpus: CMUCorpus.mosei,
        given: ["root": ["r"], "out": ["o"], "modalities": ["audio,text"], "extractor": extractors], threads: 1,
        memory: 1)
    }
    #expect(error?.code == .usage)
    #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
  }
}
