import Audit
import AuditSupport
import Samples
import Testing

@testable import Leaks

@Suite("Protocol declarations") struct PromisesTests {
  private func shared(_ level: SharingLevel) -> MemoryDataset {
    var dataset = MemoryDataset.clean()
    let (from, to) = (dataset.first(.train), dataset.first(.test))
    let original = dataset.samples[from].sample
    switch level {
    case .sample: dataset.samples[to].sample.id = original.id
    case .group: dataset.samples[to].sample.group = original.group
    case .dialog: dataset.samples[to].sample.dialog = original.dialog
    case .session: dataset.samples[to].sample.session = original.session
    case .speaker: dataset.samples[to].sample.speaker = original.speaker
    }
    return dataset
  }

  @Test("a declared overlap is a note, and everything else is still checked", arguments: SharingLevel.allCases)
  func declared(level: SharingLevel) throws {
    var promises = Promises()
    let agrees = promises.declare(level, .shared)
    #expect(agrees)
    let finding = try IDOverlap(promises).run(on: [shared(level).dataset()])
    #expect(finding.verdict == .pass)
    #expect(finding.summary.contains("declared as shared: 1 of"), "\(finding.summary)")
    let other = SharingLevel.allCases.first { $0 != level } ?? level
    #expect(try IDOverlap(promises).run(on: [shared(other).dataset()]).verdict == .fail)
  }

  @Test("the default is disjoint, and two declarations for one level contradict each other")
  func disjoint() throws {
    var promises = Promises()
    let agrees = promises.declare(.speaker, .disjoint)
    #expect(agrees)
    #expect(promises.text == "speaker=disjoint")
    #expect(try IDOverlap(promises).run(on: [shared(.speaker).dataset()]).verdict == .fail)
    let contradicts = !promises.declare(.speaker, .shared)
    #expect(contradicts)
  }
}
