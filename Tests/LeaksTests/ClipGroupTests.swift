import Audit
import AuditSupport
import Samples
import Testing

@testable import Leaks

/// Clips of one recording under custom ids.
@Suite struct ClipGroupTests {
  /// Six clips of each of ten recordings; if `divided`, the last clip of each is in test.
  private func clips(divided: Bool, times: Bool = false, more: [String] = [], _ spell: (String, Int) -> String)
    -> MemoryDataset
  {
    var dataset = MemoryDataset()
    let ids = (0..<10).flatMap { video in (0..<6).map { (video, $0, spell("Qx7_\(video)aZ-k", $0)) } }
    for (number, (video, clip, id)) in (ids + more.enumerated().map { ($0.offset, 0, $0.element) }).enumerated() {
      var item = MemoryDataset.clean().samples[0]
      item.sample.id = id
      item.sample.group = SampleID(parsing: id).recording
      (item.sample.dialog, item.sample.session, item.sample.words) = (nil, nil, nil)
      item.sample.speaker = nil
      item.sample.split = divided ? (clip == 5 ? .test : clip == 4 ? .valid : .train) : Split.allCases[video % 3]
      item.sample.interval = times ? Interval(start: 0, end: 2) : nil
      item.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: 1, width: $0, seed: UInt64(number * 7 + $0))
      }
      dataset.samples.append(item)
    }
    return dataset
  }

  private static let spellings: [@Sendable (String, Int) -> String] = [
    { "\($0)_\($1)" }, { "\($0)-\($1)" }, { "\($0).\($1)" }, { "\($0)#\($1)" }, { "\($0)/\($1)" },
    { "\($0)_\($1)2.500_\($1)5.000" }, { "\($0)[\($1)]" },
  ]

  @Test("clips of one recording in several splits fail, however they are spelled", arguments: spellings.indices)
  func divided(spelling: Int) throws {
    let dataset = clips(divided: true, Self.spellings[spelling])
    let finding = try dataset.finding(IDOverlap())
    #expect(finding.verdict == .fail)
    #expect(finding.summary.hasPrefix("10 groups in more than one split"), "\(finding.summary)")
    let time = try dataset.finding(TimeOverlap())
    #expect(time.verdict == .undecidable)
    #expect(time.summary.hasPrefix("10 recordings in more than one split"), "\(time.summary)")
  }

  @Test(
    "clips that stay together raise no alarm and are counted as their recordings",
    arguments: spellings.indices)
  func together(spelling: Int) throws {
    let dataset = clips(divided: false, Self.spellings[spelling])
    #expect(try dataset.finding(IDOverlap()).doubt == .missingInput)
    #expect(try dataset.finding(TimeOverlap()).summary == "None of 10 recordings is in two splits.")
  }

  @Test("clips have their own clocks: equal times do not overlap")
  func clocks() throws {
    let finding = try clips(divided: true, times: true) { "\($0)_\($1)" }.finding(TimeOverlap())
    #expect(finding.verdict == .undecidable)
    #expect(finding.summary.contains("without times that could be compared"))
  }

  @Test(
    "names that only resemble clips are undecidable and are listed; within one split they are ignored")
  func suspected() throws {
    // Ids without a pattern are among them: no rule holds for the whole list.
    let others = (0..<30).map { "talk\(Character(UnicodeScalar(UInt8(97 + $0 % 26))))\($0)q" }
    let divided = clips(divided: true, more: others) { "\($0)_\($1)" }
    for check in [IDOverlap(), TimeOverlap()] as [any AuditCheck] {
      let finding = try divided.finding(check)
      #expect(finding.verdict == .undecidable)
      #expect(finding.doubt == .suspicion, "\(finding.summary)")
      #expect(finding.summary.contains("Qx7_0aZ-k (Qx7_0aZ-k_0 in train"), "\(finding.summary)")
    }
    let together = clips(divided: false, more: others) { "\($0)_\($1)" }
    #expect(try together.finding(IDOverlap()).doubt == .missingInput)
  }
}
