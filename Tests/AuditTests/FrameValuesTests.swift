import AuditSupport
import Leaks
import Samples
import TensorCore
import TestSupport
import Testing

@testable import Audit

/// Labels, or codes of them, in one of a sample's rows.
@Suite struct FrameValuesTests {
  /// 60 samples of 30 recordings, with a label of five values.
  private static func samples(form: AuditedDataset.Form = .prepared) -> MemoryDataset {
    var dataset = MemoryDataset()
    dataset.form = form
    let random = Philox(seed: 12)
    for number in 0..<60 {
      var item = MemoryDataset.clean().samples[0]
      item.sample.id = "g\(number / 2)[\(number % 2)]"
      item.sample.group = "g\(number / 2)"
      (item.sample.dialog, item.sample.session, item.sample.speaker, item.sample.words) = (nil, nil, nil, nil)
      item.sample.split = number < 40 ? .train : number < 50 ? .valid : .test
      item.sample.label = [Float(random.word(at: number, stream: 1, step: 0) % 5)]
      item.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: 12, width: $0, seed: UInt64(5000 + 100 * number + $0))
      }
      dataset.samples.append(item)
    }
    return dataset
  }

  @Test("noise passes; the label's class in one row of each sample, by numbers in no order, fails")
  func code() throws {
    var dataset = Self.samples()
    #expect(try dataset.finding(TargetInFeatures()).verdict == .pass)
    let codes: [Float] = [0.31, -0.72, 0.05, 0.9, -0.4]
    for index in dataset.samples.indices {
      let label = dataset.samples[index].sample.label[0]
      dataset.samples[index].rows[.audio]?[index % 12][5] = codes[Int(label)]
    }
    let finding = try dataset.finding(TargetInFeatures())
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("audio column 5"), "\(finding.summary)")
    #expect(finding.summary.contains("one row of 60 of 60 samples"), "\(finding.summary)")
  }

  @Test("a label with digits of its own in every sample is found along a line")
  func line() throws {
    var dataset = Self.samples()
    for index in dataset.samples.indices {
      let label = Float(index) * 0.013 - 0.4
      dataset.samples[index].sample.label = [label]
      dataset.samples[index].rows[.text]?[(5 * index) % 12][3] = 0.8 * label + 0.1
    }
    let finding = try dataset.finding(TargetInFeatures())
    #expect(finding.verdict == .fail)
    #expect(finding.summary.contains("text column 3"), "\(finding.summary)")
  }

  @Test("values that rows of all labels have, and values of one recording, tell nothing")
  func common() throws {
    var dataset = Self.samples()
    for index in dataset.samples.indices {
      // Levels of a count; and a number of the recording's own in every row, where its samples share a label.
      dataset.samples[index].sample.label = [Float(index / 2 % 5)]
      for row in 0..<12 {
        dataset.samples[index].rows[.audio]?[row][2] = Float((row + index) % 4)
        dataset.samples[index].rows[.audio]?[row][3] = Float(index / 2 * 37 % 30)
      }
    }
    #expect(try dataset.finding(TargetInFeatures()).verdict == .pass)
  }

  @Test("cells that are no numbers, more the higher the label, fail; in many columns, each a little, too")
  func missing() throws {
    var one = Self.samples(form: .arrays)
    var many = one
    let random = Philox(seed: 13)
    for index in one.samples.indices {
      let label = one.samples[index].sample.label[0]
      for row in 0..<12 {
        if Float(row) < 3 * label { one.samples[index].rows[.visual]?[row][7] = .nan }
        for column in 0..<20 {
          let chance = Philox.uniform(random.word(at: index * 240 + row * 20 + column, stream: 2, step: 0))
          if chance < 0.02 + 0.03 * label { many.samples[index].rows[.visual]?[row][column] = .nan }
        }
      }
    }
    let first = try one.finding(TargetInFeatures())
    #expect(first.verdict == .fail)
    #expect(first.summary.contains("the missing cells of visual column 7"), "\(first.summary)")
    let second = try many.finding(TargetInFeatures())
    #expect(second.verdict == .fail)
    #expect(second.summary.contains("the places of missing cells explain"), "\(second.summary)")
  }
}
