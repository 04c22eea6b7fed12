import AuditSupport
import Leaks
import Samples
import TensorCore
import Testing

@testable import Audit

@Suite("Columns that a label decides, and sums of many columns")
struct DecidedColumnsTests {
  /// 60 recordings of 6 samples of one row, with a label of seven values.
  private static func labelled(_ plant: (_ label: Int, _ row: inout [Float]) -> Void) throws -> Finding {
    var memory = MemoryDataset()
    memory.form = .arrays
    let random = Philox(seed: 5)
    for number in 0..<360 {
      var sample = MemoryDataset.clean().samples[0]
      let recording = number / 6
      sample.sample.id = "rec\(recording)x[\(number % 6)]"
      sample.sample.group = "rec\(recording)x"
      (sample.sample.dialog, sample.sample.session, sample.sample.speaker) = (nil, nil, nil)
      sample.sample.words = nil
      sample.sample.split = recording < 40 ? .train : recording < 50 ? .valid : .test
      let label = Int(7 * Philox.uniform(random.word(at: number, stream: 1, step: 0))) - 3
      sample.sample.label = [Float(label)]
      sample.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: 1, width: $0, seed: UInt64(1000 * number + $0))
      }
      var row = sample.rows[.visual]?[0] ?? []
      plant(label, &row)
      sample.rows[.visual] = [row]
      memory.samples.append(sample)
    }
    return try memory.finding(TargetInFeatures())
  }

  @Test("the square of a label is found, which tells nothing of its sign")
  func square() throws {
    let finding = try Self.labelled { label, row in row[3] = 0.2 * Float(label * label) }
    #expect(finding.verdict == .fail)
    #expect(
      finding.summary.contains("sentiment decides 100.0 % of the variance of visual column 3"), "\(finding.summary)")
  }

  @Test("a class in a column each is found")
  func classes() throws {
    let finding = try Self.labelled { label, row in
      for place in 0..<7 { row[place] = place == label + 3 ? 1 : 0 }
    }
    #expect(finding.verdict == .fail)
  }

  @Test("a label spread over columns by a rotation is found in recordings that the sum was not fitted to")
  func spread() throws {
    let finding = try Self.labelled { label, row in
      // What the last of seven columns lacks to the label.
      row[6] = Float(label) - row[..<6].reduce(0, +) * 3
    }
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("by their sum, in recordings that it was not fitted to"), "\(finding.summary)")
  }

  @Test("a column with a tenth of noise, and columns of noise alone, are not decided")
  func honest() throws {
    let noisy = try Self.labelled { label, row in row[3] = Float(abs(label)) + 2 * row[3] }
    #expect(noisy.verdict == .pass, "\(noisy.summary)")
    let clean = try Self.labelled { _, _ in }
    #expect(clean.verdict == .pass, "\(clean.summary)")
  }
}
