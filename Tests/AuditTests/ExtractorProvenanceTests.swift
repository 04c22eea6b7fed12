import AuditSupport
import Corpora
import Leaks
import Preparation
import Samples
import Testing
import TestSupport
import Text

@testable import Audit

@Suite struct ExtractorProvenanceTests {
  private static func finding(_ extractors: [String], corpus: String = "IEMOCAP") throws -> Finding {
    var dataset = MemoryDataset.clean()
    dataset.corpus = corpus
    if corpus != "IEMOCAP" {
      for index in dataset.samples.indices {
        dataset.samples[index].sample.id = "v\(index)"
        dataset.samples[index].sample.dialog = nil
      }
    }
    var subject = AuditSubject(datasets: [dataset.dataset()], threads: 1)
    try subject.declare(extractors.map { try DeclaredExtractor(parsing: $0) })
    return try ExtractorProvenance().run(on: subject)
  }

  @Test(
    "an extractor that was trained on the corpus is a warning with where that is said",
    arguments: [
      "audio=superb/wav2vec2-base-superb-er@441a759", "audio=Wav2Vec2-Base-Superb-ER@1",
      "audio=emotion2vec/emotion2vec_base@v2.0.5", "text=tae898/emoberta-base@main",
      "audio=someone/hubert_finetuned_IEMOCAP@3",
    ])
  func seen(extractor: String) throws {
    let finding = try Self.finding(["visual=OpenFace@2.2.0", extractor])
    #expect(finding.verdict == .warn)
    #expect(finding.summary.contains("IEMOCAP") || finding.summary.contains("https://"), "\(finding.summary)")
  }

  @Test(
    "one that was trained on other data passes where every modality has one",
    arguments: [
      ("CMU-MOSI", "audio=superb/wav2vec2-base-superb-er@441a759"), ("IEMOCAP", "audio=facebook/wav2vec2-base@0b5b8e8"),
    ])
  func unseen(corpus: String, extractor: String) throws {
    let rest = ["visual=facebook/wav2vec2-base@1", "text=huggingface/torchMoji@1"]
    #expect(try Self.finding([extractor] + rest, corpus: corpus).verdict == .pass)
    let open = try Self.finding([extractor], corpus: corpus)
    #expect(open.verdict == .undecidable)
    #expect(open.summary.contains("visual and text"), "\(open.summary)")
  }

  @Test(
    "an extractor or a corpus that nobody knows is undecidable, and so is none",
    arguments: [
      ("IEMOCAP", []), ("IEMOCAP", ["audio=our-network@1"]),
      ("arrays", ["audio=superb/wav2vec2-base-superb-er@441a759"]),
      ("arrays", ["audio=my-iemocap-net@1"]),
    ])
  func unknown(corpus: String, extractors: [String]) throws {
    let finding = try Self.finding(extractors, corpus: corpus)
    #expect(finding.verdict == .undecidable)
    #expect(finding.doubt == .missingInput)
  }

  @Test("a prepared folder's own declaration counts without the option, and cannot be contradicted")
  func ownDeclaration() throws {
    let folder = try TemporaryFolder()
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: root, output: folder.file("out"), threads: 1, memory: 1 << 28)
    configuration.split = .folds(path: root + "/folds.json")
    configuration.extractors = [.audio: Extractor(name: "hubert-mosei", version: "2")]
    _ = try Preparation.run(configuration)
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([folder.file("out")]), threads: 1)
    let finding = try ExtractorProvenance().run(on: subject)
    #expect(finding.verdict == .warn)
    #expect(finding.summary.contains("hubert-mosei@2"), "\(finding.summary)")
    try subject.declare([DeclaredExtractor(parsing: "audio=hubert-mosei@2")])
    #expect(subject.allExtractors.map(\.title) == ["hubert-mosei@2"])
    for declared in [["audio=wav2vec2@1"], ["text=a@1", "text=b@1"]] {
      let error = #expect(throws: DataError.self) {
        try subject.declare(declared.map { try DeclaredExtractor(parsing: $0) })
      }
      #expect(error?.code == .usage)
    }
  }

  @Test(
    "corpora are known by how they are spelled in names",
    arguments: [
      ("wav2vec2-iemocap", ["IEMOCAP"]), ("MSP_Podcast v1.8", ["MSP-Podcast"]), ("mosei_senti_data.pkl", ["CMU-MOSEI"]),
      ("ch-sims v2", ["CH-SIMS v2"]), ("simsv2.npz", ["CH-SIMS v2"]), ("CMU-MOSI", ["CMU-MOSI"]),
      ("hubert-base-crema", ["CREMA-D"]), ("witness", []), ("mosi and meld", ["CMU-MOSI", "MELD"]),
    ])
  func spelling(name: String, titles: [String]) {
    #expect(CorpusSpelling.all(in: name) == titles)
  }

  @Test("the table names each extractor once, with where it is said")
  func table() {
    #expect(Set(KnownExtractor.all.map { $0.name.lowercased() }).count == KnownExtractor.all.count)
    let titles = Set(CorpusSpelling.known.map(\.title))
    for extractor in KnownExtractor.all {
      #expect(extractor.source.hasPrefix("https://"))
      #expect(titles.isSuperset(of: extractor.corpora), "\(extractor.name)")
    }
  }
}
