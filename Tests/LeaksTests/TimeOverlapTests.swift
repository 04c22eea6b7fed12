import Audit
import AuditSupport
import Reports
import Samples
import Testing

@testable import Leaks

@Suite struct TimeOverlapTests {
  /// The first turn of test, moved into the dialog of train's first turn, which lasts from 0 to 1.5 s.
  private func moved(to interval: Interval?, dialog: String? = "Ses01F_impro01") -> MemoryDataset {
    var dataset = MemoryDataset.clean()
    let index = dataset.first(.test)
    dataset.samples[index].sample.dialog = dialog
    dataset.samples[index].sample.interval = interval
    return dataset
  }

  @Test("recordings that stay in one split pass")
  func clean() throws {
    #expect(try MemoryDataset.clean().finding(TimeOverlap()).verdict == .pass)
  }

  @Test("an overlapping turn of the partner in another split fails, with both turns, the time and a picture")
  func partner() throws {
    let finding = try moved(to: Interval(start: 1, end: 1.8)).finding(TimeOverlap())
    #expect(finding.verdict == .fail)
    #expect(
      finding.summary == "2 samples of 1 recording share time with one of another split: "
        + "1 of 2 test samples with train.")
    #expect(finding.evidence[0].text.contains("share 0.50 s"))
    #expect(finding.evidence[0].figure?.source.contains("<svg") == true)
  }

  @Test("two samples of one name are both in the picture")
  func sameName() throws {
    var dataset = moved(to: Interval(start: 1, end: 1.8))
    dataset.samples[dataset.first(.test)].sample.id = dataset.samples[dataset.first(.train)].sample.id
    let figure = try #require(dataset.finding(TimeOverlap()).evidence[0].figure?.source)
    #expect(figure.contains(", train, 0.00 to 1.50 s") && figure.contains(", test, 1.00 to 1.80 s"))
  }

  @Test("turns of one dialog that only touch pass")
  func touching() throws {
    #expect(try moved(to: Interval(start: 1.5, end: 2)).finding(TimeOverlap()).verdict == .pass)
  }

  @Test("a row that reaches beyond its label into another split's time fails: context counts")
  func context() throws {
    var dataset = moved(to: Interval(start: 1.5, end: 2))
    let index = dataset.first(.train)
    // Rows of a turn count from its start.
    dataset.samples[index].intervals[.audio] = [Interval(start: 1.4, end: 1.6)]
    #expect(try dataset.finding(TimeOverlap()).verdict == .fail)
  }

  @Test("a turn's rows count from its start, not the dialog's: equal numbers are no overlap")
  func ownClock() throws {
    var dataset = moved(to: Interval(start: 10, end: 11))
    let index = dataset.first(.test)
    dataset.samples[index].intervals[.audio] = [Interval(start: 0, end: 1)]
    #expect(try dataset.finding(TimeOverlap()).verdict == .pass)
  }

  @Test("a recording without times in two splits is undecidable and is named")
  func untimed() throws {
    let finding = try moved(to: nil).finding(TimeOverlap())
    #expect(finding.verdict == .undecidable)
    #expect(finding.reason?.contains("Ses01F_impro01") == true)
  }

  @Test("recordings within one split need no times")
  func untimedWithin() throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices { dataset.samples[index].sample.interval = nil }
    #expect(try dataset.finding(TimeOverlap()).verdict == .pass)
  }

  @Test("segments of one video in two splits are compared if there is no dialog")
  func video() throws {
    var dataset = MemoryDataset.clean()
    for (number, index) in [dataset.first(.train), dataset.first(.test)].enumerated() {
      dataset.samples[index].sample.dialog = nil
      dataset.samples[index].sample.id = "abc[\(number)]"
      dataset.samples[index].sample.interval = Interval(start: Double(number), end: Double(number) + 1.2)
    }
    #expect(try dataset.finding(TimeOverlap()).verdict == .fail)
  }

  @Test("the sweep finds the same overlaps as a comparison of all pairs")
  func sweep() {
    var samples: [TimeOverlap.TimedSample] = []
    for number in 0..<60 {
      var sample = MemoryDataset.clean().samples[0].sample
      sample.id = "\(number)"
      sample.split = Split.allCases[number * 7 % 3]
      let start = Double(number * 37 % 61)
      samples.append(.init(sample: sample, interval: Interval(start: start, end: start + Double(number * 13 % 5))))
    }
    func later(_ one: TimeOverlap.TimedSample, _ two: TimeOverlap.TimedSample) -> TimeOverlap.TimedSample {
      (one.interval.start, one.interval.end, one.sample.id) < (two.interval.start, two.interval.end, two.sample.id)
        ? two : one
    }
    var expected: Set<String> = []
    for one in samples {
      for two in samples where one.sample.split != two.sample.split {
        let overlap = min(one.interval.end, two.interval.end) - max(one.interval.start, two.interval.start)
        if overlap > Interval.tolerance { expected.insert(later(one, two).sample.id) }
      }
    }
    #expect(!expected.isEmpty)
    #expect(Set(TimeOverlap.sweep(samples).map(\.second.sample.id)) == expected)
  }
}
