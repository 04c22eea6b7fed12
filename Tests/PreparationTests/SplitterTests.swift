import Samples
import Testing
import TestSupport
import Text

@testable import Corpora
@testable import Preparation

struct SplitterTests {
  private func recordings(_ count: Int) -> [String] { (0..<count).map { "r\(100 + $0)" } }

  private func divide(_ count: Int, _ shares: [Double], seed: UInt64 = 42) throws -> Partition {
    try Splitter.divide(recordings(count), by: .ratios(shares, seed: seed), folds: nil).partition
  }

  @Test(
    "train and valid get the floor of their share, and test the rest",
    arguments: [
      (10, [0.7, 0.15, 0.15], [7, 1, 2]), (20, [0.7, 0.15, 0.15], [14, 3, 3]), (100, [0.6, 0.2, 0.2], [60, 20, 20]),
      (7, [0.5, 0.25, 0.25], [3, 1, 3]), (3, [0.34, 0.34, 0.32], [1, 1, 1]),
      // Fewer than the rule needs: at least one each.
      (6, [0.7, 0.15, 0.15], [4, 1, 1]), (5, [0.7, 0.15, 0.15], [3, 1, 1]), (4, [0.7, 0.15, 0.15], [2, 1, 1]),
      (3, [0.7, 0.15, 0.15], [1, 1, 1]), (5, [0.01, 0.01, 0.98], [1, 1, 3]), (10, [0.5, 0.45, 0.05], [5, 4, 1]),
      (6, [0.05, 0.05, 0.9], [1, 1, 4]), (7, [0.8, 0.1, 0.1], [5, 1, 1]),
    ])
  func counts(count: Int, shares: [Double], expected: [Int]) throws {
    let partition = try divide(count, shares)
    #expect(Split.allCases.map { partition.groups(of: $0).count } == expected)
    #expect(Split.allCases.flatMap { partition.groups(of: $0) }.sorted() == recordings(count))
  }

  @Test("the division depends on the seed but not on the order of the ids")
  func seeds() throws {
    let shares = [0.7, 0.15, 0.15]
    let first = try divide(40, shares)
    #expect(try divide(40, shares) == first)
    #expect(try divide(40, shares, seed: 43) != first)
    let reversed = try Splitter.divide(
      recordings(40).reversed(), by: .ratios(shares, seed: 42), folds: nil)
    #expect(reversed.partition == first)
  }

  @Test("ratios that leave a split empty are refused", arguments: [1, 2])
  func tooFew(count: Int) {
    let error = #expect(throws: DataError.self) { try divide(count, [0.7, 0.15, 0.15]) }
    #expect(error?.description.contains("--ratios over \(count == 1 ? "1 recording" : "2 recordings")") == true)
  }

  @Test("a division by ratios says so if it gives a split more than its share", arguments: [3, 6, 7, 20])
  func note(count: Int) throws {
    let outcome = try Splitter.divide(recordings(count), by: .ratios([0.7, 0.15, 0.15], seed: 1), folds: nil)
    let given = [3: "train 1, valid 1, test 1", 6: "train 4, valid 1, test 1"][count]
    let expected = given.map {
      "--ratios 0.7,0.15,0.15 over \(count) recordings would leave a split empty; each got at least one: \($0)."
    }
    #expect(outcome.notes == (expected.map { [$0] } ?? []))
  }

  @Test(
    "clips of one recording stay in one split, with a message",
    arguments: [
      ("-", "<recording>-<number>", "120 names are clips of 20 recordings"),
      ("_", "<recording>_<number>", "120 names are clips of 20 recordings"),
      ("/", "<recording>/<number>", "120 names are clips of 20 recordings"),
      ("_utt", "<recording>_clip<number>", "120 names are clips of 20 recordings"),
    ])
  func clips(separator: String, rule: String, note: String) throws {
    let videos = (0..<20).map { "v\(100 + $0)x-y" }
    let names = videos.flatMap { video in (0..<6).map { "\(video)\(separator)\($0)" } }
    let outcome = try Splitter.divide(names, by: .ratios([0.7, 0.15, 0.15], seed: 3), folds: nil)
    #expect(Split.allCases.map { outcome.partition.groups(of: $0).count } == [14, 3, 3])
    #expect(outcome.recordings.keys.sorted() == videos)
    #expect(outcome.recordings.values.allSatisfy { $0.count == 6 })
    #expect(outcome.notes.count == 1)
    #expect(outcome.notes[0].hasPrefix(note) && outcome.notes[0].contains(rule), "\(outcome.notes)")
  }

  @Test("names that only resemble clips stay together too, with a way out; merely numbered names are recordings")
  func suspectedClips() throws {
    let names = ["happy", "sad", "angry", "calm"].flatMap { mood in (1...9).map { "\(mood)_0\($0)" } }
    let outcome = try Splitter.divide(names, by: .ratios([0.5, 0.25, 0.25], seed: 3), folds: nil)
    #expect(outcome.recordings.count == 4)
    #expect(outcome.notes.first?.hasSuffix("if they are not, divide with --folds.") == true)
    let counted = (1...40).map { "video_\($0)" }
    let plain = try Splitter.divide(counted, by: .ratios([0.5, 0.25, 0.25], seed: 3), folds: nil)
    #expect(plain.recordings.count == 40 && plain.notes.isEmpty)
  }

  @Test(
    "folds may name all parts of a recording, but not in two splits; useless lists show an id of each side")
  func parts() throws {
    let folder = try TemporaryFolder()
    let names = ["a[0]", "a[1]", "b[0]", "b[10]", "b[2]", "c[0]"]
    func divide(_ lists: String) throws -> Splitter.Outcome {
      let path = try folder.write("folds.json", Array(lists.utf8))
      return try Splitter.divide(names, by: .folds(path: path), folds: FoldFile.read(path))
    }
    let outcome = try divide(#"{"train": ["a[0]", "a[1]"], "valid": ["b"], "test": ["c[0]"]}"#)
    #expect(outcome.partition.train.groups == ["a"])
    #expect(outcome.recordings == ["a": ["a[0]", "a[1]"], "b": ["b[0]", "b[2]", "b[10]"], "c": ["c[0]"]])
    let torn = try #require(throws: DataError.self) {
      try divide(#"{"train": ["a[0]"], "valid": ["b"], "test": ["c", "a[1]"]}"#)
    }
    #expect(torn.problem == "is in test, another part of a in train")
    let foreign = try #require(throws: DataError.self) {
      try divide(#"{"train": ["x/a"], "valid": ["x/b"], "test": ["x/c"]}"#)
    }
    #expect(
      foreign.description.contains("x/a: no id of the list is a recording of the corpus, expected ids such as a[0]"))
  }

  @Test("folds divide as they say, and unlisted recordings and unknown ids are returned")
  func folds() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(
      "folds.json", Array(#"{"train": ["r102", "r100"], "valid": ["r101", "zz"], "test": ["r103", "-a"]}"#.utf8))
    let outcome = try Splitter.divide(recordings(6), by: .folds(path: path), folds: FoldFile.read(path))
    #expect(outcome.partition.train.groups == ["r100", "r102"])
    #expect(outcome.partition.valid.groups == ["r101"])
    #expect(outcome.dropped.ids == [.inNoFold: ["r104", "r105"]])
    #expect(outcome.unknown == ["-a", "zz"])
  }

  @Test("without valid its share joins train, whatever divides")
  func withoutValid() throws {
    let names = recordings(20)
    let usual = try Splitter.divide(names, by: .ratios([0.7, 0.15, 0.15], seed: 3), folds: nil).partition
    let outcome = try Splitter.divide(names, by: .ratios([0.7, 0.15, 0.15], seed: 3), folds: nil, hasNoValid: true)
    #expect(outcome.partition.valid.groups.isEmpty && outcome.partition.test == usual.test)
    #expect(Set(outcome.partition.train.groups) == Set(usual.train.groups + usual.valid.groups))
    let lists = FoldFile(path: "f", groups: [.train: ["r100"], .valid: [], .test: ["r101"]])
    let listed = try Splitter.divide(names, by: .folds(path: "f"), folds: lists, hasNoValid: true)
    #expect(listed.partition.train.groups == ["r100"] && listed.partition.test.groups == ["r101"])
    #expect(listed.dropped.count(.inNoFold) == 18)
  }
}
