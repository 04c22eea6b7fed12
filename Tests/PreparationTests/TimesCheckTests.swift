import Samples
import Testing
import Text

@testable import Preparation

struct TimesCheckTests {
  /// Recordings of `seconds`, of which the labels cover `labelled`, with one modality's times `factor` times too long.
  private func times(
    _ modality: Modality, factor: Double = 1, offset: Double = 0, seconds: Double = 60,
    labelled: ClosedRange<Double> = 2...55, bare: Int = 0, count: Int = 7, areWhole: Bool = false
  ) -> [RecordingTimes] {
    (0..<count).map { number in
      let own = seconds + Double(number)
      return RecordingTimes(
        recording: "r\(number)", modality: modality, segmentCount: 10, bareCount: bare,
        span: Interval(start: offset, end: own * factor + offset),
        labelled: Interval(start: labelled.lowerBound, end: labelled.upperBound + Double(number)),
        startsAreWhole: areWhole)
    }
  }

  @Test(
    "the suspected unit is named, even if the labels cover only part of a recording",
    arguments: [
      (1000, "milliseconds"), (25, "frame numbers at 25"), (30, "frame numbers at 30"), (10, "frame numbers at 10"),
      (16_000, "sample numbers at 16000"), (1e6, "microseconds"), (1e7, "100 nanoseconds"),
      (29.97, "frame numbers at 30"),
    ] as [(factor: Double, name: String)], [2.0...55, 2...30, 0...20])
  func units(unit: (factor: Double, name: String), labelled: ClosedRange<Double>) {
    let (factor, name) = unit
    let check = TimesCheck(
      times(.visual, factor: factor, labelled: labelled) + times(.audio, labelled: labelled)
        + times(.text, labelled: labelled))
    #expect(check.suspicions.map(\.modality) == [.visual])
    #expect(check.suspicions.first?.problem.contains(name) == true, "\(check.suspicions)")
  }

  @Test("whole numbers that no unit explains are named, however large they are", arguments: [1e17, 1e200])
  func endless(factor: Double) {
    let check = TimesCheck(times(.visual, factor: factor, areWhole: true) + times(.audio) + times(.text))
    #expect(check.suspicions.map(\.modality) == [.visual])
    #expect(check.suspicions.first?.problem.contains("frame numbers at about 1000000000000000 per second") == true)
  }

  @Test("a single modality is suspect in a fine unit, and in frame numbers if its starts are whole")
  func alone() {
    #expect(TimesCheck(times(.audio, factor: 1000)).suspicions.count == 1)
    #expect(TimesCheck(times(.audio, factor: 25, areWhole: true)).suspicions.count == 1)
    #expect(TimesCheck(times(.audio, factor: 25)).suspicions.isEmpty)
  }

  @Test("a short labelled part of long recordings is not another unit", arguments: [0.0...2, 20...22, 50...55, 0...5])
  func sparse(labelled: ClosedRange<Double>) {
    let all = Modality.allCases.flatMap { times($0, labelled: labelled) }
    #expect(TimesCheck(all).suspicions.isEmpty)
    #expect(TimesCheck(all).warnings.isEmpty)
    #expect(TimesCheck(times(.audio, labelled: labelled)).suspicions.isEmpty)
  }

  @Test("segments without rows in over half of the recordings are suspect, and in fewer a warning", arguments: 0...7)
  func bare(count: Int) {
    let check = TimesCheck(times(.audio, bare: 6, count: count) + times(.audio, bare: 5, count: 7 - count))
    #expect(check.suspicions.count == (count > 3 ? 1 : 0))
    #expect(check.warnings.count == (count > 0 ? 1 : 0))
  }

  @Test("rows that miss the labels are suspect, with the distance")
  func apart() {
    let after = TimesCheck(times(.text, offset: 3600, bare: 10))
    #expect(after.suspicions.first?.problem.hasSuffix("they begin 3598 s after the labels do") == true)
    let before = TimesCheck(times(.text, offset: -100, bare: 10))
    #expect(before.suspicions.first?.problem.hasSuffix("they begin 102 s before the labels do") == true)
  }

  @Test("labels in milliseconds are blamed on the labels")
  func labels() {
    let check = TimesCheck(Modality.allCases.flatMap { times($0, labelled: 2000...55_000) })
    #expect(check.suspicions.count == 3)
    #expect(
      check.suspicions.allSatisfy { $0.areLabels && $0.problem.hasPrefix("the labels' times look like milliseconds") })
  }

  @Test("labels in minutes and hours are blamed on the labels", arguments: [(60.0, "minutes"), (3600, "hours")])
  func coarseLabels(factor: Double, name: String) {
    let check = TimesCheck(Modality.allCases.flatMap { times($0, labelled: 0...(60 / factor), count: 1) })
    #expect(check.suspicions.allSatisfy { $0.areLabels && $0.problem.contains("look like \(name)") })
    #expect(!check.suspicions.isEmpty)
  }

  @Test("a single modality that is too short is blamed, not the labels")
  func tooShort() {
    let check = TimesCheck(times(.visual) + times(.text) + times(.audio, factor: 0.001, bare: 10))
    #expect(check.suspicions.map(\.modality) == [.audio])
    #expect(check.suspicions.first?.areLabels == false)
  }

  @Test("the facts survive being written and read")
  func json() {
    let facts = times(.visual, factor: 3, bare: 2, areWhole: true)
    #expect(facts.map { RecordingTimes(json: $0.json) } == facts)
    #expect(RecordingTimes(json: [1, 2]) == nil)
  }
}
