import AuditSupport
import Foundation
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

  /// Recordings of 60 columns as the test sees them.
  private static func recordings(shared: (Int, Int)? = nil, seed: UInt64 = 1) -> [VoiceRecording] {
    var random = PhiloxStream(seed: seed, stream: 6)
    var voices = (0..<40).map { _ in (0..<60).map { _ in random.normal() } }
    if let shared { voices[shared.1] = voices[shared.0] }
    return voices.enumerated().map { number, voice in
      VoiceRecording(
        name: "r\(number)", split: [.train, .train, .valid, .test][number % 4], sample: 4 * number,
        values: (0..<4).map { _ in voice.map { $0 + 0.4 * random.normal() } })
    }
  }

  @Test("one voice in train and test is found, whatever the number of threads")
  func shared() throws {
    let test = try #require(try VoiceTest(Self.recordings(shared: (4, 11)), falseLimit: 0.01, threads: 1))
    #expect(test.matches.map { [$0.first, $0.second] } == [[4, 11]])
    #expect(test.recall >= 0.9, "\(test.recall)")
    let again = try #require(try VoiceTest(Self.recordings(shared: (4, 11)), falseLimit: 0.01, threads: 3))
    #expect(again.matches.map(\.score) == test.matches.map(\.score))
  }

  @Test("a score is the logarithm of how much nearer two recordings are than two voices on average")
  func scores() throws {
    var random = PhiloxStream(seed: 3, stream: 7)
    let columns = 11
    let recordings = (0..<20).map { number in
      VoiceRecording(
        name: "r\(number)", split: .train, sample: number,
        values: (0...number % 4).map { _ in (0..<columns).map { Double($0 + number) * random.normal() } })
    }
    let scores = try #require(VoiceScores(recordings))
    for (one, other) in [(4, 9), (0, 3)] {
      let expected = Self.score(recordings, recordings[one].whole, recordings[other].whole)
      #expect(abs(try #require(scores.all(of: one, with: [other, 2]).first) - expected) < 1e-9)
    }
    let halves = recordings[6].halves
    #expect(abs(try #require(scores.own(6)) - Self.score(recordings, halves[0], halves[1])) < 1e-9)
    #expect(scores.own(4) == nil)
  }

  private static func score(
    _ recordings: [VoiceRecording], _ one: VoiceRecording.Part, _ other: VoiceRecording.Part
  ) -> Double {
    let count = Double(recordings.count)
    let divided = recordings.filter { !$0.halves.isEmpty }
    var ratios: [Double] = []
    for column in one.mean.indices {
      let means = recordings.map { $0.whole.mean[column] }
      let center = means.reduce(0, +) / count
      let total = means.reduce(0) { $0 + ($1 - center) * ($1 - center) } / count
      let noise =
        divided.reduce(0) {
          let (a, b) = ($1.halves[0], $1.halves[1])
          return $0 + (a.mean[column] - b.mean[column]) * (a.mean[column] - b.mean[column])
            / (1 / a.count + 1 / b.count)
        } / Double(divided.count)
      let voice = total - noise * recordings.reduce(0) { $0 + 1 / $1.whole.count } / count
      let difference = one.mean[column] - other.mean[column]
      if voice > 0 { ratios.append(difference * difference / (2 * voice + noise / one.count + noise / other.count)) }
    }
    return -log(ratios.reduce(0, +) / Double(ratios.count))
  }

  @Test("voices of their own are not called, in 20 data sets")
  func apart() throws {
    for seed in 1...20 {
      let test = try #require(try VoiceTest(Self.recordings(seed: UInt64(seed)), falseLimit: 0.01, threads: 2))
      #expect(test.matches.isEmpty, "\(test.matches)")
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
