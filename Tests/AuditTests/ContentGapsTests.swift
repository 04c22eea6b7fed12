import AuditSupport
import Leaks
import Samples
import Testing
import TestSupport

@testable import Audit

@Suite struct ContentGapsTests {
  private func report(_ change: (inout MemoryDataset) -> Void) throws -> AuditReport {
    var dataset = MemoryDataset.clean()
    change(&dataset)
    return try AuditReport(
      AuditSubject(datasets: [dataset.dataset()], threads: 1),
      checks: [FoldPresence(), ExactDuplicates(), NearDuplicates()])
  }

  @Test("a modality that more than a third of the samples lack is said in the verdict of checks of contents alone")
  func missing() throws {
    let report = try report { dataset in
      for index in 0..<3 { dataset.samples[index].mask[.audio] = [0, 0, 0] }
    }
    let summaries = report.results.map(\.finding.summary)
    #expect(!summaries[0].contains("Weakened"))
    #expect(summaries[1...].allSatisfy { $0.hasSuffix(" Weakened: 3 of 6 samples have no audio.") }, "\(summaries)")
  }

  @Test("what a third of the samples or fewer lack is not worth a word")
  func few() throws {
    let report = try report { dataset in
      for index in 0..<2 { dataset.samples[index].mask[.audio] = [0, 0, 0] }
    }
    #expect(!report.results.contains { $0.finding.summary.contains("Weakened") })
  }
}
