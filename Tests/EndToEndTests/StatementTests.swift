import Files
import Testing
import TestSupport
import Text

/// msa-audit verify, run as a user runs it.
@Suite("msa-audit verify")
struct StatementTests {
  /// The exit status of a verification with and without --require-pass.
  private func statuses(_ folder: borrowing TemporaryFolder, _ data: [String]) throws -> [Int32] {
    try [[], ["--require-pass"]].map { flags in
      try Program.audit.run(["verify", folder.file("audit/audit.intoto.json")] + data + flags).status
    }
  }

  @Test("lists: --require-pass asks for a result other than FAILED", arguments: [true, false])
  func lists(isClean: Bool) throws {
    let folder = try TemporaryFolder()
    let list = try folder.write(
      "list.csv", "id,split,group\na1,train,a\nb1,valid,b\nc1,test,\(isClean ? "c" : "a")\n")
    let audited = try Program.audit.run("--splits", list, "--out", folder.file("audit"))
    #expect(audited.status == (isClean ? 0 : 1), "\(audited.output)\(audited.errors)")
    #expect(try statuses(folder, ["--splits", list]) == (isClean ? [0, 0] : [0, 1]))
    _ = try folder.write("list.csv", "id,split,group\na1,train,a\nb1,valid,b\nc1,test,d\n")
    #expect(try statuses(folder, ["--splits", list]) == [1, 1])
  }

  @Test("arrays: a file in another order is the same, a changed one is not")
  func arrays() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    #expect(try Program.prep.run("export", prepared, "--to", "npz", "--out", folder.file("npz")).status == 0)
    let files = ["train", "valid", "test"].map { folder.file("npz/\($0).npz") }
    _ = try Program.audit.run(["--arrays"] + files + ["--out", folder.file("audit")])
    #expect(try statuses(folder, ["--arrays"] + files.reversed())[0] == 0)
    let fewer = try Program.audit.run(
      ["verify", folder.file("audit/audit.intoto.json"), "--arrays"] + files.dropLast())
    #expect(fewer.status == 1 && fewer.output.contains("test.npz: is missing"), "\(fewer.output)\(fewer.errors)")
  }

  @Test("a statement with a key of its own is refused with 65")
  func strict() throws {
    let folder = try TemporaryFolder()
    let list = try folder.write("list.csv", "id,split,group\na1,train,a\nb1,valid,b\nc1,test,c\n")
    _ = try Program.audit.run("--splits", list, "--out", folder.file("audit"))
    let path = folder.file("audit/audit.intoto.json")
    let text = String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
    try AtomicFile.write(text.replacing(#""result""#, with: #""score": 1, "result""#), to: path)
    let done = try Program.audit.run("verify", path, "--splits", list)
    #expect(done.status == 65)
    #expect(done.message.contains("predicate.score: is no key of the published schema"), "\(done.errors)")
  }
}
