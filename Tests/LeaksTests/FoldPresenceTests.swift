import Audit
import AuditSupport
import Samples
import Testing

@testable import Leaks

@Suite struct FoldPresenceTests {
  @Test("three splits with samples pass")
  func clean() throws {
    #expect(try MemoryDataset.clean().finding(FoldPresence()).verdict == .pass)
  }

  @Test("an empty split fails and is named", arguments: Split.allCases)
  func empty(split: Split) throws {
    var dataset = MemoryDataset.clean()
    dataset.samples.removeAll { $0.sample.split == split }
    let finding = try dataset.finding(FoldPresence())
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("The \(split) split is empty"))
  }

  @Test("one data set without a split fails, even next to one that has it")
  func several() throws {
    var other = MemoryDataset.clean()
    other.samples.removeAll { $0.sample.split == .test }
    let subject = AuditSubject(datasets: [MemoryDataset.clean().dataset(), other.dataset(name: "IEMOCAP (2)")])
    let finding = try FoldPresence().run(on: subject)
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("IEMOCAP (2): The test split is empty"))
  }
}
