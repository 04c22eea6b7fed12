import Shards
import Testing
import TestSupport

@Suite("Programs on contradictory folders")
struct ProgramContradictionTests {
  @Test(
    "no program reads or writes beyond its buffers: each ends with one line and 65, or a failed check",
    arguments: [
      "manifest: a width understated", "shard: 35 columns for 3", "shard: no rows of 4611686018427387904 columns",
    ])
  func each(name: String) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let run = folder.file("run")
    let small = ["--batch", "4", "--epochs", "1", "-q"]
    let trained = try Program.train.run(["--shards", prepared, "--out", run, "--model", "mult"] + small)
    #expect(trained.status == 0, "\(trained.errors)")
    try #require(Contradiction.all.first { $0.description == name }).apply(to: prepared)
    for model in ["crossmodal", "seed", "lf-dnn", "tfn", "lmf", "mult"] {
      let done = try Program.train.run(
        ["--shards", prepared, "--out", folder.file("other"), "--model", model] + small)
      #expect(done.status == 65 && !done.message.contains("\n"), "\(model): \(done.status) \(done.errors)")
    }
    let refusing: [(Program, [String])] = [
      (.train, ["predict", "--model", run, "--shards", prepared, "--allow-other-scalers"]),
      (.prep, ["export", prepared, "--to", "npz", "--out", folder.file("npz")]),
      (.prep, ["export", prepared, "--to", "webdataset", "--out", folder.file("tar")]),
    ]
    for (program, arguments) in refusing {
      let done = try program.run(arguments + ["-q"])
      #expect(done.status == 65 && !done.message.contains("\n"), "\(arguments): \(done.status) \(done.errors)")
    }
    #expect(try Program.prep.run("verify", prepared).status == 1)
    #expect(try Program.audit.run("--shards", prepared, "--out", folder.file("audit"), "-q").status == 1)
  }
}
