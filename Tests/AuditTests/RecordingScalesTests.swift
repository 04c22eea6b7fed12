import AuditSupport
import Leaks
import Samples
import Testing

@testable import Audit

@Suite("Scaling that no other recording takes part in, and what only looks like scaling")
struct RecordingScalesTests {
  /// 30 recordings of 4 samples of 6 rows, 18 of them train.
  private static func recordings() -> MemoryDataset {
    var memory = MemoryDataset()
    memory.form = .arrays
    for number in 0..<120 {
      var sample = MemoryDataset.clean().samples[0]
      let recording = number / 4
      sample.sample.id = "rec\(recording)x[\(number % 4)]"
      sample.sample.group = "rec\(recording)x"
      (sample.sample.dialog, sample.sample.session, sample.sample.speaker) = (nil, nil, nil)
      sample.sample.words = nil
      sample.sample.split = recording < 18 ? .train : recording < 24 ? .valid : .test
      sample.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: 6, width: $0, seed: UInt64(1000 * number + $0)).map { $0.map { 3 * $0 + 5 } }
      }
      memory.samples.append(sample)
    }
    return memory
  }

  /// Centres and scales columns by the mean and deviation of the rows of samples with one name; of some of them, if so asked.
  private static func scaled(
    _ memory: MemoryDataset, columns: Range<Int> = 0..<99, by name: (Int) -> String,
    fittedOn isFitted: (Int) -> Bool = { _ in true }
  ) -> MemoryDataset {
    var memory = memory
    let parts = Dictionary(grouping: memory.samples.indices, by: name)
    for (modality, width) in MemoryDataset.widths {
      for column in 0..<width where columns.contains(column) {
        for samples in parts.values {
          let cells = samples.filter(isFitted).flatMap {
            memory.samples[$0].rows[modality, default: []].map { Double($0[column]) }
          }
          let mean = cells.reduce(0, +) / Double(cells.count)
          let deviation = (cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(cells.count)).squareRoot()
          for sample in samples {
            for row in memory.samples[sample].rows[modality, default: []].indices {
              let cell = Double(memory.samples[sample].rows[modality]?[row][column] ?? 0)
              memory.samples[sample].rows[modality]?[row][column] = Float((cell - mean) / deviation)
            }
          }
        }
      }
    }
    return memory
  }

  @Test("each recording, utterance or speaker scaled by itself is no leak", arguments: [1, 4, 12])
  func parts(sampleCount: Int) throws {
    let finding = try Self.scaled(Self.recordings()) { "\($0 / sampleCount)" }.finding(ScalerTrainOnly())
    #expect(finding.verdict == .pass, "\(finding.summary)")
    #expect(finding.summary.contains("of its own for each part of a split"), "\(finding.summary)")
  }

  @Test("each split scaled by itself is a leak, and so is what is held out, scaled together")
  func splits() throws {
    let memory = Self.recordings()
    let own = try Self.scaled(memory) { memory.samples[$0].sample.split.rawValue }.finding(ScalerTrainOnly())
    #expect(own.verdict == .fail && own.summary.contains("each of train, valid and test"), "\(own.summary)")
    let heldOut = try Self.scaled(memory) { memory.samples[$0].sample.split == .train ? "train" : "held out" }
      .finding(ScalerTrainOnly())
    #expect(heldOut.verdict == .fail && heldOut.summary.contains("each of train and valid+test"), "\(heldOut.summary)")
  }

  @Test("columns scaled on all data are a leak beside columns that were not scaled, or on train alone")
  func someColumns() throws {
    let raw = Self.recordings()
    let train = Self.scaled(raw, columns: 6..<99) { _ in
      "all"
    } fittedOn: {
      raw.samples[$0].sample.split == .train
    }
    for memory in [raw, train] {
      let finding = try Self.scaled(memory, columns: 0..<6) { _ in "all" }.finding(ScalerTrainOnly())
      #expect(finding.verdict == .fail, "\(finding.summary)")
      #expect(finding.summary.contains("standard scalers fitted on train+valid+test, all data, in 6 of"))
    }
  }

  @Test("columns of zeros and ones, and of values that are clipped to 0 and 1, are not scaled", arguments: [0.06, 0.5])
  func natural(share: Double) throws {
    var memory = Self.recordings()
    for sample in memory.samples.indices {
      for (modality, rows) in memory.samples[sample].rows {
        memory.samples[sample].rows[modality] = rows.map { row in
          row.map { cell in
            let uniform = Double(cell - 2) / 6
            return share < 0.1 ? (uniform < share ? 1 : 0) : Float(min(1, max(0, 1.03 * uniform - 0.015)))
          }
        }
      }
    }
    let finding = try memory.finding(ScalerTrainOnly())
    #expect(finding.verdict != .fail, "\(finding.summary)")
  }
}
