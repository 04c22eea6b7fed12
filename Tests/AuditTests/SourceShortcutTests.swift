import ArrayFiles
import Leaks
import Samples
import TensorCore
import Testing
import Text

@testable import Audit

@Suite struct SourceShortcutTests {
  /// How samples are from places, and what their labels depend on.
  private struct Plan {
    var speakers = 8
    var recordingsEach = 1
    var samplesEach = 10
    /// Standard deviations of what a speaker, a recording and a sample add to the label.
    var bySpeaker = 0.0
    var byRecording = 0.0
    var bySample = 1.0
    /// Whether a speaker's samples go to one split.
    var isApart = false
    var seed: UInt64 = 1

    func samples() -> [AuditedSample] {
      var random = PhiloxStream(seed: seed, stream: 9)
      var samples: [AuditedSample] = []
      for speaker in 0..<speakers {
        let own = bySpeaker * random.normal()
        for recording in 0..<recordingsEach {
          let group = own + byRecording * random.normal()
          for number in 0..<samplesEach {
            let split = isApart ? Split.allCases[speaker % 3] : [.train, .train, .valid, .test][number % 4]
            samples.append(
              AuditedSample(
                id: "s\(speaker)r\(recording)n\(number)", group: "s\(speaker)r\(recording)", dialog: nil, session: nil,
                speaker: "s\(speaker)", split: split, interval: nil, rows: [:],
                label: [Float(group + bySample * random.normal())], words: nil))
          }
        }
      }
      return Split.allCases.flatMap { split in samples.filter { $0.split == split } }
    }

    func finding(threads: Int = 1) throws -> Finding {
      try SourceShortcutTests.finding(samples(), labels: ["sentiment"], threads: threads)
    }
  }

  private static func finding(
    _ samples: [AuditedSample], labels: [String], threads: Int = 1, promises: Promises = Promises()
  ) throws -> Finding {
    let dataset = AuditedDataset(
      name: "list", path: "", form: .list, granularity: "", dtype: .f32, widths: [:], labelNames: labels,
      samples: samples, scalers: nil, manifest: nil, damage: nil, groupsBySpelling: false, files: [], store: nil)
    return try SourceShortcut(promises).run(on: AuditSubject(datasets: [dataset], threads: threads))
  }

  @Test(
    "speakers of several splits who tell the label are an error, or a warning where they tell a little",
    arguments: [(1.5, Verdict.fail), (0.45, .warn), (0, .pass)])
  func torn(bySpeaker: Double, verdict: Verdict) throws {
    let plan = Plan(speakers: 20, recordingsEach: 4, samplesEach: 8, bySpeaker: bySpeaker)
    let finding = try plan.finding()
    #expect(finding.verdict == verdict, "\(finding.summary)")
    var rows = 0
    try finding.leaks.forEach { _ in rows += 1 }
    #expect((rows > 0) == (verdict != .pass))
  }

  @Test("what the protocol lets splits share is no alarm, and is said")
  func promised() throws {
    var promises = Promises()
    _ = promises.declare(.speaker, .shared)
    _ = promises.declare(.group, .shared)
    let samples = Plan(speakers: 20, recordingsEach: 4, samplesEach: 8, bySpeaker: 1.5).samples()
    let finding = try Self.finding(samples, labels: ["sentiment"], promises: promises)
    #expect(finding.verdict == .pass)
    #expect(finding.summary.hasPrefix("Declared as shared"), "\(finding.summary)")
  }

  @Test("where each speaker is in one split nothing is wrong, however much they tell")
  func apart() throws {
    let finding = try Plan(speakers: 12, recordingsEach: 2, bySpeaker: 3, isApart: true).finding()
    #expect(finding.verdict == .pass)
    #expect(finding.summary.hasPrefix("Each stands in one split"), "\(finding.summary)")
    #expect(finding.evidence.contains { $0.text.contains("the speaker explains") })
  }

  @Test("many places of two samples explain half the variance by chance, and are no alarm")
  func small() throws {
    let finding = try Plan(speakers: 150, samplesEach: 4).finding()
    #expect(finding.verdict == .pass)
  }

  @Test("recordings that keep labels together do not make their speakers a shortcut")
  func nested() throws {
    let alarms = try (1...20).count { seed in
      let samples = Plan(
        speakers: 10, recordingsEach: 3, samplesEach: 6, byRecording: 2, bySample: 0.5, isApart: false,
        seed: UInt64(seed)
      ).samples().map { sample -> AuditedSample in
        // Each recording in one split, its speaker in several.
        var sample = sample
        sample.split = Split.allCases[Int(sample.group?.suffix(1) ?? "") ?? 0]
        return sample
      }
      let ordered = Split.allCases.flatMap { split in samples.filter { $0.split == split } }
      return try Self.finding(ordered, labels: ["sentiment"]).verdict != .pass
    }
    #expect(alarms <= 1)
  }

  @Test("classes are one label, and the most frequent of each speaker is counted")
  func classes() throws {
    let samples = Plan(speakers: 10, samplesEach: 12).samples().map { sample -> AuditedSample in
      var sample = sample
      let isEven = (Int(sample.speaker?.dropFirst() ?? "") ?? 0) % 2 == 0
      sample.label = isEven ? [1, 0] : [0, 1]
      return sample
    }
    let finding = try Self.finding(samples, labels: ["emotion=joy", "emotion=anger"])
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("of the variance of emotion"), "\(finding.summary)")
    #expect(finding.summary.contains("right for 100.0 % of samples against 50.0 %"), "\(finding.summary)")
  }

  @Test("shows and devices count as speakers do")
  func devices() throws {
    let samples = Plan(speakers: 10, samplesEach: 12).samples().enumerated().map { number, sample -> AuditedSample in
      var sample = sample
      (sample.speaker, sample.group) = (nil, sample.id)
      sample.device = sample.label[0] > 0 ? "left" : "right"
      return sample
    }
    let finding = try Self.finding(samples, labels: ["sentiment"])
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("2 of 2 recording devices are in more than one split"), "\(finding.summary)")
  }

  @Test("without labels, or with every sample from elsewhere, nothing is decided")
  func undecidable() throws {
    let samples = Plan().samples()
    #expect(try Self.finding(samples, labels: []).verdict == .undecidable)
    let alone = samples.map { sample -> AuditedSample in
      var sample = sample
      (sample.group, sample.speaker) = (sample.id, nil)
      return sample
    }
    #expect(try Self.finding(alone, labels: ["sentiment"]).verdict == .undecidable)
  }

  @Test("the finding does not depend on the number of threads")
  func threads() throws {
    let plan = Plan(speakers: 20, recordingsEach: 2, bySpeaker: 0.5)
    let (one, three) = (try plan.finding(), try plan.finding(threads: 3))
    #expect(one.summary == three.summary)
    #expect(one.evidence.map(\.facts.canonicalText) == three.evidence.map(\.facts.canonicalText))
  }
}
