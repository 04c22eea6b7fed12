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
      let halves = (0..<2).map { _ in
        VoiceRecording.Half(mean: voice.map { $0 + 0.3 * random.normal() }, count: 2)
      }
      return VoiceRecording(
        name: "r\(number)", split: [.train, .train, .valid, .test][number % 4], sample: 4 * number, halves: halves)
    }
  }

  @Test("one voice in train and test is found, whatever the number of threads")
  func shared() throws {
    let test = try #require(try VoiceTest(Self.recordings(shared: (4, 11)), threads: 1))
    #expect(test.matches.map { [$0.first, $0.second] } == [[4, 11]])
    #expect(test.recall >= 0.9, "\(test.recall)")
    let again = try #require(try VoiceTest(Self.recordings(shared: (4, 11)), threads: 3))
    #expect(again.matches.map(\.score) == test.matches.map(\.score))
  }

  @Test("a score is the ratio of the likelihoods of one voice and of two, in logarithms, over all halves")
  func scores() throws {
    var random = PhiloxStream(seed: 3, stream: 7)
    let columns = 11
    let recordings = (0..<20).map { number in
      VoiceRecording(
        name: "r\(number)", split: .train, sample: number,
        halves: (0..<2).map { half in
          VoiceRecording.Half(
            mean: (0..<columns).map { Double($0 + number) * random.normal() }, count: Double(1 + (number + half) % 3))
        })
    }
    let scores = try #require(VoiceScores(recordings))
    let expected = Self.likelihoodRatio(recordings, 4, 9)
    #expect(abs(try #require(scores.all(of: 4, with: [9, 2]).first) - expected) < 1e-9 * abs(expected))
  }

  /// The mean over the halves of two recordings, from the densities of normal distributions.
  private static func likelihoodRatio(_ recordings: [VoiceRecording], _ one: Int, _ other: Int) -> Double {
    let count = Double(recordings.count)
    var sum = 0.0
    for column in recordings[0].halves[0].mean.indices {
      let center = recordings.reduce(0) { $0 + $1.mean(column) } / count
      let total = recordings.reduce(0) { $0 + ($1.mean(column) - center) * ($1.mean(column) - center) } / count
      let noise =
        recordings.reduce(0) {
          let (a, b) = ($1.halves[0], $1.halves[1])
          return $0 + (a.mean[column] - b.mean[column]) * (a.mean[column] - b.mean[column])
            / (1 / a.count + 1 / b.count)
        } / count
      let voice = max(
        0, total - noise * recordings.reduce(0) { $0 + 1 / ($1.halves[0].count + $1.halves[1].count) } / count)
      for a in recordings[one].halves {
        for b in recordings[other].halves {
          let (x, y) = (a.mean[column] - center, b.mean[column] - center)
          let (u, v) = (voice + noise / a.count, voice + noise / b.count)
          func density(_ covariance: Double) -> Double {
            let determinant = u * v - covariance * covariance
            return -0.5 * (log(determinant) + (v * x * x - 2 * covariance * x * y + u * y * y) / determinant)
          }
          if voice > 0 { sum += (density(voice) - density(0)) / 4 }
        }
      }
    }
    return sum
  }

  @Test("voices of their own are not called, in 20 data sets")
  func apart() throws {
    for seed in 1...20 {
      let test = try #require(try VoiceTest(Self.recordings(seed: UInt64(seed)), threads: 2))
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
