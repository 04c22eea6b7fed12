import AuditSupport
import Leaks
import Planting
import Preparation
import Samples
import Testing
import TestSupport
import Text

@testable import Audit

/// Copies that were changed on the way: louder, cut, noisy, or so many that they crowd each other.
@Suite struct ChangedCopiesTests {
  @Test(
    "copies with gain, offset, noise or half of the rows are found",
    arguments: [
      (PlantKind.louderDuplicates, 0.05), (.shiftedDuplicates, 0.05), (.partialDuplicates, 0.05),
      (.nearDuplicates, 0.2),
    ])
  func planted(kind: PlantKind, noise: Double) throws {
    let folder = try TemporaryFolder()
    for seed in 1...3 as ClosedRange<UInt64> {
      let planted = try PreparedSamples.planted(kind, in: folder.path, seed: seed, noise: noise)
      let finding = try PreparedSamples.finding("near-duplicates", in: planted)
      #expect(finding.verdict == .fail, "\(seed): \(finding.summary)")
    }
  }

  @Test(
    "a recording repeated a hundred times before the split is found, also where its values are the train medians",
    arguments: [Granularity.word, .utterance, .video])
  func manyCopies(granularity: Granularity) throws {
    let folder = try TemporaryFolder()
    let planted = try PreparedSamples.planted(.manyCopies, .init(granularity: granularity), in: folder.path)
    let finding = try PreparedSamples.finding("exact-duplicates", in: planted)
    #expect(finding.verdict == .fail, "\(finding.summary)")
  }

  @Test("leaks.csv names every copy, where the finding counts one of each split")
  func everyPair() throws {
    var dataset = MemoryDataset.clean()
    let original = dataset.samples[dataset.first(.train)]
    for number in 0..<7 {
      var copy = original
      copy.sample.id = "Ses03F_impro0\(number + 2)_F000"
      copy.sample.dialog = "Ses03F_impro0\(number + 2)"
      copy.sample.group = "Ses03"
      copy.sample.session = "Ses03"
      copy.sample.split = .test
      dataset.samples.append(copy)
    }
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.summary.hasPrefix("1 pair of samples"))
    var rows: [LeakRow] = []
    try finding.leaks.forEach { rows.append($0) }
    #expect(Set(rows.filter { $0.reason.hasPrefix("identical") }.map(\.second.id)).count == 7)
  }

  @Test("one content in many recordings is a copy if its rows differ, and none on its own if it is a single row")
  func shared() throws {
    func finding(rowCount: Int) throws -> Finding {
      var dataset = MemoryDataset.clean()
      let visual = MemoryDataset.random(rows: rowCount, width: 20, seed: 77)
      for number in 0..<12 {
        var sample = dataset.samples[number % 6]
        sample.sample.id = "Ses0\(number % 3 + 1)F_script0\(number)_F000"
        sample.sample.dialog = "Ses0\(number % 3 + 1)F_script0\(number)"
        sample.sample.split = Split.allCases[number % 3]
        sample.sample.words = nil
        sample.rows = MemoryDataset.widths.mapValues {
          MemoryDataset.random(rows: rowCount, width: $0, seed: UInt64(1000 + 50 * number + $0))
        }
        sample.rows[.visual] = visual
        dataset.samples.append(sample)
      }
      return try dataset.finding(ExactDuplicates())
    }
    #expect(try finding(rowCount: 3).verdict == .fail)
    #expect(try finding(rowCount: 1).verdict == .undecidable)
  }

  @Test(
    "sentences are the same whatever their capitals and signs, and it is said how sound and picture compare",
    arguments: [
      ("other", "with different sound and picture."), ("none", "and there was nothing else to compare."),
    ])
  func sentences(content: String, words: String) throws {
    var dataset = MemoryDataset.clean()
    let (train, test) = (dataset.first(.train), dataset.first(.test))
    dataset.samples[train].sample.words = "Well, this is - by far - the best film."
    dataset.samples[test].sample.words = "well this is by far THE BEST film"
    if content == "none" {
      for index in dataset.samples.indices {
        dataset.samples[index].rows[.visual] = []
        dataset.samples[index].rows[.audio] = []
      }
    }
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .warn, "\(finding.summary)")
    #expect(finding.summary.hasSuffix(words), "\(finding.summary)")
  }
}
