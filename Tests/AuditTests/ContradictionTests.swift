import Audit
import Leaks
import Planting
import Samples
import Testing
import TestSupport
import Text

@Suite("Audits of contradictory folders")
struct AuditContradictionTests {
  @Test("each contradiction is reported as damage, and nothing is planted in such a folder")
  func each() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    try Contradiction.forEach(in: prepared) { contradiction in
      let datasets = try AuditedDataset.prepared([prepared])
      let damage = datasets.first?.damage
      #expect(damage != nil && damage?.description.contains("\n") == false, "\(contradiction)")
      let report = try AuditReport(AuditSubject(datasets: datasets, threads: 1))
      #expect(report.hasErrors, "\(contradiction)")
      let request = Planting.Request(kind: .scalersAll, folder: prepared, output: folder.file("planted"))
      let error = #expect(throws: DataError.self, "\(contradiction)") { try Planting.run(request) }
      #expect(error?.code == .badData, "\(contradiction): \(String(describing: error))")
    }
  }
}
