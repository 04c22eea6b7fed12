import AuditSupport
import Leaks
import Reports
import Samples
import Shards
import Testing

@testable import Audit

@Suite struct ExactDuplicatesTests {
  private let sentence = "one two three four five six"

  @Test("different samples pass")
  func clean() throws {
    #expect(try MemoryDataset.clean().finding(ExactDuplicates()).verdict == .pass)
  }

  @Test("a whole sample in two splits fails, with both names and a picture of the pair", arguments: [1, 2])
  func copy(threads: Int) throws {
    var dataset = MemoryDataset.clean()
    let (from, to) = (dataset.first(.train), dataset.first(.test))
    dataset.samples[to].rows = dataset.samples[from].rows
    let finding = try dataset.finding(ExactDuplicates(), threads: threads)
    #expect(finding.verdict == .fail)
    #expect(finding.summary.hasPrefix("1 pair of samples"))
    #expect(finding.evidence[0].text.contains(dataset.samples[from].sample.id))
    #expect(finding.evidence[0].text.contains("all visual, all audio"))
    #expect(finding.evidence[0].figure?.source.contains("<svg") == true)
  }

  @Test("one copied modality, or even one copied row, fails", arguments: [Modality.visual, .audio], [true, false])
  func partly(modality: Modality, isRow: Bool) throws {
    var dataset = MemoryDataset.clean()
    let (from, to) = (dataset.first(.valid), dataset.first(.train))
    if isRow {
      let row = dataset.samples[from].rows[modality]?[0] ?? []
      dataset.samples[to].rows[modality]?[2] = row
    } else {
      dataset.samples[to].rows[modality] = dataset.samples[from].rows[modality]
    }
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .fail)
    #expect(finding.evidence[0].text.contains(isRow ? "1 \(modality) row" : "all \(modality)"))
  }

  @Test("a row repeated within one split passes")
  func within() throws {
    var dataset = MemoryDataset.clean()
    dataset.samples[1].rows = dataset.samples[0].rows
    #expect(try dataset.finding(ExactDuplicates()).verdict == .pass)
  }

  // MARK: - Repetition in real data

  @Test("a one-word answer with the same word vector in every split passes")
  func answers() throws {
    var dataset = MemoryDataset.clean()
    let vector = MemoryDataset.random(rows: 1, width: 16, seed: 5)
    for split in Split.allCases {
      dataset.samples[dataset.first(split)].sample.words = "yes"
      dataset.samples[dataset.first(split)].rows[.text] = vector
    }
    #expect(try dataset.finding(ExactDuplicates()).verdict == .pass)
  }

  @Test("six words repeated by another person raise a warning that quotes them")
  func script() throws {
    var dataset = MemoryDataset.clean()
    for split in [Split.train, .test] { dataset.samples[dataset.first(split)].sample.words = sentence }
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .warn)
    #expect(finding.evidence[0].text.contains("“\(sentence)”"))
  }

  @Test("lines of a script that all who play it say are told and raise no alarm")
  func lines() throws {
    var dataset = MemoryDataset.clean()
    for split in [Split.train, .test] {
      let index = dataset.first(split)
      dataset.samples[index].sample.dialog = "\(dataset.samples[index].sample.session ?? "")F_script01_1"
      dataset.samples[index].sample.words = "you know that i cannot give you what you want"
    }
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .pass, "\(finding.summary)")
    #expect(finding.summary.hasSuffix("but for 1 line of scripts."), "\(finding.summary)")
  }

  @Test("five words pass; case and blanks do not change a sentence", arguments: [(5, Verdict.pass), (6, .warn)])
  func lengths(count: Int, verdict: Verdict) throws {
    var dataset = MemoryDataset.clean()
    let words = sentence.split(separator: " ").prefix(count)
    dataset.samples[dataset.first(.train)].sample.words = words.joined(separator: "  ")
    dataset.samples[dataset.first(.test)].sample.words = words.joined(separator: " ").uppercased()
    #expect(try dataset.finding(ExactDuplicates()).verdict == verdict)
  }

  @Test("six equal word vectors in a row, without words, raise a warning")
  func vectors() throws {
    var dataset = MemoryDataset.clean()
    let rows = MemoryDataset.random(rows: 6, width: 16, seed: 9)
    for split in [Split.train, .test] {
      dataset.samples[dataset.first(split)].rows[.text] = rows
      dataset.samples[dataset.first(split)].sample.words = nil
    }
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .warn)
    #expect(finding.evidence[0].text.contains("word vectors"))
  }

  @Test("filled-in rows pass: set to the median, masked, silent or constant")
  func filled() throws {
    var dataset = MemoryDataset.clean()
    let centers = (0..<12).map { Double($0) / 4 - 1.3 }
    let scales = (0..<12).map { 0.5 + Double($0) / 8 }
    dataset.scalers = ScalersFile(columns: [.audio: .init(center: centers, scale: scales)])
    let silence = zip(centers, scales).map { Float(Double(0 - Float($0)) / $1) }
    let masked = MemoryDataset.random(rows: 1, width: 12, seed: 77)[0]
    for split in Split.allCases {
      let index = dataset.first(split)
      dataset.samples[index].rows[.audio] = [
        Array(repeating: 0, count: 12), silence, Array(repeating: 0.25, count: 12), masked,
      ]
      dataset.samples[index].mask[.audio] = [1, 1, 1, 0]
    }
    #expect(try dataset.finding(ExactDuplicates()).verdict == .pass)
  }

  @Test("a row shared by many recordings is not a copy, but it is counted and nothing passes")
  func common() throws {
    var dataset = MemoryDataset.clean()
    let row = MemoryDataset.random(rows: 1, width: 20, seed: 78)[0]
    for number in 0..<8 {
      var more = MemoryDataset.clean().samples[0]
      more.sample.id = "more \(number)"
      more.sample.dialog = nil
      more.sample.words = nil
      more.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: 3, width: $0, seed: UInt64(500 + 40 * number + $0))
      }
      more.rows[.visual]?[1] = row
      dataset.samples.append(more)
    }
    dataset.samples[dataset.first(.test)].rows[.visual]?[1] = row
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .undecidable)
    #expect(finding.doubt == .incompleteSearch)
    #expect(finding.summary.contains("9 visual rows shared by more recordings are"), "\(finding.summary)")
  }

  // MARK: - Rows that were not compared

  /// A clean data set in which one split is entirely masked in some modalities.
  private func masked(_ split: Split, _ modalities: [Modality]) -> MemoryDataset {
    var dataset = MemoryDataset.clean()
    for index in dataset.samples.indices where dataset.samples[index].sample.split == split {
      for modality in modalities { dataset.samples[index].mask[modality] = [0, 0, 0] }
    }
    return dataset
  }

  @Test(
    "a fully masked split leaves the check open, even if others hold content and its words are known",
    arguments: [
      (Split.train, [Modality.visual, .audio, .text], "train"), (.test, [.audio], "test (audio)"),
      (.valid, [.visual], "valid (visual)"),
    ])
  func uncompared(split: Split, modalities: [Modality], name: String) throws {
    let dataset = masked(split, modalities)
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .undecidable)
    #expect(finding.doubt == .incompleteSearch)
    #expect(finding.summary.hasPrefix("Nothing of \(name)"), "\(finding.summary)")
    #expect(finding.evidence.first?.text.hasPrefix("Not compared: \(name)") == true)
    let near = try dataset.finding(NearDuplicates())
    #expect(near.verdict == .undecidable)
    #expect(near.doubt == .incompleteSearch)
    #expect(near.summary.hasPrefix("Nothing of \(split)"), "\(near.summary)")
  }

  @Test("a copy is still found next to a masked split")
  func copyBesideUncompared() throws {
    var dataset = masked(.train, [.visual, .audio, .text])
    dataset.samples[dataset.first(.test)].rows = dataset.samples[dataset.first(.valid)].rows
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == .fail)
    #expect(finding.evidence.contains { $0.text.hasPrefix("Not compared: train") })
  }
}
