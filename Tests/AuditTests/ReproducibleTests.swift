import Corpora
import Files
import Leaks
import Preparation
import Samples
import Shards
import Testing
import TestSupport

@testable import Audit

@Suite struct ReproducibleTests {
  /// Prepares a tiny corpus, applies `change` to it, and runs the check.
  private func finding(
    hasSources: Bool = true, folds: Bool = true,
    _ change: (_ prepared: String, _ corpus: String) throws -> Void = { _, _ in }
  ) throws -> Finding {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    let prepared = folder.file("prepared")
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: corpus, output: prepared, threads: 1, memory: 1 << 28)
    configuration.split = folds ? .folds(path: corpus + "/folds.json") : .ratios([0.5, 0.25, 0.25], seed: 3)
    _ = try Preparation.run(configuration, indexer: CSDIndexer.inProcess)
    try change(prepared, corpus)
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([prepared]), threads: 1)
    subject.sources = hasSources ? corpus : nil
    subject.scratch = folder.path
    let finding = try Reproducible().run(on: subject)
    subject.reruns.end()
    #expect(try !Folder.names(in: folder.path).contains { $0.hasPrefix(".") })
    return finding
  }

  @Test("the raw files reproduce every byte, with folds and with ratios", arguments: [true, false])
  func clean(folds: Bool) throws {
    let finding = try finding(folds: folds)
    #expect(finding.verdict == .pass, "\(finding.summary)")
    #expect(finding.summary.contains("7 files identical, bit for bit"))
  }

  @Test("without the fold file, the division in splits.json is used and the manifest is not compared")
  func noFoldFile() throws {
    let finding = try finding { _, corpus in try Folder.remove(corpus + "/folds.json") }
    #expect(finding.verdict == .pass)
    #expect(finding.summary.contains("6 files identical, bit for bit"))
  }

  @Test("a changed shard fails and is named")
  func changed() throws {
    let finding = try finding { prepared, _ in try IntegrityTests.flip(prepared + "/shards/valid-00000.safetensors") }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("shards/valid-00000.safetensors"))
  }

  @Test("other raw files are undecidable: the original ones are unknown")
  func otherSources() throws {
    let finding = try finding { _, corpus in
      var other = TinyCorpus()
      other.audio.change("c3") { $0.values = .floats(Array(repeating: 1, count: 60)) }
      try other.write(to: corpus)
    }
    #expect(finding.verdict == .undecidable)
    #expect(finding.reason?.contains("CMU_MOSEI_COVAREP.csd differ") == true)
  }

  @Test("with raw files missing, all or one, the check is undecidable")
  func noSources() throws {
    #expect(try finding(hasSources: false).verdict == .undecidable)
    let finding = try finding { _, corpus in try Folder.remove(corpus + "/acoustics/CMU_MOSEI_COVAREP.csd") }
    #expect(finding.verdict == .undecidable)
    #expect(finding.reason?.contains("CMU_MOSEI_COVAREP.csd") == true)
  }
}
