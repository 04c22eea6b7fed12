import Files
import Testing
import TestSupport
import Text

/// MOSEI and IEMOCAP, prepared separately and trained on together.
@Suite("Training on two corpora")
struct CombinedTrainingTests {
  @Test("one model beats the mean of the train labels on both corpora")
  func beatsTheMean() throws {
    let folder = try TemporaryFolder()
    // Larger than the samples of other tests: it takes a few dozen test segments to tell a model from the mean.
    let corpus = folder.file("corpus")
    let release = folder.file("release")
    try prep("sample", "mosei", "--out", corpus, "--videos", "40", "--seconds", "20", "--compress", "none")
    try prep("sample", "iemocap", "--out", release)
    let outs = ["mosei", "iemocap"].map { folder.file($0) }
    try prep("mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--out", outs[0])
    try prep("iemocap", "--root", release, "--out", outs[1])
    let run = folder.file("run")
    let trained = try Program.train.run(
      "--shards", outs[0], "--shards", outs[1], "--out", run, "--epochs", "25", "-q")
    #expect(trained.status == 0, "\(trained.errors)")
    let results = try JSONValue(contentsOf: run + "/results.json")
    let corpora = try #require(results["corpora"]?.elements)
    #expect(corpora.map { $0["dataset"]?.text } == ["CMU-MOSEI", "IEMOCAP"])
    let train = try outs.flatMap { try labels(of: $0, split: "train") }
    let mean = train.reduce(0, +) / Double(train.count)
    for (result, out) in zip(corpora, outs) {
      let test = try labels(of: out, split: "test")
      let baseline = test.reduce(0) { $0 + abs($1 - mean) } / Double(test.count)
      let error = try #require(result["test"]?["mae"]?.doubleValue)
      #expect(result["test"]?["samples"]?.intValue == test.count)
      #expect(error < 0.75 * baseline, "\(out)")
    }
  }

  private func prep(_ arguments: String...) throws {
    let done = try Program.prep.run(arguments + ["-q"])
    #expect(done.status == 0, "\(done.errors)")
  }

  /// The sentiments of a split.
  private func labels(of prepared: String, split: String) throws -> [Double] {
    let text = String(decoding: try InputFile.contents(of: prepared + "/samples.jsonl", limit: 1 << 24), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
      .filter { $0["split"]?.text == split }
      .compactMap { $0["label"]?.elements?.first?.doubleValue }
  }
}
