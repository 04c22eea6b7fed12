import AuditSupport
import Leaks
import Samples
import TensorCore
import Testing
import Text

@testable import Audit

@Suite struct VoiceTests {
  /// Recordings of four samples, each with a voice: a shift of every acoustic column.
  ///
  /// - Parameters:
  ///   - deviation: of the voices; rows have one of 0.58.
  ///   - shared: recordings of different splits that have one voice.
  private static func dataset(
    recordings: Int = 40, deviation: Double, shared: (Int, Int)? = nil, seed: UInt64 = 1, isNamed: Bool = false
  ) -> MemoryDataset {
    var random = PhiloxStream(seed: seed, stream: 5)
    var voices = (0..<recordings).map { _ in (0..<12).map { _ in Float(deviation * random.normal()) } }
    if let shared { voices[shared.1] = voices[shared.0] }
    var dataset = MemoryDataset()
    dataset.corpus = "sounds"
    for recording in 0..<recordings {
      for number in 0..<4 {
        let sample = AuditedSample(
          id: "r\(recording)x[\(number)]", group: "r\(recording)x", dialog: nil, session: nil,
          speaker: isNamed ? "s\(recording)" : nil, split: [.train, .train, .valid, .test][recording % 4],
          interval: nil,
          rows: [:], label: [0], words: nil)
        let rows = MemoryDataset.random(rows: 3, width: 12, seed: seed << 20 + UInt64(recording * 4 + number))
        dataset.samples.append(
          MemoryDataset.Sample(
            sample: sample, rows: [.audio: rows.map { row in zip(row, voices[recording]).map { $0 + $1 } }]))
      }
    }
    return dataset
  }

  @Test("one voice in train and test is a warning that names both recordings, whatever the number of threads")
  func shared() throws {
    let dataset = Self.dataset(deviation: 1, shared: (4, 11))
    let finding = try dataset.finding(Voice())
    #expect(finding.verdict == .warn, "\(finding.summary)")
    #expect(finding.summary.contains("r4x (train) and r11x (test)"), "\(finding.summary)")
    var pairs: [String] = []
    try finding.leaks.forEach { pairs.append("\($0.first.id) / \($0.second.id)") }
    #expect(pairs.count == 1 && pairs[0].contains("r4x[0]"), "\(pairs)")
    #expect(try dataset.finding(Voice(), threads: 3).summary == finding.summary)
  }

  @Test("voices of their own pass, of 20 data sets all")
  func apart() throws {
    for seed in 1...20 {
      let finding = try Self.dataset(deviation: 1, seed: UInt64(seed)).finding(Voice())
      #expect(finding.verdict == .pass, "\(finding.summary)")
    }
  }

  @Test("columns without voices decide nothing")
  func silent() throws {
    let finding = try Self.dataset(deviation: 0).finding(Voice())
    #expect(finding.verdict == .undecidable)
  }

  @Test("named speakers are another check's; few recordings decide nothing")
  func named() throws {
    #expect(try Self.dataset(deviation: 1, shared: (4, 11), isNamed: true).finding(Voice()).verdict == .pass)
    #expect(try Self.dataset(recordings: 12, deviation: 1).finding(Voice()).verdict == .undecidable)
  }
}
