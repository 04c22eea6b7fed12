import Archives
import Corpora
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Preparation

@Suite("A transcript beside word vectors (--words)")
struct TranscriptTests {
  private func prepare(
    in folder: borrowing TemporaryFolder, to name: String = "out", words: TinySequence? = nil,
    _ given: [String: [String]]
  ) throws -> (manifest: Manifest, lines: [String: SampleLine], report: JSONValue) {
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    if let words { try words.write(to: folder.file("words.csd")) }
    let configuration = try PreparationConfiguration(
      corpus: CMUCorpus.mosei,
      given: ["root": [root], "folds": [root + "/folds.json"], "out": [folder.file(name)]].merging(given) { $1 },
      threads: 2, memory: 1 << 28)
    let outcome = try Preparation.run(configuration)
    let lines = try SamplesFile.read(configuration.output, modalities: configuration.modalities)
    return (
      outcome.manifest, Dictionary(uniqueKeysWithValues: lines.map { ($0.id, $0) }), outcome.report.json
    )
  }

  /// The film sp was | good sp was zzyzx, half a second each.
  private static var words: TinySequence {
    var corpus = TinyCorpus()
    corpus.useWords()
    return corpus.text
  }

  private func shards(_ manifest: Manifest) -> [String] {
    Split.allCases.flatMap { manifest.splits[$0]?.shards.map(\.sha256) ?? [] }
  }

  @Test("shows words and sentence of each sample, without pauses, and moves no row")
  func shown() throws {
    let folder = try TemporaryFolder()
    let plain = try prepare(in: folder, to: "plain", words: Self.words, [:])
    #expect(plain.lines["c3[0]"]?.words == nil && plain.lines["c3[0]"]?.sentence == nil)
    let spoken = try prepare(in: folder, ["words": [folder.file("words.csd")]])
    #expect(shards(spoken.manifest) == shards(plain.manifest))
    #expect(spoken.lines["c3[0]"]?.words == "the film was")
    #expect(spoken.lines["c3[1]"]?.words == "good was zzyzx" && spoken.lines["c3[1]"]?.sentence == "good was zzyzx")
    #expect(spoken.manifest.sources.last?.name == "words.csd")
    #expect(spoken.manifest.config["words"] == true)
    let kept = try prepare(in: folder, to: "kept", ["words": [folder.file("words.csd")], "keep-pauses": []])
    #expect(kept.lines["c3[0]"]?.words == "the film sp was")
  }

  @Test(
    "shows them whatever is prepared",
    arguments: [["modalities": ["audio"], "granularity": ["frame"]], ["granularity": ["utterance"]]])
  func anyRows(given: [String: [String]]) throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.path)
    let prepared = try prepare(
      in: folder, words: Self.words, given.merging(["words": [folder.file("words.csd")]]) { $1 })
    #expect(prepared.lines["f6[1]"]?.words == "good was zzyzx")
    let whole = try prepare(in: folder, to: "whole", ["granularity": ["video"], "words": [folder.file("words.csd")]])
    #expect(whole.lines["f6"]?.words == "the film was good was zzyzx")
  }

  @Test("a recording that it lacks shows no words, and the report says so")
  func lacking() throws {
    let folder = try TemporaryFolder()
    var words = Self.words
    words.entries["e5"] = nil
    let prepared = try prepare(in: folder, words: words, ["words": [folder.file("words.csd")]])
    #expect(prepared.lines.count == 12)
    #expect(prepared.lines["e5[0]"]?.words == nil && prepared.lines["d4[0]"]?.words == "the film was")
    // Every sample of an export has the same members.
    _ = try FolderExport.webDataset(
      from: folder.file("out"), to: folder.file("tar"), overwrites: false, progress: SilentProgress())
    var sentences: [String: JSONValue] = [:]
    for name in try Folder.names(in: folder.file("tar")) where name.hasSuffix(".tar") {
      try FileTrees.open(folder.file("tar/" + name)).forEachFile(where: { $0.hasSuffix(".json") }) {
        sentences[$0.path] = try JSONValue(parsing: $0.bytes)["sentence"]
      }
    }
    #expect(sentences.count == 12 && sentences["e5[0].json"] == .null && sentences["d4[0].json"] == "the film was")
    let warnings = prepared.report["warnings"]?.elements?.compactMap(\.text) ?? []
    #expect(warnings.contains { $0.contains("not in the file of --words, the first e5") })
  }

  @Test("a file of numbers and a missing one are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    let numbers = #expect(throws: DataError.self) {
      try prepare(in: folder, words: TinyCorpus().text, ["words": [folder.file("words.csd")]])
    }
    #expect(numbers?.code == .badData && numbers?.description.contains("words with their times") == true)
    let missing = #expect(throws: DataError.self) { try prepare(in: folder, ["words": [folder.file("none.csd")]]) }
    #expect(missing?.code == .inputMissing && missing?.description.contains("given with --words") == true)
  }
}
