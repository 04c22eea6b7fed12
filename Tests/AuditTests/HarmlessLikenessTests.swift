import AuditSupport
import Leaks
import Samples
import Testing

@testable import Audit

/// Likeness that honest data have raises no alarm.
@Suite struct HarmlessLikenessTests {
  /// Recordings of four samples, divided by recording.
  private static func recordings(_ count: Int, rowCount: Int = 5) -> MemoryDataset {
    var dataset = MemoryDataset()
    for number in 0..<4 * count {
      var item = MemoryDataset.clean().samples[0]
      item.sample.id = "g\(number / 4)[\(number % 4)]"
      item.sample.group = "g\(number / 4)"
      (item.sample.dialog, item.sample.session, item.sample.speaker, item.sample.words) = (nil, nil, nil, nil)
      item.sample.split = Split.allCases[number / 4 % 3]
      item.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: rowCount, width: $0, seed: UInt64(9000 + 100 * number + $0))
      }
      dataset.samples.append(item)
    }
    return dataset
  }

  private static func expectPass(_ dataset: MemoryDataset, _ check: any AuditCheck) throws {
    let finding = try dataset.finding(check)
    #expect(finding.verdict != .fail && finding.verdict != .warn, "\(check.id): \(finding.summary)")
  }

  @Test("features normalised within each sample, or within each recording, pool to nearly the same means")
  func normalised() throws {
    for isSample in [true, false] {
      var dataset = Self.recordings(24)
      for recording in 0..<24 {
        let members = Array(4 * recording..<4 * recording + 4)
        for part in isSample ? members.map({ [$0] }) : [members] {
          for modality in [Modality.visual, .audio] {
            for column in 0..<(MemoryDataset.widths[modality] ?? 0) {
              let cells = part.flatMap { dataset.samples[$0].rows[modality, default: []].map { $0[column] } }
              let mean = cells.reduce(0, +) / Float(cells.count)
              let square = cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(cells.count)
              for index in part {
                for row in 0..<5 {
                  let cell = dataset.samples[index].rows[modality]?[row][column] ?? 0
                  dataset.samples[index].rows[modality]?[row][column] = (cell - mean) / square.squareRoot()
                }
              }
            }
          }
        }
      }
      try Self.expectPass(dataset, NearDuplicates())
      try Self.expectPass(dataset, ExactDuplicates())
    }
  }

  @Test("silence at the beginning of two samples is no agreement of their rows, unless the rest agrees too")
  func beginnings() throws {
    var memory = Self.recordings(2, rowCount: 12)
    for sample in memory.samples.indices {
      for row in 0..<4 { memory.samples[sample].rows[.audio]?[row] = Array(repeating: -20, count: 12) }
    }
    let noise = MemoryDataset.random(rows: 12, width: 12, seed: 77)
    memory.samples[5].rows[.audio] = (memory.samples[0].rows[.audio] ?? []).enumerated().map { number, row in
      number < 4 ? row : zip(row, noise[number]).map { $0 + 0.1 * $1 }
    }
    let rows = RowAgreement(
      [memory.dataset()], [(.audio, Array(repeating: 1, count: 12))], partCount: 1, undoesScaling: false,
      drawn: PairSample(PairRule(splits: [0, 0, 0, 0, 1, 1, 1, 1]), limit: 10))
    let other = try #require(try rows.compare(0, 4, in: [0]))
    #expect(other.agreement < 0.5 && other.correlation < 0.5, "\(other)")
    let copy = try #require(try rows.compare(0, 5, in: [0]))
    #expect(copy.agreement > 0.8 && copy.correlation > 0.8, "\(copy)")
  }

  @Test("features of two directions, most pairs of which agree, hold no copies")
  func directions() throws {
    var dataset = Self.recordings(40)
    let axes = MemoryDataset.random(rows: 2, width: 20, seed: 3)
    for index in dataset.samples.indices {
      let weights = MemoryDataset.random(rows: 6, width: 2, seed: UInt64(70_000 + index))
      for row in 0..<5 {
        for column in 0..<20 {
          // All faces look ahead, more or less.
          let own = weights[5][0] + 0.3 * weights[row][0]
          let other = 0.2 * (weights[5][1] + 0.3 * weights[row][1])
          dataset.samples[index].rows[.visual]?[row][column] = (4 + own) * axes[0][column] + other * axes[1][column]
        }
      }
    }
    try Self.expectPass(dataset, NearDuplicates())
  }

  @Test(
    "silence or a black picture that up to eight recordings share is no copy", arguments: [2, 4, 8],
    [Modality.audio, .visual])
  func silence(count: Int, modality: Modality) throws {
    var dataset = Self.recordings(30)
    let state = MemoryDataset.random(rows: 1, width: MemoryDataset.widths[modality] ?? 0, seed: 4)[0]
    for recording in 0..<count {
      // A whole sample of one, some rows of another.
      dataset.samples[4 * recording].rows[modality] = [[Float]](repeating: state, count: 5)
      for row in 1..<4 { dataset.samples[4 * recording + 1].rows[modality]?[row] = state }
    }
    try Self.expectPass(dataset, ExactDuplicates())
    try Self.expectPass(dataset, NearDuplicates())
  }

  @Test("where all samples stay the same throughout, a copy of one is still found")
  func still() throws {
    var dataset = Self.recordings(30)
    for index in dataset.samples.indices {
      let row = dataset.samples[index].rows[.audio]?[0] ?? []
      dataset.samples[index].rows[.audio] = [[Float]](repeating: row, count: 5)
    }
    try Self.expectPass(dataset, ExactDuplicates())
    dataset.samples[4].rows[.audio] = dataset.samples[0].rows[.audio]
    #expect(try dataset.finding(ExactDuplicates()).verdict == .fail)
  }

  @Test("samples of one recording in two splits are a warning where they are as alike as its others, and copies fail")
  func neighbours() throws {
    var dataset = Self.recordings(30)
    for index in dataset.samples.indices {
      dataset.samples[index].rows = MemoryDataset.widths.mapValues { width in
        let (place, own) = (
          MemoryDataset.random(rows: 1, width: width, seed: UInt64(500 + 100 * (index / 4) + width)),
          MemoryDataset.random(rows: 1, width: width, seed: UInt64(90_000 + 100 * index + width))
        )
        return [zip(place[0], own[0]).map { $0 + 0.1 * $1 }]
      }
    }
    try Self.expectPass(dataset, NearDuplicates())
    for index in [2, 3] {
      dataset.samples[index].sample.group = "other"
      dataset.samples[index].sample.id = "other[\(index)]"
      dataset.samples[index].sample.split = .test
    }
    let finding = try dataset.finding(NearDuplicates())
    #expect(finding.verdict == .warn, "\(finding.summary)")
    #expect(
      finding.summary.contains("as alike as samples that follow one another in a recording"), "\(finding.summary)")
    dataset.samples[2].rows = dataset.samples[0].rows.mapValues { rows in rows.map { $0.map { $0 + 1e-4 } } }
    #expect(try dataset.finding(NearDuplicates()).verdict == .fail)
  }

  @Test("a pair that is alike in two modalities and nothing alike in the third is a warning")
  func different() throws {
    var dataset = Self.recordings(60)
    let copied = dataset.samples.indices.first { dataset.samples[$0].sample.split == .test } ?? 0
    for modality in [Modality.audio, .visual] {
      dataset.samples[copied].rows[modality] = dataset.samples[0].rows[modality]?.map { $0.map { $0 + 1e-4 } }
    }
    func verdict(_ factor: Float) throws -> Verdict {
      dataset.samples[copied].rows[.text] = dataset.samples[0].rows[.text]?.map { $0.map { factor * $0 } }
      return try dataset.finding(NearDuplicates()).verdict
    }
    #expect(try verdict(1.0001) == .fail)
    #expect(try verdict(-1) == .warn)
  }
}
