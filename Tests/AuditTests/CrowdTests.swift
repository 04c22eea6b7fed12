import AuditSupport
import Leaks
import Samples
import Shards
import Testing
import Text

@testable import Audit

/// Content shared by many samples, and folders that are scaled differently.
@Suite struct CrowdTests {
  /// Clean samples of the given number of recordings, assigned to the splits in turn, each with its own contents.
  private func many(_ count: Int) -> MemoryDataset {
    var dataset = MemoryDataset()
    for number in 0..<count {
      var item = MemoryDataset.clean().samples[0]
      item.sample.id = "more \(number)"
      item.sample.group = "more \(number)"
      (item.sample.dialog, item.sample.session, item.sample.speaker, item.sample.words) = (nil, nil, nil, nil)
      item.sample.split = Split.allCases[number % 3]
      item.rows = MemoryDataset.widths.mapValues {
        MemoryDataset.random(rows: 2, width: $0, seed: UInt64(1000 + 50 * number + $0))
      }
      dataset.samples.append(item)
    }
    return dataset
  }

  @Test(
    "single rows of many recordings that are identical in two modalities fail; in one modality they are counted",
    arguments: [true, false])
  func exact(isTwo: Bool) throws {
    var dataset = many(30)
    for index in dataset.samples.indices {
      dataset.samples[index].rows = dataset.samples[index].rows.mapValues { Array($0.prefix(1)) }
    }
    for index in 3..<15 {
      dataset.samples[index].rows[.visual] = dataset.samples[2].rows[.visual]
      if isTwo { dataset.samples[index].rows[.audio] = dataset.samples[2].rows[.audio] }
    }
    let finding = try dataset.finding(ExactDuplicates())
    #expect(finding.verdict == (isTwo ? .fail : .undecidable))
    #expect(finding.doubt == (isTwo ? nil : .incompleteSearch))
    #expect(finding.evidence.contains { $0.text.contains("13 visual samples, 13 visual rows") }, "\(finding.summary)")
  }

  @Test("where nearly all samples are nearly identical, no pair is reported and nothing passes")
  func near() throws {
    var dataset = many(PairRule.crowd + 100)
    let shared = dataset.samples[0].rows
    for index in dataset.samples.indices.dropFirst(20) {
      dataset.samples[index].rows = shared.mapValues { rows in
        rows.map { row in row.enumerated().map { $1 + Float((index + $0) % 7) * 1e-4 } }
      }
    }
    let finding = try dataset.finding(NearDuplicates(), threads: 2)
    #expect(finding.verdict == .undecidable && finding.doubt == .incompleteSearch, "\(finding.summary)")
    #expect(finding.evidence.contains { $0.facts["kind"]?.text == "common" })
  }

  @Test("near-identical samples too common to stand out are counted, and nothing passes")
  func common() throws {
    var dataset = many(240)
    let shared = dataset.samples[0].rows
    for index in 0..<80 {
      dataset.samples[index].rows = shared.mapValues { rows in
        rows.map { row in row.enumerated().map { $1 + Float((index + $0) % 7) * 1e-4 } }
      }
    }
    let finding = try dataset.finding(NearDuplicates(), threads: 2)
    #expect(finding.verdict != .pass, "\(finding.summary)")
    #expect(
      finding.evidence.contains { ["common", "Nearly identical"].contains($0.facts["kind"]?.text ?? "") },
      "\(finding.summary)")
  }

  @Test("eighty samples with the same content are all compared")
  func words() throws {
    var dataset = many(160)
    for index in 0..<80 {
      dataset.samples[index].sample.words = "nine words that eighty of these samples share exactly"
      dataset.samples[index].sample.split = index < 70 ? .train : .test
    }
    let finding = try dataset.finding(NearDuplicates())
    #expect(finding.verdict == .warn)
    #expect(finding.doubt == nil)
    #expect(finding.summary.hasPrefix("700 pairs"))
  }

  @Test("texts that crowd the search without being alike leave the check open and are counted")
  func crowdedWords() throws {
    var dataset = many(2000)
    let common = (0..<32).map { "w\($0)" }.joined(separator: " ")
    for index in dataset.samples.indices {
      dataset.samples[index].rows = [:]
      let own = (0..<10).map { "x\(index)y\($0)" }.joined(separator: " ")
      dataset.samples[index].sample.words = common + " " + own
    }
    let finding = try dataset.finding(NearDuplicates())
    #expect(finding.verdict == .undecidable)
    #expect(finding.doubt == .incompleteSearch)
    #expect(finding.summary.contains("in words are nearly the same"), "\(finding.summary)")
  }

  @Test("a bucket is complete once all relevant pairs have been handed over")
  func buckets() {
    func handed(_ splits: [Int]) -> (pairs: Set<SamplePair>, isWhole: Bool) {
      var pairs: Set<SamplePair> = []
      let isWhole = PairRule(splits: splits).forEachPair(of: Array(splits.indices)[...]) {
        pairs.insert(SamplePair($0, $1))
      }
      return (pairs, isWhole)
    }
    #expect(handed([0, 1, 1]).pairs == [SamplePair(0, 1), SamplePair(0, 2)])
    let large = PairRule.crowd + 1
    // A single split has no relevant pair; a few samples of another are compared with all.
    #expect(handed(Array(repeating: 0, count: large)).isWhole)
    let few = handed(Array(repeating: 0, count: large) + [1, 1])
    #expect(few.isWhole && few.pairs.count == 2 * large)
    let many = handed((0..<2 * large).map { $0 % 2 })
    #expect(!many.isWhole)
    #expect(many.pairs.count >= 8 * large)
  }

  @Test("the search reaches the recall it promises, and promises no more than its planes allow")
  func recall() {
    #expect(abs(NeighbourSearch.recall(cosine: 0.95) - 0.96) < 0.005)
    #expect(NeighbourSearch.recall(cosine: 0.97) < 0.995)
    #expect(abs(WordShingles.recall(resemblance: 0.7) - 0.9877) < 0.001)
  }

  /// Two corpora of different names, one of which contains samples of the other; each is scaled and rounded on its own.
  private func scaledApart(shared: [Int]) -> AuditSubject {
    func scaled(_ dataset: MemoryDataset, center: Double, scale: Double) -> MemoryDataset {
      var dataset = dataset
      dataset.scalers = ScalersFile(
        columns: MemoryDataset.widths.mapValues { width in
          .init(
            center: (0..<width).map { center + Double($0) / 50 }, scale: (0..<width).map { scale + Double($0) / 9 })
        })
      for index in dataset.samples.indices {
        for (modality, rows) in dataset.samples[index].rows {
          guard let columns = dataset.scalers?.columns[modality] else { continue }
          dataset.samples[index].rows[modality] = rows.map { row in
            row.enumerated().map { Float(Double($1 - Float(columns.center[$0])) / columns.scale[$0]) }
          }
        }
      }
      return dataset
    }
    let first = many(30)
    var second = many(60)
    second.corpus = "CMU-MOSI"
    second.samples.removeFirst(30)
    for (place, number) in shared.enumerated() { second.samples[place].rows = first.samples[number].rows }
    return AuditSubject(
      datasets: [
        scaled(first, center: 0.1, scale: 0.4).dataset(name: "one"),
        scaled(second, center: -0.2, scale: 0.9).dataset(name: "two"),
      ], threads: 2)
  }

  @Test("samples shared by two differently scaled folders are found, exactly and nearly; others are not")
  func folders() throws {
    // Place 0 of the second folder is train; sample 1 of the first is valid, and sample 2 is test.
    let subject = scaledApart(shared: [1, 2])
    let exact = try ExactDuplicates().run(on: subject)
    #expect(exact.verdict == .fail)
    #expect(exact.evidence[0].text.contains("more 1 (valid)") && exact.evidence[0].text.contains("more 30 (train)"))
    #expect(exact.evidence[0].text.contains("all visual, all audio"), "\(exact.evidence[0].text)")
    let near = try NearDuplicates().run(on: subject)
    #expect(near.verdict == .fail)
    #expect(near.summary.contains("between them: 2 pairs"), "\(near.summary)")
    let clean = scaledApart(shared: [])
    let finding = try ExactDuplicates().run(on: clean)
    #expect(finding.verdict == .pass)
    #expect(
      finding.summary.contains("120 visual rows up to rounding after the scaling was undone"), "\(finding.summary)")
    #expect(try NearDuplicates().run(on: clean).verdict == .pass)
  }
}
