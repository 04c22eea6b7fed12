import Files
import Testing
import TestSupport
import Text

/// The synthetic release, prepared as a user prepares it.
@Suite("From a synthetic IEMOCAP release to shards")
struct SampleReleaseTests {
  private func prepared(_ folder: borrowing TemporaryFolder, _ flags: String...) throws -> [JSONValue] {
    let out = folder.file("out")
    let outcome = try Program.prep.run(["iemocap", "--root", try SampleRelease.path(), "--out", out, "-q"] + flags)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = String(decoding: try InputFile.contents(of: out + "/samples.jsonl", limit: 1 << 24), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test("four or six classes give exactly the turns of these classes", arguments: [("emotion4", 4), ("emotion6", 6)])
  func classes(labels: String, count: Int) throws {
    let folder = try TemporaryFolder()
    let found = try prepared(folder, "--labels", labels, "--modalities", "audio,text")
    let planted = try JSONValue(contentsOf: try SampleRelease.path() + "/sample.json")
    let names = ["ang", "exc", "hap", "neu", "sad"] + (count == 6 ? ["fru"] : [])
    let turns = names.reduce(0) { $0 + (planted["labels"]?[$1]?.intValue ?? 0) }
    // Laughter is an answer, too.
    #expect(found.count == turns)
    // One column per class, exactly one of which is 1; each class occurs.
    let labels = try found.map { try #require($0["label"]?.elements).map { $0.doubleValue ?? .nan } }
    #expect(labels.allSatisfy { $0.count == count && Set($0).isSubset(of: [0, 1]) && $0.reduce(0, +) == 1 })
    #expect(Set(labels.compactMap { $0.firstIndex(of: 1) }).count == count)
  }

  @Test("turns of nothing but laughter give no sample if only text is asked for")
  func wordless() throws {
    let folder = try TemporaryFolder()
    let ids = Set(try prepared(folder, "--modalities", "text").compactMap { $0["id"]?.text })
    let planted = try JSONValue(contentsOf: try SampleRelease.path() + "/sample.json")
    let wordless = try #require(planted["trouble"]?["laughter and no word"]?.elements).compactMap(\.text)
    #expect(!wordless.isEmpty)
    #expect(ids.isDisjoint(with: wordless))
    let turns = planted["turns"]?.elements?.reduce(0) { $0 + ($1.intValue ?? 0) }
    #expect(ids.count + wordless.count == turns)
  }

  @Test("its word vectors work as --glove; the one missing word is masked")
  func wordVectors() throws {
    let folder = try TemporaryFolder()
    let lines = try prepared(folder, "--modalities", "text", "--glove", try SampleRelease.wordVectors())
    let report = try JSONValue(contentsOf: folder.file("out/report.json"))
    let rows = try #require(report["modalities"]?["text"]?["missing_rows"]?.members)
    let lacking = lines.reduce(0) {
      $0 + ($1["words"]?.text ?? "").split(separator: " ").count { ["NAIVE", "NAÏVE"].contains($0.uppercased()) }
    }
    #expect(lacking > 0)
    #expect(rows.values.reduce(0) { $0 + ($1.intValue ?? 0) } == lacking)
  }
}
