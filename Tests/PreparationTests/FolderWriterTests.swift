import Corpora
import Digests
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Preparation

@Suite("Contents of a finished folder")
struct FolderWriterTests {
  private func configuration(_ folder: borrowing TemporaryFolder) throws -> PreparationConfiguration {
    var corpus = TinyCorpus()
    // No segment of d4 overlaps a word, so its group has no sample.
    corpus.text.change("d4") { entry in entry.times = (0..<16).map { 1000 + Double($0) } }
    let root = try corpus.write(to: folder.file("corpus"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: root, output: folder.file("out"), threads: 2, memory: 1 << 28)
    configuration.split = .folds(path: root + "/folds.json")
    configuration.allowsSuspectTimes = true
    return configuration
  }

  @Test("the manifest names the groups that have a sample, and the digests of the files")
  func contents() throws {
    let folder = try TemporaryFolder()
    let configuration = try configuration(folder)
    let manifest = try Preparation.run(configuration).manifest
    let splits = try JSONValue(contentsOf: configuration.output + "/splits.json")
    #expect(splits["train"]?["groups"] == ["-a1", "_b2", "c3"])
    #expect(manifest.splits[.train]?.groups == 3)
    for record in manifest.splits.values.flatMap(\.shards) {
      let found = try SHA256.hexDigest(ofFile: configuration.output + "/" + record.file)
      #expect(found.digest == record.sha256 && found.byteCount == record.bytes)
    }
    let scalers = configuration.output + "/" + manifest.scalers.file
    #expect(try SHA256.hexDigest(ofFile: scalers).digest == manifest.scalers.sha256)
    #expect(try Manifest.read(configuration.output) == manifest)
    #expect(try !Folder.names(in: configuration.output).contains(Staging.folderName))
  }

  @Test("shards of another layout left by a killed run are removed before the manifest is written")
  func staleShards() throws {
    let folder = try TemporaryFolder()
    let configuration = try configuration(folder)
    let manifest = try Preparation.run(configuration).manifest
    try Folder.remove(configuration.output + "/" + Manifest.name)
    let stale = configuration.output + "/shards/train-00009.safetensors"
    try AtomicFile.write("left over", to: stale)
    #expect(try Preparation.run(configuration).manifest == manifest)
    #expect(!Folder.exists(stale))
  }
}
