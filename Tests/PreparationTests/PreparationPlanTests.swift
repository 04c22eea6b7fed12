import ArrayFiles
import Samples
import Testing
import TestSupport

@testable import Corpora
@testable import Preparation

@Suite("Decisions before any feature is read")
struct PreparationPlanTests {
  private func plan(
    _ folder: borrowing TemporaryFolder, corpus: TinyCorpus = TinyCorpus(),
    _ change: (inout PreparationConfiguration) -> Void = { _ in }
  ) throws -> PreparationPlan {
    let root = try corpus.write(to: folder.file("corpus"))
    var configuration = PreparationConfiguration(
      corpus: CMUCorpus.mosei, root: root, output: folder.file("out"), threads: 1, memory: 1 << 28)
    configuration.split = .folds(path: root + "/folds.json")
    change(&configuration)
    let input = try PreparationInput(configuration, indexer: .inProcess)
    return try PreparationPlan(configuration, corpus: input.corpus.survey(), folds: input.folds)
  }

  @Test(
    "recordings are ordered by split and bytes, with their label rows, each in one block and one shard")
  func order() throws {
    let plan = try plan(TemporaryFolder())
    #expect(plan.recordings.map(\.id) == TinyCorpus.ids)
    #expect(plan.recordings.map(\.split) == [.train, .train, .train, .train, .valid, .test])
    #expect(plan.recordings.allSatisfy { $0.segments.count == 2 })
    #expect(plan.blocks.flatMap { Array($0.recordings) } == Array(0..<6))
    #expect(Set(plan.shards.map(\.split)) == Set(Split.allCases))
    #expect(plan.shards.flatMap { Array($0.blocks) } == Array(plan.blocks.indices))
    #expect(plan.foundCount == 6 && plan.droppedRecordings.ids.isEmpty && plan.unknownFoldIDs.isEmpty)
    // 16 visual, 20 audio and 8 text rows of 5, 3 and 4 columns.
    #expect(plan.recordings[0].inputBytes == 4 * (16 * 5 + 20 * 3 + 8 * 4))
  }

  @Test("missing data and unlisted recordings are reported with a reason")
  func reasons() throws {
    var corpus = TinyCorpus()
    corpus.audio.entries["_b2"] = nil
    corpus.labels.entries["c3"] = nil
    corpus.folds = [.train: ["-a1", "_b2", "c3", "none"], .valid: ["e5"], .test: ["f6"]]
    let plan = try plan(TemporaryFolder(), corpus: corpus)
    #expect(
      plan.droppedRecordings.ids == [.missingAudio: ["_b2"], .missingLabels: ["c3"], .inNoFold: ["d4"]])
    // The lists name recordings that exist but cannot be used, and one that does not exist.
    #expect(plan.unknownFoldIDs == ["_b2", "c3", "none"])
    #expect(plan.recordings.map(\.id) == ["-a1", "e5", "f6"])
  }

  @Test("the limit counts recordings, unless the corpus has already applied it")
  func limit() throws {
    let folder = try TemporaryFolder()
    let limited = try plan(folder) {
      $0.limit = 3
      $0.split = .ratios([0.4, 0.3, 0.3], seed: 1)
    }
    #expect(limited.droppedRecordings.ids == [.beyondLimit: ["d4", "e5", "f6"]])
    var corpus = limited.corpus
    corpus.isLimited = true
    let whole = try PreparationPlan(limited.configuration, corpus: corpus, folds: nil)
    #expect(whole.recordings.count == 6)
  }

  @Test("a block depends on its input: another file, or another border, is another plan")
  func identity() throws {
    let folder = try TemporaryFolder()
    let first = try plan(folder)
    #expect(try plan(folder, corpus: TinyCorpus()).identity != first.identity, "files that were written anew")
    let same = try PreparationPlan(first.configuration, corpus: first.corpus, folds: first.folds)
    #expect(same.identity == first.identity)
    let fewer = try PreparationPlan(
      first.configuration, corpus: first.corpus,
      folds: FoldFile(path: "folds", groups: [.train: ["-a1", "_b2"], .valid: ["c3"], .test: ["d4"]]))
    #expect(fewer.identity != first.identity)
  }

  @Test("a source's fingerprint combines the recordings' digests in order of id, unless already known")
  func fingerprints() throws {
    let plan = try plan(TemporaryFolder())
    func summary(_ digests: [String: String]) -> BlockSummary {
      var summary = BlockSummary()
      summary.fingerprints = ["visual": digests]
      return summary
    }
    let source = try #require(plan.corpus.sources.first { $0.role == "visual" })
    let whole = source.fingerprint(in: plan, [summary(["a": "1", "b": "2"])])
    #expect(source.fingerprint(in: plan, [summary(["b": "2"]), summary(["a": "1"])]) == whole)
    #expect(source.fingerprint(in: plan, [summary(["a": "2", "b": "1"])]) != whole)
    var known = source
    known.fingerprint = "known"
    #expect(known.fingerprint(in: plan, [summary(["a": "1"])]) == "known")
  }
}
