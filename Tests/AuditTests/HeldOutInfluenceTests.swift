import Samples
import AuditSupport
import Leaks
import Planting
import Preparation
import TestSupport
import Testing

@testable import Audit

@Suite struct HeldOutInfluenceTests {
  @Test(
    "changed held-out values affect neither scalers nor train shards, at any granularity",
    arguments: [Granularity.word, .utterance, .frame, .video])
  func honest(granularity: Granularity) throws {
    let setting = PreparedSamples.Setting(granularity: granularity)
    let finding = try PreparedSamples.finding(
      "held-out-influence", in: PreparedSamples.folder(setting), sources: PreparedSamples.sources(setting))
    #expect(finding.verdict == .pass, "\(finding.summary)")
  }

  @Test("scalers fitted on all data differ from those fitted on train")
  func scalers() throws {
    let folder = try TemporaryFolder()
    let finding = try PreparedSamples.finding(
      "held-out-influence", in: PreparedSamples.planted(.scalersAll, in: folder.path),
      sources: PreparedSamples.sources())
    #expect(finding.verdict == .fail)
  }

  @Test("without the raw files the check is undecidable")
  func withoutSources() throws {
    let finding = try PreparedSamples.finding("held-out-influence", in: PreparedSamples.folder())
    #expect(finding.verdict == .undecidable)
    #expect(finding.reason != nil)
  }
}
