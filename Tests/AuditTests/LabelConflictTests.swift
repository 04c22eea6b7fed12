import AuditSupport
import Leaks
import Samples
import TestSupport
import Testing

@testable import Audit

@Suite struct LabelConflictTests {
  /// A sample of train and one of another split, or of train, that share what `change` makes them share; their labels differ.
  private static func dataset(
    second: Split = .test, _ change: (_ from: MemoryDataset.Sample, _ to: inout MemoryDataset.Sample) -> Void
  ) -> MemoryDataset {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices {
      dataset.samples[index].sample.dialog = nil
      dataset.samples[index].sample.words = nil
    }
    let from = dataset.first(.train)
    let to = second == .train ? from + 1 : dataset.first(second)
    dataset.samples[from].sample.label = [1]
    dataset.samples[to].sample.label = [-2]
    change(dataset.samples[from], &dataset.samples[to])
    return dataset
  }

  private static func same(_ modalities: [Modality], _ from: MemoryDataset.Sample, _ to: inout MemoryDataset.Sample) {
    for modality in modalities { to.rows[modality] = from.rows[modality] }
  }

  @Test(
    "a copy with another label is an error across splits where two modalities are the same, else a warning",
    arguments: [
      ([Modality.visual, .audio, .text], Split.test, Verdict.fail), ([.visual, .audio], .valid, .fail),
      ([.audio], .test, .warn), ([.visual, .audio], .train, .warn), ([], .test, .pass),
    ])
  func copies(modalities: [Modality], second: Split, verdict: Verdict) throws {
    let dataset = Self.dataset(second: second) { Self.same(modalities, $0, &$1) }
    let finding = try dataset.finding(LabelConflict())
    #expect(finding.verdict == verdict, "\(finding.summary)")
    var pairs = 0
    try finding.leaks.forEach { row in
      pairs += 1
      #expect(row.reason.hasSuffix("another sentiment"))
    }
    #expect(pairs == (second == .train || verdict == .pass ? 0 : 1))
  }

  @Test("the same label is no conflict, and a missing one neither", arguments: [[Float(1)], [.nan]])
  func agreement(label: [Float]) throws {
    let dataset = Self.dataset { from, to in
      Self.same(Modality.allCases, from, &to)
      to.sample.label = label
    }
    #expect(try dataset.finding(LabelConflict()).verdict == .pass)
  }

  @Test("the same words with another label are a warning, whatever their capitals; with the same sound an error")
  func words() throws {
    var dataset = Self.dataset { _, to in to.sample.words = "i really cannot say that again" }
    dataset.samples[dataset.first(.train)].sample.words = "I really cannot say that again!"
    let finding = try dataset.finding(LabelConflict())
    #expect(finding.verdict == .warn)
    #expect(finding.summary.contains("with the same text"))
    dataset.samples[dataset.first(.test)].rows[.audio] = dataset.samples[dataset.first(.train)].rows[.audio]
    #expect(try dataset.finding(LabelConflict()).verdict == .fail)
    dataset.samples[dataset.first(.test)].rows[.audio] = MemoryDataset.random(rows: 3, width: 12, seed: 99)
    dataset.samples[dataset.first(.test)].sample.words = "I really cannot"
    dataset.samples[dataset.first(.train)].sample.words = "I really cannot"
    #expect(try dataset.finding(LabelConflict()).verdict == .pass)
  }

  @Test("lines of a script are said in several moods")
  func scripted() throws {
    var dataset = Self.dataset { _, to in to.sample.words = "i really cannot say that again" }
    dataset.samples[dataset.first(.train)].sample.words = "i really cannot say that again"
    for index in dataset.samples.indices { dataset.samples[index].sample.script = "s1" }
    let finding = try dataset.finding(LabelConflict())
    #expect(finding.verdict == .pass)
    #expect(finding.summary.contains("1 line of scripts"))
  }

  @Test("of many samples with one content each is named beside one that is labelled otherwise")
  func many() throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices {
      dataset.samples[index].sample.dialog = nil
      dataset.samples[index].rows = dataset.samples[0].rows
      dataset.samples[index].sample.label = [Float(index)]
    }
    let finding = try dataset.finding(LabelConflict())
    #expect(finding.verdict == .fail)
    var named: Set<String> = []
    try finding.leaks.forEach { named.insert($0.second.id) }
    #expect(named == Set(dataset.dataset().samples.filter { $0.split != .train }.map(\.id)))
  }

  @Test("without labels or content nothing is decided")
  func undecidable() throws {
    var dataset = Self.dataset { Self.same(Modality.allCases, $0, &$1) }
    for index in dataset.samples.indices { dataset.samples[index].sample.label = [.nan] }
    #expect(try dataset.finding(LabelConflict()).verdict == .undecidable)
    dataset = Self.dataset { _, _ in }
    for index in dataset.samples.indices { dataset.samples[index].rows = [:] }
    #expect(try dataset.finding(LabelConflict()).verdict == .undecidable)
  }
}
