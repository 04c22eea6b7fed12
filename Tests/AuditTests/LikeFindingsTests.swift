import AuditSupport
import Corpora
import Files
import Leaks
import Preparation
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Audit

/// Audits of data that were prepared for a trained model.
@Suite struct LikeFindingsTests {
  /// A folder `trained` and one that is like it, in `place`.
  private static func prepare(in folder: borrowing TemporaryFolder, _ place: String) throws {
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    for (out, option) in [("trained", ["folds": [root + "/folds.json"]]), (place, ["like": [folder.file("trained")]])] {
      _ = try Preparation.run(
        PreparationConfiguration(
          corpus: CMUCorpus.mosei,
          given: option.merging(["root": [root], "out": [folder.file(out)]]) { own, _ in own },
          threads: 1, memory: 1 << 28))
    }
  }

  private static func findings(_ folders: [String]) throws -> [String: Finding] {
    let report = try AuditReport(AuditSubject(datasets: AuditedDataset.prepared(folders), threads: 1))
    return Dictionary(uniqueKeysWithValues: report.results.map { ($0.check.id, $0.finding) })
  }

  @Test("no check fails for want of train, valid and test, and the scalers are told by the folder beside")
  func beside() throws {
    let folder = try TemporaryFolder()
    try Self.prepare(in: folder, "asked")
    let findings = try Self.findings([folder.file("asked")])
    #expect(findings.values.allSatisfy { $0.verdict == .pass || $0.verdict == .undecidable })
    #expect(findings["fold-presence"]?.verdict == .pass && findings["integrity"]?.verdict == .pass)
    #expect(findings["scaler-train-only"]?.verdict == .pass)
    #expect(findings["id-overlap"]?.summary.contains("one split, predict") == true)
  }

  @Test("a folder that is elsewhere must be given; both are then judged, each by its own")
  func elsewhere() throws {
    let folder = try TemporaryFolder()
    try Folder.make(folder.file("far"))
    try Self.prepare(in: folder, "far/asked")
    let alone = try Self.findings([folder.file("far/asked")])
    #expect(alone["scaler-train-only"]?.verdict == .undecidable)
    let both = try Self.findings([folder.file("trained"), folder.file("far/asked")])
    #expect(both["scaler-train-only"]?.evidence.contains { $0.text.contains("of that folder's") } == true)
    // The same recordings are in both, which is what they were prepared for.
    #expect(both["id-overlap"]?.verdict == (try Self.findings([folder.file("trained")])["id-overlap"]?.verdict))
  }

  @Test("scalers that are not that folder's fail")
  func exchanged() throws {
    let folder = try TemporaryFolder()
    try Self.prepare(in: folder, "asked")
    let asked = folder.file("asked")
    var scalers = try ScalersFile.read(asked + "/" + ScalersFile.name)
    scalers.columns[.audio]?.scale[0] *= 2
    let digest = try scalers.write(to: asked + "/" + ScalersFile.name).sha256
    var manifest = try Manifest.read(asked)
    manifest.scalers.sha256 = digest
    try manifest.write(to: asked)
    let findings = try Self.findings([asked])
    #expect(findings["integrity"]?.verdict == .pass)
    #expect(findings["scaler-train-only"]?.verdict == .fail)
  }
}
