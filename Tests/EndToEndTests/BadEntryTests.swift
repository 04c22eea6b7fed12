import Files
import Foundation
import TestSupport
import Testing
import Text

@Suite("Invalid entries")
struct BadEntryTests {
  static let fatal: [BadInput] = [
    BadInput(
      "features and intervals of different length", 65,
      "DIR/corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd: OpenFace_2/data/c3/intervals: 14 rows, expected "
        + "16 as in features. Download the file again. To continue without c3, add --skip-bad-entries."
    ) {
      $0.visual.change("c3") { $0.times?.removeLast(4) }
    },
    BadInput(
      "intervals with three columns", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: All Labels/data/d4/intervals: 3 columns, expected 2 (start, "
        + "end in seconds). Download the file again. To continue without d4, add --skip-bad-entries."
    ) {
      $0.labels.change("d4") {
        $0.times = [0, 2, 9, 2, 4, 9]
        $0.timeColumns = 3
      }
    },
    BadInput(
      "intervals with one column", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/-a1/intervals: 1 column, expected 2 "
        + "(start, end in seconds). Download the file again. To continue without -a1, add --skip-bad-entries."
    ) {
      $0.audio.change("-a1") {
        $0.timeColumns = 1
        $0.times = (0..<20).map { Double($0) }
      }
    },
    BadInput(
      "intervals that are texts", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/_b2/intervals: holds string of 18 bytes, "
        + "expected numbers (start, end in seconds). Download the file again. To continue without _b2, add --skip-bad-entries."
    ) { $0.audio.change("_b2") { $0.timesAreTexts = true } },
    BadInput(
      "an entry without intervals", 65,
      "DIR/corpus/languages/CMU_MOSEI_TimestampedWordVectors.csd: glove_vectors/data/e5: has no dataset "
        + "intervals, expected the datasets features and intervals. Download the file again; if e5 is still "
        + "bad, remove it from the file."
    ) { $0.text.change("e5") { $0.times = nil } },
    BadInput(
      "words where numbers are needed", 65,
      "DIR/corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd: OpenFace_2/data/-a1/features: holds words (string "
        + "of 6 bytes), expected numbers. Give another file with --visual."
    ) { corpus in
      for id in TinyCorpus.ids { corpus.visual.entries[id]?.useWords() }
    },
    BadInput(
      "words in one entry and numbers in the others", 65,
      "DIR/corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd: OpenFace_2/data/d4/features: holds string of 6 "
        + "bytes, expected float32 as in -a1. Download the file again. To continue without d4, add --skip-bad-entries."
    ) { $0.visual.change("d4") { $0.useWords() } },
    BadInput(
      "words where labels are needed", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: All Labels/data/-a1/features: holds words (string of 5 "
        + "bytes), expected numbers. Give another file with --labels."
    ) { corpus in
      for id in TinyCorpus.ids { corpus.labels.entries[id]?.useWords() }
    },
    BadInput(
      "a width that changes between entries", 65,
      "DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd: COVAREP/data/c3/features: 4 values per row, expected 3 "
        + "as in -a1. Download the file again. To continue without c3, add --skip-bad-entries."
    ) {
      $0.audio.change("c3") {
        $0.values = .floats([Float](repeating: 1, count: 80)); $0.width = 4
      }
    },
    BadInput(
      "no recording id common to all files", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: no recording id is common to all files, expected the same "
        + "ids in DIR/corpus/acoustics/CMU_MOSEI_COVAREP.csd, "
        + "DIR/corpus/languages/CMU_MOSEI_TimestampedWordVectors.csd, "
        + "DIR/corpus/visuals/CMU_MOSEI_VisualOpenFace2.csd. Check that the files belong to one corpus, or use "
        + "--missing keep."
    ) { corpus in
      corpus.audio.entries = Dictionary(uniqueKeysWithValues: corpus.audio.entries.map { ("x" + $0, $1) })
    },
    BadInput(
      "names for more label columns than there are", 64,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: All Labels: 2 names in --label-names (sentiment, happy), expected 7, one "
        + "for each label column", arguments: BadInput.folds + ["--label-names", "sentiment,happy"]),
    BadInput(
      "three label columns without names", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: All Labels: has no names for its 3 label columns (\"dimension names\"), "
        + "expected a name for each, or one of the forms of CMU-MOSEI and CMU-MOSI. Name them with --label-names, e.g. "
        + "--label-names sentiment,happy,sad, or give another file with --labels."
    ) { corpus in
      corpus.labels.metadata = [:]
      for id in TinyCorpus.ids {
        corpus.labels.change(id) {
          $0.values = .floats([1, 0, 0, -1, 0, 0]); $0.width = 3
        }
      }
    },
    BadInput(
      "labels that overlap no row", 65,
      "DIR/corpus/labels/CMU_MOSEI_Labels.csd: no labelled segment of the test split overlaps any row, "
        + "expected at least one sample in each split. Check that features and labels belong to one corpus, or "
        + "change the folds or ratios."
    ) { corpus in
      corpus.labels.change("f6") { $0.times = [100, 101, 101, 102] }
    },
  ]

  @Test("unreadable entries are refused with file, dataset, finding, expectation and advice", arguments: fatal)
  func refused(input: BadInput) throws { try input.check() }

  /// Prepares a corpus that has dropped rows, and returns its report.
  private func report(_ change: (inout TinyCorpus) -> Void, _ arguments: String...) throws -> JSONValue {
    let folder = try TemporaryFolder()
    var corpus = TinyCorpus()
    change(&corpus)
    let root = try corpus.write(to: folder.file("corpus"))
    let out = folder.file("out")
    let outcome = try Program.prep.run(
      ["mosei", "--root", root, "--folds", root + "/folds.json", "--out", out, "-q"] + arguments)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try Program.prep.run("verify", out).status == 0)
    return try JSONValue(contentsOf: out + "/report.json")
  }

  private func dropped(_ section: JSONValue?) -> [String: Int] {
    var counts: [String: Int] = [:]
    for item in section?["dropped"]?.elements ?? [] { counts[item["reason"]?.text ?? ""] = item["count"]?.intValue }
    return counts
  }

  @Test("label rows whose interval is reversed, empty or not finite are dropped and counted, with their ids")
  func labelIntervals() throws {
    let report = try report {
      $0.labels.change("c3") { $0.times = [2, 0, 2, 4] }
      $0.labels.change("d4") { $0.times = [0, .nan, 2, 4] }
      $0.labels.change("_b2") { $0.times = [0, 2, -.infinity, 4] }
      $0.labels.change("-a1") { $0.times = [1, 1, 2, 4] }
    }
    #expect(
      dropped(report["samples"]) == [
        "the label's interval ends before it starts": 1, "the label's interval has a NaN or infinite time": 2,
        "the label's interval is shorter than 0.00001 s": 1,
      ])
    #expect(report["samples"]?["written"]?.intValue == 8)
    let ids = report["samples"]?["dropped"]?.elements?.flatMap { $0["ids"]?.elements ?? [] }.compactMap(\.text) ?? []
    #expect(Set(ids) == ["c3[0]", "d4[0]", "_b2[1]", "-a1[0]"])
  }

  @Test("word rows whose interval is reversed or not finite are dropped and counted")
  func wordIntervals() throws {
    let report = try report { $0.text.change("c3") { $0.times?.replaceSubrange(0..<4, with: [0.5, 0, .nan, 1]) } }
    #expect(
      dropped(report["words"]) == [
        "the interval ends before it starts": 1, "the interval has a NaN or infinite time": 1,
      ])
  }

  @Test(
    "rows of another modality whose interval is reversed or not finite are dropped and counted",
    arguments: ["word", "frame", "video"])
  func frameIntervals(granularity: String) throws {
    let report = try report(
      { $0.visual.change("c3") { $0.times?.replaceSubrange(0..<4, with: [0.5, 0, .infinity, .nan]) } },
      "--granularity", granularity)
    let visual = report["modalities"]?["visual"]
    #expect(visual?.canonicalText.contains("reversed") == true, "\(visual?.prettyText ?? "")")
  }

  @Test("a video without a usable time for its label or any row is dropped and counted")
  func timelessVideo() throws {
    let report = try report(
      { corpus in
        corpus.labels.change("c3") { $0.times = [2, 0, 2, 4] }
        corpus.labels.change("d4") { $0.times = [.nan, 0, 2, 4] }
        for id in ["c3", "d4"] {
          corpus.visual.change(id) { $0.times = $0.times?.map { _ in .nan } }
          corpus.audio.change(id) { $0.times = $0.times?.map { _ in .nan } }
          corpus.text.change(id) { $0.times = $0.times?.map { _ in .nan } }
        }
      }, "--granularity", "video")
    let counts = dropped(report["samples"])
    #expect(counts["the label's interval ends before it starts"] == 1, "\(counts)")
    #expect(counts["the label's interval has a NaN or infinite time"] == 1, "\(counts)")
    #expect(report["samples"]?["written"]?.intValue == 4)
  }

  @Test(
    "NaN labels are dropped under mask and zero, and replaced under seed", arguments: ["mask", "zero", "seed"])
  func labelValues(mode: String) throws {
    let report = try report(
      { $0.labels.change("c3") { $0.values = .floats([.nan] + [Float](repeating: 1, count: 13)) } }, "--clean", mode)
    #expect(dropped(report["samples"]) == (mode == "seed" ? [:] : ["a label is NaN or infinite": 1]))
  }

  @Test(
    "a recording whose entry has no rows, no finite cell or no valid interval does not stop a run",
    arguments: ["word", "utterance", "frame", "video"], ["mask", "zero", "seed"])
  func hollowRecordings(granularity: String, mode: String) throws {
    let report = try report(
      {
        $0.visual.change("c3") { $0 = .init(rows: 0, width: 5, step: 1) }
        $0.audio.change("d4") { $0.values = .floats([Float](repeating: .nan, count: 60)) }
        $0.audio.change("-a1") { $0.times = [Double](repeating: .nan, count: 40) }
        $0.labels.change("_b2") { $0 = .init(rows: 0, width: 7, step: 1) }
      }, "--granularity", granularity, "--clean", mode)
    #expect(report["recordings"]?["found"]?.intValue == 6)
  }
}

extension TinySequence.Entry {
  /// Turns the features into as many words as there are rows.
  mutating func useWords() {
    let rows = (times?.count ?? 0) / 2
    values = .words((0..<rows).map { "word\($0)" })
    width = 1
  }
}
