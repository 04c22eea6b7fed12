import Corpora
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Preparation

@Suite("croissant.json")
struct CroissantTests {
  private func document(
    _ corpus: any Corpus, _ folder: borrowing TemporaryFolder,
    _ change: (inout PreparationConfiguration) -> Void = { _ in }
  ) throws -> (json: JSONValue, manifest: Manifest) {
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: root, output: folder.file("out"), threads: 1, memory: 1 << 28)
    configuration.split = .folds(path: root + "/folds.json")
    let manifest = try Preparation.run(configuration).manifest
    configuration.corpus = corpus
    change(&configuration)
    let croissant = Croissant(manifest: manifest, configuration: configuration)
    return (try croissant.json(folder: configuration.output), manifest)
  }

  @Test("every file is described with size and digest, and each field of a sample with its column")
  func files() throws {
    let (json, manifest) = try document(CMUCorpus.mosei, TemporaryFolder())
    let files = json["distribution"]?.elements ?? []
    let shards = Split.allCases.flatMap { manifest.splits[$0]?.shards ?? [] }
    #expect(
      files.map { $0["@id"]?.text } == ["samples.jsonl", "splits.json", "scalers.safetensors"] + shards.map(\.file))
    #expect(files.suffix(shards.count).map { $0["sha256"]?.text } == shards.map(\.sha256))
    #expect(files.suffix(shards.count).map { $0["contentSize"]?.text } == shards.map { "\($0.bytes) B" })
    let fields = json["recordSet"]?.elements?.first?["field"]?.elements ?? []
    #expect(
      fields.map { $0["source"]?["extract"]?["column"]?.text }
        == ["id", "group", "speaker", "split", "interval", "label", "words", "shard", "index"])
    #expect(
      fields.map { $0["arrayShape"]?.text } == [nil, nil, nil, nil, "2", "\(manifest.labelNames.count)", nil, nil, nil])
    #expect(json["conformsTo"] == "http://mlcommons.org/croissant/1.1")
  }

  @Test("homepage, citation and the word for a group are the corpus's own")
  func facts() throws {
    let (mosei, _) = try document(CMUCorpus.mosei, TemporaryFolder())
    #expect(mosei["url"]?.text == CMUCorpus.mosei.homepage && mosei["citeAs"]?.text == CMUCorpus.mosei.citation)
    #expect(mosei["description"]?.text?.hasSuffix("each split holds whole recordings.") == true)
    let (dialogs, _) = try document(IEMOCAPCorpus(), TemporaryFolder())
    #expect(dialogs["url"]?.text == IEMOCAPCorpus().homepage)
    #expect(dialogs["description"]?.text?.hasSuffix("each split holds whole speakers and dialogs.") == true)
    let group = dialogs["recordSet"]?.elements?.first?["field"]?.elements?[1]
    #expect(group?["description"]?.text == "Session or speaker; never in two splits.")
  }

  @Test("licence and date appear if they are given")
  func license() throws {
    let (silent, _) = try document(CMUCorpus.mosei, TemporaryFolder())
    #expect(silent["license"] == nil && silent["datePublished"] == nil)
    let (named, _) = try document(CMUCorpus.mosei, TemporaryFolder()) {
      $0.license = "CC-BY-4.0"
      $0.datePublished = "2018-07-15"
    }
    #expect(named["license"]?.text == "CC-BY-4.0" && named["datePublished"]?.text == "2018-07-15")
  }
}
