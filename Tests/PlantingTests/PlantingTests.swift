import ArrayFiles
import AuditSupport
import Digests
import Files
import Leaks
import Preparation
import Samples
import Shards
import Testing
import TestSupport
import Text
import Workers

@testable import Audit
@testable import Planting

@Suite struct PlantingTests {
  /// Kinds that can be planted in a folder of a synthetic corpus, except those of runs.
  private static let kinds = PlantKind.allCases.filter {
    ![.bestEpochOnTest, .sharedVoice, .dividedRecording].contains($0)
  }

  /// A folder that has what a leak needs: several samples a recording, and enough of them to tell an effect from chance.
  private static func setting(for kind: PlantKind) -> AuditSupport.PreparedSamples.Setting {
    let large: Set<PlantKind> = [
      .targetNoisy, .targetHinted, .targetCode, .targetMean, .targetBefore, .targetFitted, .selectedAll,
      .positionShortcut,
    ]
    if kind == .dividedGroup { return .init(seconds: 45) }
    return large.contains(kind) ? .init(granularity: .utterance, videos: 60, seconds: 35) : .init()
  }

  @Test("every leak is found by the check that its kind names", arguments: kinds)
  func found(kind: PlantKind) throws {
    let folder = try TemporaryFolder()
    let finding = try PreparedSamples.finding(
      kind.check, in: PreparedSamples.planted(kind, Self.setting(for: kind), in: folder.path))
    #expect(finding.verdict == (kind.isWarning ? .warn : .fail), "\(finding.summary)")
    #expect(!finding.evidence.isEmpty)
    #expect(!finding.advice.isEmpty)
  }

  @Test(
    "one voice in two splits, or one recording under two names, is found among many; without voices nothing is decided",
    arguments: [PlantKind.sharedVoice, .dividedRecording])
  func voice(kind: PlantKind) throws {
    let folder = try TemporaryFolder()
    let setting = PreparedSamples.Setting(videos: 48, seconds: 24)
    let planted = try PreparedSamples.planted(kind, setting, in: folder.path)
    let finding = try PreparedSamples.finding("voice", in: planted)
    #expect(finding.verdict == .warn, "\(finding.summary)")
    #expect(try PreparedFolder.verify(planted, progress: SilentProgress()).isIntact)
    #expect(try PreparedSamples.finding("voice", in: PreparedSamples.folder(setting)).verdict == .undecidable)
  }

  @Test("the folder without the leak passes the same check", arguments: Set(kinds.map(\.check)).sorted())
  func clean(check: String) throws {
    let finding = try PreparedSamples.finding(check, in: PreparedSamples.folder())
    // The speakers of the corpus are unknown.
    #expect(finding.verdict == (check == "id-overlap" ? .undecidable : .pass), "\(finding.summary)")
  }

  @Test("checksums, counts and lists match the planted contents", arguments: kinds)
  func intact(kind: PlantKind) throws {
    let folder = try TemporaryFolder()
    let report = try PreparedFolder.verify(
      PreparedSamples.planted(kind, Self.setting(for: kind), in: folder.path), progress: SilentProgress())
    switch kind {
    case .flippedByte: #expect(report.problems.count == 1)
    case .groupOverlap, .timeOverlap:
      // A group in two splits is the leak itself, and the list of groups shows it.
      #expect(report.problems.allSatisfy { $0.description.contains("is a group of") }, "\(report.text)")
    default: #expect(report.isIntact, "\(report.text)")
    }
  }

  @Test(
    "planted leaks of scalers, duplicates and targets trigger no other check",
    arguments: [PlantKind.scalersAll, .nearDuplicates, .targetCopied, .targetSum, .orderShortcut])
  func alone(kind: PlantKind) throws {
    let folder = try TemporaryFolder()
    let planted = try PreparedSamples.planted(kind, in: folder.path)
    let report = try AuditReport(AuditSubject(datasets: AuditedDataset.prepared([planted])))
    let failed = report.results.filter { $0.finding.verdict == .fail }.map(\.check.id)
    #expect(failed == [kind.check])
  }

  @Test(
    "the same seed plants the same bytes, another one others", arguments: [PlantKind.nearDuplicates, .targetScaled])
  func seeds(kind: PlantKind) throws {
    let one = try TemporaryFolder()
    let other = try TemporaryFolder()
    func manifest(_ seed: UInt64, _ folder: String) throws -> String {
      try SHA256.hexDigest(
        ofFile: PreparedSamples.planted(kind, in: folder, seed: seed) + "/" + Manifest.name
      ).digest
    }
    let first = try manifest(4, one.path)
    #expect(try manifest(4, other.path) == first)
    #expect(try manifest(5, other.path) != first)
  }

  @Test("a folder that lacks what a leak needs is refused")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let video = PreparedSamples.Setting(granularity: .video, cleaning: .seed, dtype: .f32, videos: 40, seconds: 6)
    for kind in [PlantKind.groupOverlap, .imputedFromAll, .bestEpochOnTest] {
      #expect(throws: DataError.self) { try PreparedSamples.planted(kind, video, in: folder.path) }
    }
    #expect(throws: DataError.self) { try PreparedSamples.planted(.duplicates, in: folder.path, count: 100_000) }
  }

  @Test("a folder that is not empty is left alone")
  func occupied() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("mine.txt", [1])
    var request = Planting.Request(kind: .scalersAll, folder: try PreparedSamples.folder(), output: folder.path)
    request.seed = 1
    let planting = request
    #expect(throws: DataError.self) { try Planting.run(planting) }
    #expect(Folder.exists(file))
    #expect(try Folder.names(in: folder.path) == ["mine.txt"])
  }

  @Test("a run can be made to report an epoch other than the best on valid")
  func run() throws {
    let folder = try TemporaryFolder()
    let run = folder.file("run")
    try Folder.make(run)
    try AtomicFile.write(#"{"best_epoch": 2, "best_validation_correlation": 0.5}"#, to: run + "/results.json")
    try AtomicFile.write(#"{"val_correlation": [0.1, 0.5, 0.3]}"#, to: run + "/metrics_history.json")
    var request = Planting.Request(
      kind: .bestEpochOnTest, folder: try PreparedSamples.folder(), output: folder.file("planted"))
    request.run = run
    _ = try Planting.run(request)
    let results = try JSONValue(contentsOf: folder.file("planted/results.json"))
    let epoch = try #require(results["best_epoch"]?.intValue)
    #expect(epoch == 1 || epoch == 3)
    #expect(results["best_validation_correlation"]?.doubleValue == (epoch == 1 ? 0.1 : 0.3))
    #expect(Folder.exists(folder.file("planted/metrics_history.json")))
  }
}
