import AuditSupport
import Leaks
import Preparation
import Samples
import Shards
import Testing
import TestSupport

@testable import Audit
@testable import Planting

@Suite struct SplitDriftTests {
  private static let setting = PreparedSamples.Setting(granularity: .utterance, videos: 60, seconds: 35)

  @Test("splits of one population do not differ beyond chance")
  func honest() throws {
    let finding = try PreparedSamples.finding("split-drift", in: PreparedSamples.folder(Self.setting))
    #expect(finding.verdict == .pass, "\(finding.summary)")
    #expect(finding.evidence.first?.figure != nil)
  }

  @Test("a test split with different labels is named")
  func labels() throws {
    let folder = try TemporaryFolder()
    var planted = try PlantedFolder(reading: PreparedSamples.folder(Self.setting))
    for index in planted.samples.indices where planted.samples[index].split == .test {
      planted.samples[index].line.label[0] += 2.5
    }
    let output = folder.file("planted")
    try planted.write(to: output)
    let finding = try PreparedSamples.finding("split-drift", in: output)
    #expect(finding.verdict == .warn)
    #expect(finding.summary.contains("in test"), "\(finding.summary)")
  }
}
