import Files
import Foundation
import Shards
import Testing
import TestSupport

@Suite("What msa-train refuses")
struct TrainRefusalTests {
  /// Damages a prepared folder, trains on it, and returns the program's outcome.
  private func train(_ arguments: [String] = [], damage: (String) throws -> Void) throws -> Program.Outcome {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    try damage(prepared)
    return try Program.train.run(
      ["--shards", prepared, "--out", folder.file("run"), "--epochs", "1", "-q"] + arguments)
  }

  @Test("a prepared folder is never trained into, and resuming without a checkpoint starts a new run")
  func folders() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let into = try Program.train.run("--shards", prepared, "--out", prepared, "--epochs", "1", "-q")
    #expect(into.status == 73)
    #expect(into.errors.contains("/prepared: is a prepared folder, expected a folder of its own"))
    let begun = try Program.train.run(
      "--shards", prepared, "--out", folder.file("run"), "--epochs", "1", "--resume", "-q")
    #expect(begun.status == 0, "\(begun.errors)")
    #expect(begun.errors.contains("/run: nothing has been trained yet, so training starts from the beginning."))
    let seeds = try Program.train.run(
      "--shards", prepared, "--out", folder.file("run"), "--epochs", "1", "--seeds", "2", "-q")
    #expect(seeds.status == 73 && seeds.errors.contains("/run: holds a single run"), "\(seeds.errors)")
  }

  @Test("a folder without a model is identified: a prepared folder, or the runs of several seeds")
  func noModel() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let described = try Program.train.run("describe", prepared)
    #expect(described.status == 65)
    #expect(described.errors.contains("/prepared: is a prepared folder, expected a run folder of msa-train. Name the"))
    let seeds = folder.file("seeds")
    let trained = try Program.train.run(
      "--shards", prepared, "--out", seeds, "--epochs", "1", "--seeds", "2", "--seed", "7", "-q")
    #expect(trained.status == 0, "\(trained.errors)")
    let predicted = try Program.train.run("predict", "--model", seeds, "--shards", prepared)
    #expect(predicted.status == 66)
    #expect(predicted.errors.contains("Name its folder, e.g. \(seeds)/seed-7."), "\(predicted.errors)")
    let named = try Program.train.run("predict", "--model", seeds + "/seed-7", "--shards", prepared)
    #expect(named.status == 0, "\(named.errors)")
  }

  @Test("a file that cannot be created is reported with a remedy, whichever option names it")
  func noFolder() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let run = folder.file("run")
    let trained = try Program.train.run("--shards", prepared, "--out", run, "--epochs", "1", "-q")
    #expect(trained.status == 0, "\(trained.errors)")
    let file = folder.file("none/file")
    let refused = [
      ["describe", run, "--svg", file], ["predict", "--model", run, "--shards", prepared, "--out", file, "-q"],
      ["--shards", prepared, "--out", folder.file("other"), "--save-init", file, "-q"],
    ]
    for arguments in refused {
      let outcome = try Program.train.run(arguments)
      #expect(outcome.status == 73)
      #expect(
        outcome.message.hasSuffix(
          "/none/file: No such file or directory while creating it. Make the folder \(folder.file("none")), or write "
            + "elsewhere."), "\(outcome.message)")
    }
  }

  private func replace(_ old: String, _ new: String, in path: String) throws {
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try AtomicFile.write(text.replacing(old, with: new), to: path)
  }

  @Test("a folder without a manifest is reported as unfinished")
  func noManifest() throws {
    let done = try train { try Folder.remove($0 + "/" + Manifest.name) }
    #expect(done.status == 66)
    #expect(done.message.contains("manifest.json"))
    #expect(!done.message.contains("\n"))
  }

  @Test("a shard whose bytes changed is named with both checksums")
  func damagedShard() throws {
    let done = try train { prepared in
      let path = prepared + "/shards/train-00001.safetensors"
      var bytes = try InputFile.contents(of: path, limit: 1 << 20)
      bytes[bytes.count - 1] ^= 1
      var file = try AtomicFile(path: path)
      try file.write(bytes)
      try file.commit()
    }
    #expect(done.status == 65)
    #expect(done.message.contains("train-00001.safetensors: has SHA-256"))
  }

  @Test("another format version is named together with the known one")
  func otherFormat() throws {
    let done = try train { try replace("msa-shards/1", "msa-shards/9", in: $0 + "/" + Manifest.name) }
    #expect(done.status == 65)
    #expect(done.message.contains("msa-shards/9"))
    #expect(done.message.contains("expected \"msa-shards/1\""))
  }

  @Test("a label that the folder lacks is refused, and the existing labels are listed")
  func missingLabel() throws {
    let done = try train(["--label", "valence"]) { _ in }
    #expect(done.status == 65)
    #expect(
      done.message.hasSuffix(
        "/prepared: has no label valence, expected one of sentiment, happy. Choose one of these with --label, or prepare "
          + "a folder with other --labels."))
  }

  @Test(
    "an IEMOCAP label that is missing, or missing for some samples, is refused, and the existing ones are listed",
    arguments: [
      (
        "sentiment", "emotion",
        "Ses01F_impro01_M000: label emotion is nan, expected a number in every sample. Choose one of sentiment, valence, "
          + "activation, dominance with --label, or prepare a folder without such samples, with other --labels "
          + "than sentiment."
      ),
      (
        "sentiment", "arousal",
        "has no label arousal, expected one of sentiment, valence, activation, dominance, emotion. Choose one of these "
          + "with --label, or prepare a folder with other --labels."
      ),
      (
        "vad", "emotion",
        "has no label emotion, expected one of valence, activation, dominance. Choose one of these with --label, or "
          + "prepare a folder with other --labels."
      ),
    ], ["regression", "classification", "multilabel"])
  func releaseLabel(label: (prepared: String, trained: String, message: String), task: String) throws {
    let folder = try TemporaryFolder()
    let release = try TinyRelease().write(to: folder.file("release"))
    let prepared = folder.file("prepared")
    let made = try Program.prep.run(
      "iemocap", "--root", release, "--out", prepared, "--labels", label.prepared, "-q")
    #expect(made.status == 0, "\(made.errors)")
    let done = try Program.train.run(
      "--shards", prepared, "--out", folder.file("run"), "--label", label.trained, "--task", task, "-q")
    #expect(done.status == 65)
    #expect(done.errors == "msa-train: error: \(prepared): \(label.message)\n")
    #expect(!Folder.exists(folder.file("run/results.json")))
  }

  @Test("a run is resumed only with the same model and data")
  func otherRun() throws {
    let folder = try TemporaryFolder()
    let first = try ExampleFolder(at: folder.file("first")).path
    let second = try ExampleFolder(at: folder.file("second"), granularity: "utterance").path
    let run = folder.file("run")
    #expect(try Program.train.run("--shards", first, "--out", run, "--epochs", "1").status == 0)
    let again = try Program.train.run("--shards", first, "--out", run, "--epochs", "1")
    #expect(again.status == 73)
    #expect(again.message.contains("--resume"))
    let model = try Program.train.run(
      "--shards", first, "--out", run, "--epochs", "1", "--model", "seed", "--resume", "-q")
    #expect(model.status == 65)
    #expect(model.message.contains("--model was \"crossmodal\" and is now \"seed\""))
    let data = try Program.train.run("--shards", second, "--out", run, "--epochs", "1", "--resume", "-q")
    #expect(data.status == 65)
    let fresh = try Program.train.run("--shards", second, "--out", run, "--epochs", "1", "--overwrite")
    #expect(fresh.status == 0, "\(fresh.errors)")
  }

  @Test("differently scaled folders are used for prediction only on demand")
  func otherScalers() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let run = folder.file("run")
    #expect(try Program.train.run("--shards", prepared, "--out", run, "--epochs", "1").status == 0)
    let digest = try Manifest.read(prepared).scalers.sha256
    let scalers = prepared + "/" + ScalersFile.name
    let columns = ExampleFolder.widths.mapValues {
      ScalersFile.Columns(center: Array(repeating: 3, count: $0), scale: Array(repeating: 2, count: $0))
    }
    let other = try ScalersFile(columns: columns).write(to: scalers).sha256
    try replace(digest, other, in: prepared + "/" + Manifest.name)
    let refused = try Program.train.run("predict", "--model", run, "--shards", prepared, "-q")
    #expect(refused.status == 65)
    #expect(refused.message.contains("--allow-other-scalers"))
    let allowed = try Program.train.run("predict", "--model", run, "--shards", prepared, "-q", "--allow-other-scalers")
    #expect(allowed.status == 0)
    #expect(allowed.errors.contains("Predictions may be meaningless"))
    #expect(allowed.output.hasPrefix("id,split,label,prediction\n"))
  }

  @Test("an unwritable folder ends with 73, a folder that is not a run with 66")
  func places() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    _ = try folder.write("file", [1])
    let done = try Program.train.run("--shards", prepared, "--out", folder.file("file/run"), "-q")
    #expect(done.status == 73)
    #expect(try Program.train.run("describe", folder.path).status == 66)
    #expect(try Program.train.run("predict", "--model", folder.file("none"), "--shards", prepared).status == 66)
  }
}
