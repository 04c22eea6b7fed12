import Audit
import AuditSupport
import Samples
import TensorCore
import Testing
import Text

@testable import Leaks

@Suite struct IDOverlapTests {
  @Test("sessions that stay in one split pass")
  func clean() throws {
    #expect(try MemoryDataset.clean().finding(IDOverlap()).verdict == .pass)
  }

  @Test(
    "a single shared name of any kind fails, and the finding says which and where",
    arguments: ["sample", "group", "dialog", "session", "speaker"])
  func shared(level: String) throws {
    var dataset = MemoryDataset.clean()
    let (from, to) = (dataset.first(.train), dataset.first(.test))
    let original = dataset.samples[from].sample
    switch level {
    case "sample": dataset.samples[to].sample.id = original.id
    case "group": dataset.samples[to].sample.group = original.group
    case "dialog": dataset.samples[to].sample.dialog = original.dialog
    case "session": dataset.samples[to].sample.session = original.session
    default: dataset.samples[to].sample.speaker = original.speaker
    }
    let finding = try dataset.finding(IDOverlap())
    #expect(finding.verdict == .fail)
    #expect(finding.summary.hasPrefix("1 \(level) in more than one split: 1 of "), "\(finding.summary)")
    #expect(finding.evidence.count == 1)
    #expect(finding.evidence[0].facts["level"]?.text == level)
    #expect(finding.evidence[0].text.contains("test 1"))
  }

  @Test("a corpus without speaker names is undecidable, never passed")
  func nameless() throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices { dataset.samples[index].sample.speaker = nil }
    let finding = try dataset.finding(IDOverlap())
    #expect(finding.verdict == .undecidable)
    #expect(finding.reason?.contains("IEMOCAP does not name its speakers") == true)
  }

  @Test("samples without names are undecidable")
  func unnamed() throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices { dataset.samples[index].sample.group = nil }
    #expect(try dataset.finding(IDOverlap()).verdict == .undecidable)
  }

  @Test("a recording in two corpora raises a warning: both may come from one site")
  func acrossCorpora() throws {
    var other = MemoryDataset.clean()
    for index in other.samples.indices {
      other.samples[index].sample.group = "other \(index)"
      other.samples[index].sample.id = "other \(index)"
    }
    other.samples[other.first(.test)].sample.group = "Ses01"
    let subject = AuditSubject(datasets: [MemoryDataset.clean().dataset(), other.dataset(name: "CMU-MOSI")])
    let finding = try IDOverlap().run(on: subject)
    #expect(finding.verdict == .warn)
    #expect(finding.evidence[0].text.contains("Ses01"))
  }

  @Test("one corpus prepared twice counts as one: a different division of it fails")
  func twice() throws {
    var other = MemoryDataset.clean()
    for index in other.samples.indices {
      other.samples[index].sample.split = other.samples[index].sample.split == .train ? .test : .train
    }
    let subject = AuditSubject(datasets: [MemoryDataset.clean().dataset(), other.dataset()])
    #expect(try IDOverlap().run(on: subject).verdict == .fail)
  }

  @Test(
    "a recording under two names that differ in capitals, blanks or zeros fails; short codes may differ in them",
    arguments: [
      ("interview", "Interview", true), ("interview", " interview", true), ("ab", "AB", false), ("ses01", "ses1", true),
      ("at 1.05", "at 1.5", false), ("video", "v\u{ff49}deo", true),
      ("x-100", "x-1", false), ("video", "vi\u{200b}deo", true),
    ])
  func respelled(one: String, other: String, isFound: Bool) throws {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices {
      dataset.samples[index].sample.group = "group \(index)"
      dataset.samples[index].sample.id = "sample\(index)"
      dataset.samples[index].sample.speaker = "speaker \(index)"
      dataset.samples[index].sample.dialog = nil
    }
    dataset.samples[dataset.first(.train)].sample.group = one
    dataset.samples[dataset.first(.test)].sample.group = other
    let finding = try dataset.finding(IDOverlap())
    #expect((finding.verdict == .fail) == isFound, "\(finding.summary)")
    if isFound {
      #expect(
        finding.summary.contains(
          "1 group in more than one split under names that differ only in capitals, blanks or leading zeros"))
      var rows: [LeakRow] = []
      try finding.leaks.forEach { rows.append($0) }
      #expect(rows.count == 1 && rows[0].first.split == "train" && rows[0].second.split == "test")
    }
  }

  @Test(
    "a recording that fills the gap of another in a different split is a warning, unless many have these times",
    arguments: [(5.137, 7.291, true), (5.1, 7.291, false), (6, 7, false)])
  func divided(start: Double, end: Double, isFound: Bool) throws {
    var dataset = MemoryDataset.clean()
    let template = dataset.samples[0]
    dataset.samples = []
    func add(_ group: String, _ split: Split, _ intervals: [(Double, Double)]) {
      for (number, interval) in intervals.enumerated() {
        var item = template
        item.sample.id = "\(group)[\(number)]"
        (item.sample.group, item.sample.split) = (group, split)
        (item.sample.dialog, item.sample.session, item.sample.speaker) = (nil, nil, nil)
        item.sample.interval = Interval(start: interval.0, end: interval.1)
        dataset.samples.append(item)
      }
    }
    add("torn", .train, [(0, 2.5), (2.5, 5.137), (7.291, 9.75)])
    add("piece", .test, [(start, end)])
    for number in 0..<20 {
      let offset = Double(number) * 0.117
      add("other\(number)", Split.allCases[number % 3], [(0, 1.7 + offset), (2.03 + offset, 4.4 + offset), (6, 7)])
    }
    let finding = try dataset.finding(IDOverlap())
    #expect((finding.verdict == .warn) == isFound, "\(finding.summary)")
    if isFound {
      #expect(finding.summary.contains("piece (test) fills 1 gap of torn (train), the first at 5.14–7.29 s"))
    }
  }

  /// Recordings of twelve segments about 3 s long, with pauses, of which one may be divided.
  ///
  /// - Parameters:
  ///   - lacking: how many other recordings lack a segment.
  ///   - name: that of the part in test; nil to divide nothing.
  private static func spoken(
    seed: UInt64, hasTimes: Bool, lacking: Int = 0, renumbers: Bool = false, dividedAs name: String? = nil
  ) -> MemoryDataset {
    var random = PhiloxStream(seed: seed, stream: 41)
    var dataset = MemoryDataset.clean()
    let template = dataset.samples[0]
    dataset.samples = []
    for recording in 0..<40 {
      let own = "recording-\(recording)x"
      var time = random.uniform(0..<1)
      var counts = ["": 0]
      for number in 0..<12 {
        let start = time
        time += random.uniform(2..<4)
        defer { time += random.uniform(0..<0.5) }
        if recording > 40 - lacking, number == recording % 12 { continue }
        var item = template
        let isMoved = name != nil && recording == 0 && number % 2 == 1
        let group = isMoved ? name ?? "" : own
        item.sample.id = "\(group)[\(renumbers ? counts[group] ?? 0 : number)]"
        counts[group, default: 0] += 1
        (item.sample.group, item.sample.split) = (
          group, isMoved ? .test : [.train, .train, .valid, .test][recording % 4]
        )
        (item.sample.dialog, item.sample.session, item.sample.speaker) = (nil, nil, nil)
        item.sample.interval = hasTimes ? Interval(start: start, end: time) : nil
        dataset.samples.append(item)
      }
    }
    return dataset
  }

  @Test(
    "a recording divided under another name is a warning, by its times, its segment numbers or its name",
    arguments: [
      (true, true, 0, "elsewhere", "lies in the gaps of recording-0x (train), without an overlap"),
      (true, false, 8, "elsewhere", "has the segment numbers that are missing in recording-0x (train), at times when"),
      (false, false, 0, "elsewhere", "has the segment numbers that are missing in recording-0x (train)"),
      (false, true, 20, "copy of recording-0x", "has the name, with an addition, of recording-0x (train)"),
      (false, true, 20, "recording-0x (again)", "has the name, with an addition, of recording-0x (train)"),
    ])
  func parts(hasTimes: Bool, renumbers: Bool, lacking: Int, name: String, text: String) throws {
    let dataset = Self.spoken(
      seed: 1, hasTimes: hasTimes, lacking: lacking, renumbers: renumbers, dividedAs: name)
    let finding = try dataset.finding(IDOverlap())
    #expect(finding.verdict == .warn, "\(finding.summary)")
    #expect(
      finding.summary.contains("1 recording looks divided under two names: \(name) (test) \(text)"),
      "\(finding.summary)")
    var rows: [LeakRow] = []
    try finding.leaks.forEach { rows.append($0) }
    #expect(rows.count == 6 && rows.allSatisfy { $0.second.split == "test" })
  }

  @Test(
    "recordings that were not divided raise no alarm, whether segments are missing or not", arguments: [0, 3, 12, 39])
  func undivided(lacking: Int) throws {
    for seed in 1...10 {
      for hasTimes in [true, false] {
        let finding = try Self.spoken(seed: UInt64(seed), hasTimes: hasTimes, lacking: lacking).finding(IDOverlap())
        #expect(
          finding.verdict == .undecidable && finding.summary.contains("speakers are unknown"), "\(finding.summary)")
      }
    }
  }
}
