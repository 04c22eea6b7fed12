import ArrayFiles
import Foundation
import Leaks
import Samples
import TensorCore

@testable import Audit

/// Unrelated samples of many kinds, in memory: no pair may be called nearly identical, however many samples there are.
struct CleanFeatures: Sendable {
  /// How values are generated.
  enum Kind: String, CaseIterable, Sendable {
    /// Normal, each cell on its own.
    case independent
    /// Cauchy: a few cells are larger than all the others.
    case heavyTails
    /// Integers from 0 to 9.
    case integers
    /// One column of each modality is 1, and the others are 0.
    case oneHot
    /// Half of the columns are the same in every sample.
    case constantColumns
    /// Speakers who are heard in every split, each with their own place.
    case clustered
    /// A mixture of narrow and wide clouds.
    case mixture
    /// A row follows the previous row, within a sample and from one sample of its split to the next.
    case autoregressive
    /// A few directions span all columns.
    case lowRank
  }

  var kind = Kind.independent
  var count = 20_000
  var widths: [Modality: Int] = [.visual: 8, .audio: 6, .text: 10]
  /// Rows per sample: from 1 to this.
  var largestRowCount = 1
  var seed: UInt64 = 1
  /// How labels are generated.
  enum Labels: String, CaseIterable, Sendable {
    /// 0 throughout.
    case none
    /// Of a recording and of a sample, rounded to thirds.
    case clustered
    /// A label follows the one before it in the recording, to many digits.
    case autoregressive
    /// One in eight is 1, the others are 0.
    case rare
    /// As `clustered`; every column goes with what is behind the label.
    case told
  }

  var labels = Labels.none
  /// Samples in a recording.
  var recordingLength = 1
  /// How many test samples are copies of train samples, and with how much noise.
  var copies = (count: 0, noise: 0.0)

  /// The data set as the audit sees it.
  func dataset() -> AuditedDataset {
    let random = Philox(seed: seed)
    let recordingLength = recordingLength
    let splits = (0..<count).map { sample -> Split in
      let part = Philox.uniform(random.word(at: sample / recordingLength, stream: 1, step: 0))
      return part < 0.7 ? .train : part < 0.85 ? .valid : .test
    }.sorted { Split.allCases.firstIndex(of: $0)! < Split.allCases.firstIndex(of: $1)! }  // all are in the list
    let rowCounts = (0..<count).map { sample in
      1 + Int(random.word(at: sample, stream: 2, step: 0)) % largestRowCount
    }
    var offsets = [0]
    for rows in rowCounts { offsets.append(offsets[offsets.count - 1] + rows) }
    var values = widths.mapValues { [Float](repeating: 0, count: offsets[count] * $0) }
    for (modality, width) in widths { fill(&values[modality, default: []], modality, width, offsets, splits) }
    let train = splits.count { $0 == .train }
    for copy in 0..<copies.count {
      plant(copy, of: train, into: count - 1 - copy, offsets, &values)
    }
    let targets = targets.map(\.label)
    // Whole recordings keep their numbers when splits are put in order.
    let samples = (0..<count).map { sample in
      AuditedSample(
        id: recordingLength == 1 ? "s\(sample)" : "g\(sample / recordingLength)[\(sample % recordingLength)]",
        group: "g\(sample / recordingLength)", dialog: nil, session: nil, speaker: nil, split: splits[sample],
        interval: nil, rows: widths.mapValues { _ in rowCounts[sample] }, label: [targets[sample]], words: nil)
    }
    return AuditedDataset(
      name: "clean", path: "", form: .prepared, granularity: "word", dtype: .f32, widths: widths,
      labelNames: ["sentiment"], samples: samples, scalers: nil, manifest: nil, damage: nil, files: [],
      store: Store(values: values, widths: widths, offsets: offsets))
  }

  /// Each sample's label, and what is behind it.
  private var targets: [(label: Float, latent: Double)] {
    let normal = Normal(random: Philox(seed: seed &+ 5))
    var before = 0.0
    return (0..<count).map { sample in
      let (own, recording) = (normal(sample, 5), normal(sample / recordingLength, 6))
      switch labels {
      case .none: return (0, 0)
      case .clustered, .told:
        let latent = recording + 0.7 * own
        return (Float(((latent + 0.4 * normal(sample, 7)) * 3).rounded() / 3), latent)
      case .autoregressive:
        before = sample % recordingLength == 0 ? own : 0.9 * before + 0.44 * own
        return (Float(before), 0)
      case .rare: return (own > 1.15 ? 1 : 0, 0)
      }
    }
  }

  /// The finding of the check.
  func finding(threads: Int = 2) throws -> Finding {
    try NearDuplicates().run(on: AuditSubject(datasets: [dataset()], threads: threads))
  }

  private struct Store: RowStore {
    let values: [Modality: [Float]]
    let widths: [Modality: Int]
    let offsets: [Int]

    func withRows<Result>(
      of sample: Int, _ modality: Modality,
      _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
    ) throws -> Result {
      let (width, rows) = (widths[modality] ?? 0, offsets[sample]..<offsets[sample + 1])
      return try (values[modality] ?? []).withUnsafeBufferPointer { values in
        try [UInt8](repeating: 1, count: rows.count).withUnsafeBufferPointer { mask in
          try body(
            UnsafeBufferPointer(rebasing: values[rows.lowerBound * width..<rows.upperBound * width]), mask)
        }
      }
    }

    func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? { nil }
  }

  /// Normally distributed numbers, by position.
  private struct Normal {
    let random: Philox

    func callAsFunction(_ position: Int, _ stream: UInt32) -> Double {
      let first = (Double(random.word(at: 2 * position, stream: stream, step: 0)) + 0.5) / 4_294_967_296
      let second = Double(random.word(at: 2 * position + 1, stream: stream, step: 0)) / 4_294_967_296
      return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
    }
  }

  private func fill(
    _ values: inout [Float], _ modality: Modality, _ width: Int, _ offsets: [Int], _ splits: [Split]
  ) {
    let stream = 16 * UInt32(1 + (Modality.allCases.firstIndex(of: modality) ?? 0))
    let (random, normal) = (Philox(seed: seed), Normal(random: Philox(seed: seed)))
    let speakers = max(1, count / 100)
    let targets = targets
    for sample in 0..<count {
      let speaker = Int(random.word(at: sample, stream: 3, step: 0)) % speakers
      let isFirst = sample == 0 || splits[sample] != splits[sample - 1]
      for row in offsets[sample]..<offsets[sample + 1] {
        let hasBefore = row > offsets[sample] || !isFirst
        for column in 0..<width {
          let place = row * width + column
          values[place] = Float(
            value(
              at: place, column, width, row: row, speaker: speaker, stream: stream, normal,
              before: hasBefore ? values[place - width] : nil))
          if labels == .told { values[place] += Float(0.25 * targets[sample].latent * normal(column, stream + 5)) }
        }
      }
    }
  }

  private func value(
    at place: Int, _ column: Int, _ width: Int, row: Int, speaker: Int, stream: UInt32, _ normal: Normal,
    before: Float?
  ) -> Double {
    let own = normal(place, stream)
    switch kind {
    case .independent: return own
    case .heavyTails: return own / normal(place, stream + 1)
    case .integers: return Double(normal.random.word(at: place, stream: stream, step: 0) % 10)
    case .oneHot:
      return Int(normal.random.word(at: row, stream: stream, step: 0)) % width == column ? 1 : 0
    case .constantColumns: return column % 2 == 0 && column + 1 < width ? 3 : own
    case .clustered: return normal(speaker * width + column, stream + 2) + 0.1 * own
    case .mixture:
      let part = speaker % 4
      return normal(part * width + column, stream + 2) + [0.02, 0.1, 0.5, 2][part] * own
    case .autoregressive: return before.map { 0.95 * Double($0) + 0.312 * own } ?? own
    case .lowRank:
      let rank = max(1, min(20, width / 3))
      let mixed = (0..<rank).reduce(0.0) {
        $0 + normal(row * rank + $1, stream + 3) * normal($1 * width + column, stream + 4)
      }
      return mixed + 0.01 * own
    }
  }

  /// Overwrites the rows of a test sample with those of a train sample, up to the shorter of the two.
  private func plant(
    _ number: Int, of train: Int, into target: Int, _ offsets: [Int], _ values: inout [Modality: [Float]]
  ) {
    let normal = Normal(random: Philox(seed: seed &+ 77))
    let wanted = offsets[target + 1] - offsets[target]
    let source = (0..<train).first { candidate in
      candidate >= number * 7 % train && offsets[candidate + 1] - offsets[candidate] == wanted
    }
    guard let source else { return }
    for (modality, width) in widths {
      for cell in 0..<wanted * width {
        let original = values[modality]?[offsets[source] * width + cell] ?? 0
        let noise = normal((number * 1000 + cell) * 4 + (Modality.allCases.firstIndex(of: modality) ?? 0), 9)
        values[modality]?[offsets[target] * width + cell] = original + Float(copies.noise * noise)
      }
    }
  }
}
