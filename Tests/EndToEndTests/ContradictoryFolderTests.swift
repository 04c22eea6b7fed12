import Files
import Testing
import TestSupport

/// Folders with correct checksums whose parts contradict each other, given to the built programs.
@Suite struct ContradictoryFolderTests {
  private static let contradictions: [ListContradiction] = [
    .swappedSplits, .testShardUnderTrain, .shardInTwoSplits, .reorderedLabelNames, .reorderedLabels, .renamedLine,
    .swappedLists, .moreSamplesInManifest,
  ]

  @Test("training, prediction and export refuse a folder that contradicts itself", arguments: contradictions)
  func refused(_ contradiction: ListContradiction) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared"))
    let model = folder.file("model")
    let trained = try Program.train.run(
      "--shards", prepared.path, "--out", model, "--epochs", "1", "--threads", "1", "-q")
    #expect(trained.status == 0, "\(trained.errors)")
    try contradiction.apply(to: prepared)
    let runs = [
      try Program.train.run(
        "--shards", prepared.path, "--out", folder.file("run"), "--epochs", "1", "--threads", "1", "-q"),
      try Program.train.run("predict", "--model", model, "--shards", prepared.path, "-q"),
      try Program.prep.run("export", prepared.path, "--to", "npz", "--out", folder.file("npz"), "-q"),
      try Program.prep.run("export", prepared.path, "--to", "webdataset", "--out", folder.file("tar"), "-q"),
    ]
    for outcome in runs {
      #expect(outcome.status == 65, "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.output.isEmpty, "\(outcome.errors)")
    }
    #expect(!Folder.exists(folder.file("run/best.safetensors")) && !Folder.exists(folder.file("npz/train.npz")))
  }

  @Test("verify and the audit fail on a folder that contradicts itself", arguments: contradictions)
  func found(_ contradiction: ListContradiction) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared"))
    try contradiction.apply(to: prepared)
    #expect(try Program.prep.run("verify", prepared.path).status == 1)
    let audit = try Program.audit.run("--shards", prepared.path, "--out", folder.file("audit"), "-q")
    #expect(audit.status == 1, "\(audit.errors)")
    #expect(audit.output.contains("integrity"))
  }
}
