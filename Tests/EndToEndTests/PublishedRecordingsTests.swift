import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@Suite("Published corpora that are folders of recordings")
struct PublishedRecordingsTests {
  @Test(
    "an official split that divides recordings is refused with both ways on, and each of them works",
    arguments: [("meld", "meld", 2), ("mmsa", "sims", 4), ("mmsa", "simsv2", 4)])
  func official(layout: String, command: String, labelCount: Int) throws {
    let folder = try TemporaryFolder()
    let sample = try Program.prep.run(
      "sample", "recordings", "--layout", layout, "--out", folder.file("in"), "--recordings", "10", "--seconds", "1",
      "-q")
    #expect(sample.status == 0, "\(sample.errors)")
    func prepare(_ out: String, _ flags: [String] = []) throws -> Program.Outcome {
      try Program.prep.run([command, "--root", folder.file("in"), "--out", folder.file(out), "-q"] + flags)
    }
    let refused = try prepare("refused")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("--split group") && refused.errors.contains("--allow-leaks id-overlap"))
    #expect(refused.errors.split(separator: "\n").count == 1)

    for (name, flags, splits) in [
      ("group", ["--split", "group"], [35, 5, 10]), ("official", ["--allow-leaks", "id-overlap"], [30, 10, 10]),
    ] {
      let outcome = try prepare(name, flags)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let manifest = try JSONValue(contentsOf: folder.file(name + "/manifest.json"))
      let text = String(
        decoding: try InputFile.contents(of: folder.file(name + "/samples.jsonl"), limit: 1 << 24), as: UTF8.self)
      let samples = try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
      let counts = ["train", "valid", "test"].map { split in samples.count { $0["split"]?.text == split } }
      #expect(counts == splits, "\(name)")
      #expect(manifest["label_names"]?.elements?.count == labelCount)
    }
  }
}
