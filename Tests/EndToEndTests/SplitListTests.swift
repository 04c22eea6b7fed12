import Files
import TestSupport
import Testing

@Suite("Lists of samples by split") struct SplitListTests {
  @Test("a leak exits with 1 and names its pairs, and the statement describes the lists")
  func leak() throws {
    let folder = try TemporaryFolder()
    let lists = [fixture("splits/crema-d/train.csv"), fixture("splits/crema-d/test.csv")]
    let done = try Program.audit.run("--splits", lists[0], lists[1], "--out", folder.file("out"))
    #expect(done.status == 1)
    #expect(done.output.contains("3 of 3 test actors"), "\(done.output)")
    let pairs = try String(
      decoding: InputFile.contents(of: folder.file("out/leaks.csv"), limit: 1 << 20), as: UTF8.self
    ).split(separator: "\n")
    #expect(pairs.count == 10)
    #expect(pairs[1].hasPrefix("id-overlap,CREMA-D,train,1001_IEO_ANG_XX,CREMA-D,test,1001_DFA_ANG_XX,"))
    let verified = try Program.audit.run(
      "verify", folder.file("out/audit.intoto.json"), "--splits", lists[0], lists[1])
    #expect(verified.status == 0, "\(verified.output)")
    let other = try Program.audit.run("verify", folder.file("out/audit.intoto.json"), "--splits", lists[0])
    #expect(other.status == 1)
  }

  @Test("a declared overlap exits with 0; a wrong declaration is wrong usage")
  func declared() throws {
    let folder = try TemporaryFolder()
    let lists = [fixture("splits/crema-d/train.csv"), fixture("splits/crema-d/test.csv")]
    let done = try Program.audit.run(
      "--splits", lists[0], lists[1], "--declare", "speaker=shared", "--out", folder.file("out"))
    #expect(done.status == 0)
    #expect(done.output.contains("Declared: speaker=shared"), "\(done.output)")
    let wrong = try Program.audit.run("--splits", lists[0], "--declare", "speaker=often", "--out", folder.file("out"))
    #expect(wrong.status == 64)
  }

  @Test("the output of --repair passes the same audit")
  func repaired() throws {
    let folder = try TemporaryFolder()
    let first = try Program.audit.run(
      "--splits", fixture("splits/mmsa/label.csv"), "--out", folder.file("out"), "--repair", folder.file("repaired"))
    #expect(first.status == 1)
    #expect(first.output.contains("Divided again by 4 sets"), "\(first.output)")
    for name in ["folds.json", "label.csv", "splits.json"] {
      let again = try Program.audit.run(
        "--splits", folder.file("repaired/" + name), "--out", folder.file("again"))
      #expect(again.status == 0, "\(name): \(again.output)")
    }
  }
}
