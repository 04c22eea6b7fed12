import Corpora
import Preparation
import Samples
import Shards
import SyntheticCorpora
import Testing
import TestSupport

@Suite("Words as reference only")
struct ReferenceOnlyTests {
  @Test("word strings without vectors align the other modalities", arguments: [Granularity.word, .utterance])
  func withoutVectors(granularity: Granularity) throws {
    let folder = try TemporaryFolder()
    var corpus = SyntheticCorpus()
    corpus.layout = .mosi
    corpus.videos = 10
    corpus.seconds = 5
    _ = try corpus.write(to: folder.path + "/corpus")
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosi, root: folder.path + "/corpus", output: folder.path + "/out", threads: 2, memory: 1 << 28)
    configuration.modalities = [.audio]
    configuration.granularity = granularity
    let outcome = try Preparation.run(configuration, indexer: CSDIndexer.inProcess)
    #expect(Array(outcome.manifest.modalities.keys) == [.audio])
    #expect(outcome.manifest.splits[.train]?.samples ?? 0 > 0)
  }
}
