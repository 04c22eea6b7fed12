import Files
import Testing
import TestSupport
import Text

@Suite("Standard output, standard error and files")
struct OutputTests {
  /// A tiny corpus and its flags.
  private func arguments(_ folder: borrowing TemporaryFolder) throws -> [String] {
    let root = try TinyCorpus().write(to: folder.file("corpus"))
    return ["--root", root, "--folds", root + "/folds.json", "--out", folder.file("out")]
  }

  @Test("--json prints one document and nothing else, for every command")
  func json() throws {
    let folder = try TemporaryFolder()
    let prepare = try ["mosei"] + arguments(folder)
    let out = folder.file("out")
    for command in [
      prepare + ["--dry-run"], prepare, prepare, ["verify", out], ["inspect", out],
      ["inspect", folder.file("corpus/labels/CMU_MOSEI_Labels.csd")],
      ["inspect", out + "/shards/train-00000.safetensors"],
      ["export", out, "--to", "npz", "--out", folder.file("npz")],
      ["export", out, "--to", "webdataset", "--out", folder.file("tar")],
      ["sample", "mosei", "--out", folder.file("sample"), "--videos", "3", "--seconds", "2"],
    ] {
      let outcome = try Program.prep.run(command + ["--json", "-q"])
      #expect(outcome.status == 0, "\(command): \(outcome.errors)")
      // The parser refuses anything behind the document.
      let document = try JSONValue(parsing: outcome.output)
      #expect(document.members?.isEmpty == false, "\(command)")
      #expect(outcome.output.hasSuffix("}\n"))
      #expect(outcome.errors.isEmpty, "\(command)")
    }
  }

  @Test("--json also prints errors as a document with the status; the line stays on standard error")
  func jsonError() throws {
    let outcome = try Program.prep.run("mosei", "--root", "/nowhere", "--out", "/nowhere/out", "--json")
    #expect(outcome.status == 66)
    let error = try JSONValue(parsing: outcome.output)["error"]
    #expect(error?["status"]?.intValue == 66)
    #expect(error?["file"]?.text == "/nowhere")
    #expect(outcome.message == "msa-prep: error: " + (error?["message"]?.text ?? ""))
  }

  @Test("-q prints nothing on standard error, not even a hint")
  func quiet() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.prep.run(["mosei"] + arguments(folder) + ["-q"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    #expect(!outcome.output.contains("Next:"))
  }

  @Test("without -q the last line is the next command, which works when pasted")
  func next() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.prep.run(["mosei"] + arguments(folder))
    let last = try #require(outcome.output.split(separator: "\n").last)
    #expect(last == "Next: msa-prep verify \(folder.file("out"))")
    #expect(try Program.prep.run("verify", folder.file("out")).status == 0)
  }

  @Test("--verbose prints one line per stage on standard error; without a terminal nothing is redrawn")
  func verbose() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.prep.run(["mosei"] + arguments(folder) + ["-v"])
    for stage in ["Align", "Fit", "Write"] { #expect(outcome.errors.contains(stage), "\(outcome.errors)") }
    #expect(!outcome.errors.contains("\r"))
    #expect(!outcome.errors.contains("\u{1b}"))
  }

  @Test("--dry-run prints the plan and writes nothing")
  func dryRun() throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.prep.run(["mosei"] + arguments(folder) + ["--dry-run", "--json", "-q"])
    #expect(outcome.status == 0)
    #expect(!Folder.exists(folder.file("out")))
    let plan = try JSONValue(parsing: outcome.output)
    #expect(plan["splits"]?["train"]?["groups"]?.intValue == 4)
    #expect(plan["splits"]?["test"]?["segments"]?.intValue == 2)
    #expect(plan["sources"]?.elements?.count == 4)
    #expect(plan["configuration"]?["granularity"] == "word")
  }

  @Test(
    "a full standard output ends with 74 and one line", .enabled(if: Folder.exists("/dev/full"), "no /dev/full"))
  func fullOutput() throws {
    let outcome = try Program.prep.run(["--help"], under: ["/bin/sh", "-c", "exec \"$0\" \"$@\" > /dev/full"])
    #expect(outcome.status == 74)
  }

  @Test("a closed reader of standard output is not an error")
  func closedPipe() throws {
    let outcome = try Program.prep.run(
      ["--help"], under: ["/bin/bash", "-c", "\"$0\" \"$@\" | true; exit ${PIPESTATUS[0]}"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
  }

  @Test(
    "help and version go to standard output with 0",
    arguments: ["--help", "--version", "mosei --help", "sample mosei --help"])
  func help(line: String) throws {
    let outcome = try Program.prep.run(line.split(separator: " ").map(String.init))
    #expect(outcome.status == 0)
    #expect(!outcome.output.isEmpty)
    #expect(outcome.errors.isEmpty)
  }
}
