import AuditSupport
import Corpora
import Files
import Foundation
import Leaks
import Preparation
import Samples
import Shards
import Synchronization
import Testing
import TestSupport
import Text
import Workers

@testable import Audit

/// What is prepared again from the raw files, and from which.
@Suite struct RerunTests {
  /// Counts how often a stage begins.
  private final class Stages: ProgressSink {
    private let counts = Mutex<[String: Int]>([:])

    func begin(_ stage: String, total: Int, unit: String) { counts.withLock { $0[stage, default: 0] += 1 } }
    func advance(by steps: Int) {}
    func end() {}
    func warn(_ message: String) {}
    func count(_ stage: String) -> Int { counts.withLock { $0[stage] ?? 0 } }
  }

  @Test("an audit reruns the preparation twice, unchanged and with other held-out values, and leaves nothing behind")
  func count() throws {
    let scratch = try TemporaryFolder()
    var subject = AuditSubject(
      datasets: try AuditedDataset.prepared([PreparedSamples.folder()]), sources: try PreparedSamples.sources(),
      threads: 2)
    let stages = Stages()
    subject.progress = stages
    subject.scratch = scratch.path
    let report = try AuditReport(
      subject, checks: [ScalerTrainOnly(), HeldOutInfluence(), TargetInFeatures(), Reproducible()])
    #expect(report.results.map(\.finding.verdict) == [.pass, .pass, .pass, .pass])
    #expect(stages.count("Align") == 2)
    #expect(try Folder.names(in: scratch.path).isEmpty)
  }

  @Test("a release with slow files is read once for both reruns")
  func release() throws {
    let folder = try TemporaryFolder()
    let release = try TinyRelease().write(to: folder.file("release"))
    let prepared = folder.file("prepared")
    _ = try Preparation.run(
      PreparationConfiguration(
        corpus: IEMOCAPCorpus(), root: release, output: prepared, threads: 1, memory: 1 << 28))
    let stages = Stages()
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([prepared]), sources: release, threads: 1)
    subject.progress = stages
    subject.scratch = folder.file("scratch")
    let report = try AuditReport(subject, checks: [HeldOutInfluence(), Reproducible()])
    #expect(report.results.map(\.finding.verdict) == [.pass, .pass])
    #expect(stages.count("Align") == 2)
    #expect(stages.count("Read") == 1)
    #expect(try Folder.names(in: subject.scratch).isEmpty)
  }

  @Test("raw files of the same name are told apart by contents and length")
  func names() throws {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    for path in [
      "visuals/CMU_MOSEI_VisualOpenFace2", "acoustics/CMU_MOSEI_COVAREP",
      "languages/CMU_MOSEI_TimestampedWordVectors", "labels/CMU_MOSEI_Labels",
    ] {
      try FileManager.default.moveItem(
        atPath: corpus + "/" + path + ".csd", toPath: corpus + "/" + Folder.parent(of: path) + "/data.csd")
    }
    let prepared = folder.file("prepared")
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: corpus, output: prepared, threads: 1, memory: 1 << 28)
    configuration.split = .folds(path: corpus + "/folds.json")
    _ = try Preparation.run(configuration, indexer: CSDIndexer.inProcess)
    #expect(try Manifest.read(prepared).sources.map(\.name) == Array(repeating: "data.csd", count: 4))
    // An unrelated file of the same name.
    try Folder.make(corpus + "/audio-old")
    try AtomicFile.write("nothing", to: corpus + "/audio-old/data.csd")
    var subject = AuditSubject(datasets: try AuditedDataset.prepared([prepared]), sources: corpus, threads: 1)
    subject.scratch = folder.path
    let finding = try Reproducible().run(on: subject)
    subject.reruns.end()
    #expect(finding.verdict == .pass, "\(finding.summary)")
  }

  @Test("a run on other data is wrong usage, whichever folders are missing or superfluous")
  func otherRun() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let other = try ExampleFolder(at: folder.file("other"), granularity: "video").path
    let run = try Run(on: prepared).write(to: folder.file("run"))
    func code(_ folders: [String]) throws -> DataError.Code? {
      do {
        _ = try AuditReport(
          AuditSubject(datasets: AuditedDataset.prepared(folders), run: run, threads: 1), checks: [Selection()])
        return nil
      } catch let error as DataError {
        #expect("\(error)".contains("run: the run was trained on data other than"), "\(error)")
        return error.code
      }
    }
    #expect(try code([prepared]) == nil)
    #expect(try code([other]) == .usage)
    #expect(try code([prepared, other]) == .usage)
  }
}
