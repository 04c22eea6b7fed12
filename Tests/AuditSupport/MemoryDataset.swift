import ArrayFiles
package import Audit
package import Leaks
package import Samples
package import Shards
import TensorCore

/// A data set in memory, for checks that read no files: start from a clean one and add the smallest leak.
package struct MemoryDataset {
  /// One sample with its rows.
  package struct Sample {
    package var sample: AuditedSample
    /// Rows of each modality.
    package var rows: [Modality: [[Float]]]
    package var intervals: [Modality: [Interval]] = [:]
    /// 0 where the modality has no frame.
    package var mask: [Modality: [UInt8]] = [:]

    package init(sample: AuditedSample, rows: [Modality: [[Float]]]) { (self.sample, self.rows) = (sample, rows) }
  }

  package static let widths: [Modality: Int] = [.visual: 20, .audio: 12, .text: 16]

  package var corpus = "IEMOCAP"
  package var samples: [Sample] = []
  package var scalers: ScalersFile?
  package var form = AuditedDataset.Form.prepared

  /// A data set without samples.
  package init() {}

  /// Two turns in each of three sessions, one session per split; values are random, names and times are distinct.
  package static func clean() -> MemoryDataset {
    var dataset = MemoryDataset()
    for (number, split) in Split.allCases.enumerated() {
      for turn in 0..<2 {
        dataset.samples.append(turn == 0 ? make(split, number, turn, "F") : make(split, number, turn, "M"))
      }
    }
    return dataset
  }

  private static func make(_ split: Split, _ session: Int, _ turn: Int, _ speaker: String) -> Sample {
    let dialog = "Ses0\(session + 1)F_impro01"
    let seed = UInt64(10 * session + turn)
    let sample = AuditedSample(
      id: "\(dialog)_\(speaker)00\(turn)", group: "Ses0\(session + 1)", dialog: dialog, session: "Ses0\(session + 1)",
      speaker: "Ses0\(session + 1)_\(speaker)", split: split,
      interval: Interval(start: Double(2 * turn), end: Double(2 * turn) + 1.5),
      rows: [.visual: 3, .audio: 3, .text: 3], label: [Float(turn) - 0.5],
      words: "said in session \(session) turn \(turn)")
    return Sample(sample: sample, rows: widths.mapValues { random(rows: 3, width: $0, seed: seed + UInt64($0) * 1000) })
  }

  /// Values in −1 … 1.
  package static func random(rows: Int, width: Int, seed: UInt64) -> [[Float]] {
    let source = Philox(seed: seed)
    return (0..<rows).map { row in
      (0..<width).map { 2 * Philox.uniform(source.word(at: row * width + $0, stream: 7, step: 0)) - 1 }
    }
  }

  /// The first sample of a split.
  package func first(_ split: Split) -> Int { samples.firstIndex { $0.sample.split == split } ?? 0 }

  /// The data set as the audit sees it.
  package func dataset(name: String? = nil) -> AuditedDataset {
    let sorted = Split.allCases.flatMap { split in samples.filter { $0.sample.split == split } }
    let audited = sorted.map { item in
      var sample = item.sample
      sample.rows = item.rows.mapValues(\.count)
      return sample
    }
    return AuditedDataset(
      name: name ?? corpus, path: "", form: form, granularity: "word", dtype: .f32, widths: Self.widths,
      labelNames: ["sentiment"], samples: audited, scalers: scalers, manifest: nil, damage: nil, files: [],
      store: MemoryRows(samples: sorted))
  }

  /// The finding of a check.
  package func finding(_ check: any AuditCheck, threads: Int = 1) throws -> Finding {
    try check.run(on: AuditSubject(datasets: [dataset()], threads: threads))
  }
}

private struct MemoryRows: RowStore {
  let samples: [MemoryDataset.Sample]

  func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (UnsafeBufferPointer<Float>, UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    let rows = samples[sample].rows[modality] ?? []
    let mask = samples[sample].mask[modality] ?? Array(repeating: 1, count: rows.count)
    return try rows.flatMap(\.self).withUnsafeBufferPointer { values in
      try mask.withUnsafeBufferPointer { try body(values, $0) }
    }
  }

  func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? { samples[sample].intervals[modality] }
}
