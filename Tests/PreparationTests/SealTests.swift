import Corpora
import Files
import Leaks
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Preparation

/// The checks between a finished folder and its manifest.
@Suite struct SealTests {
  /// Recordings named like clips of three videos; each of the first two has a clip in train and one held out.
  private static let clips = ["vid10_1", "vid10_2", "vid20_1", "vid20_2", "vid30_1", "vid30_2"]

  private func configuration(
    in folder: borrowing TemporaryFolder, splitting folds: [Split: [String]]
  ) throws -> PreparationConfiguration {
    var corpus = TinyCorpus()
    for path in [\TinyCorpus.visual, \.audio, \.text, \.labels] {
      let entries = corpus[keyPath: path].entries
      corpus[keyPath: path].entries = Dictionary(
        uniqueKeysWithValues: zip(TinyCorpus.ids, Self.clips).compactMap { id, clip in entries[id].map { (clip, $0) } })
    }
    corpus.folds = folds
    let root = try corpus.write(to: folder.file("corpus"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: root, output: folder.file("prepared"), threads: 1, memory: 1 << 28)
    configuration.split = .folds(path: root + "/folds.json")
    return configuration
  }

  private static let leaking: [Split: [String]] = [
    .train: [clips[0], clips[2], clips[4], clips[5]], .valid: [clips[3]], .test: [clips[1]],
  ]

  @Test("the library refuses to seal a folder with a leak, unless the leak is allowed")
  func leak() throws {
    let folder = try TemporaryFolder()
    let strict = try configuration(in: folder, splitting: Self.leaking)
    func run(_ configuration: PreparationConfiguration) throws {
      _ = try Preparation.run(configuration, indexer: CSDIndexer.inProcess)
    }
    let error = #expect(throws: DataError.self) { try run(strict) }
    #expect(error?.code == .checkFailed)
    #expect(error.map { "\($0)".contains("fails the check id-overlap") } == true)
    #expect(try Folder.entry(at: strict.output + "/" + Manifest.name) == nil)
    var allowing = strict
    allowing.allowedLeaks = ["id-overlap"]
    try run(allowing)
    #expect(try Manifest.read(strict.output).allowedLeaks.map(\.check) == ["id-overlap"])
    // A finished folder must not bypass the check.
    #expect(throws: DataError.self) { try run(strict) }
  }

  @Test("a folder whose recordings stay in one split is sealed without a message")
  func clean() throws {
    let folder = try TemporaryFolder()
    let clips = Self.clips
    let configuration = try configuration(
      in: folder, splitting: [.train: Array(clips[..<2]), .valid: Array(clips[2..<4]), .test: Array(clips[4...])])
    _ = try Preparation.run(configuration, indexer: CSDIndexer.inProcess)
    #expect(try Manifest.read(configuration.output).allowedLeaks.isEmpty)
  }
}
