import Audit
import AuditSupport
import Foundation
import Reports
import Samples
import Testing

@testable import Leaks

@Suite("Facts as a table") struct EvidenceTableTests {
  @Test("ten rows are shown, the others stand behind a click, and what is not kept is counted")
  func rows() {
    let table = EvidenceTable(
      title: "Names.", columns: [.text("name"), .number("test")], rows: (0..<130).map { ["n<\($0)>", "\($0)"] })
    let html = table.markup.source
    #expect(html.components(separatedBy: "<details>").count == 2)
    #expect(html.contains("<summary>90 more (of 120)</summary>"))
    #expect(html.contains("n&lt;99&gt;") && !html.contains("n&lt;100&gt;"))
    let few = EvidenceTable(title: "", columns: [.text("name")], rows: [["a"]]).markup.source
    #expect(!few.contains("<details>"))
  }

  @Test("names in two splits are a table, those with most held-out samples first")
  func names() throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices { dataset.samples[index].sample.speaker = "everybody" }
    dataset.samples[dataset.first(.train)].sample.speaker = "few"
    dataset.samples[dataset.first(.test)].sample.speaker = "few"
    let evidence = try dataset.finding(IDOverlap()).evidence
    let html = try #require(evidence.compactMap(\.table).first).markup.source
    #expect(html.contains("speaker, with its samples in"))
    let (most, few) = (html.firstRange(of: "everybody"), html.firstRange(of: ">few<"))
    #expect(try #require(most).lowerBound < #require(few).lowerBound)
  }

  @Test("findings of several data sets keep their tables, named, and say equal sentences once")
  func merged() throws {
    var shared = MemoryDataset.clean()
    for index in shared.samples.indices { shared.samples[index].sample.speaker = "everybody" }
    let (bad, good) = (try shared.finding(IDOverlap()), try MemoryDataset.clean().finding(IDOverlap()))
    let merged = Finding.merging([("a", good), ("b", bad), ("c", good)])
    #expect(merged.verdict == .fail)
    #expect(merged.summary == "b: \(bad.summary) a, c: \(good.summary)")
    #expect(merged.evidence.compactMap(\.table).first?.title.hasPrefix("b: 1 speaker in more than one split") == true)
    #expect(Finding.merging([("a", good), ("c", good)]).summary == good.summary)
  }
}
