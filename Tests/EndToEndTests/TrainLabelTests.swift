import Files
import Foundation
import Testing
import TestSupport
import Text

/// What msa-train learns from IEMOCAP's labels, and what it says about several IEMOCAP folders.
@Suite("msa-train on classes, scales and several folders")
struct TrainLabelTests {
  private func prepare(_ labels: String, split: String = "loso:1", to out: String) throws {
    let done = try Program.prep.run(
      "iemocap", "--root", SampleRelease.path(), "--modalities", "text", "--glove", SampleRelease.wordVectors(),
      "--labels", labels, "--split", split, "--out", out, "-q")
    #expect(done.status == 0, "\(done.errors)")
  }

  private func train(_ arguments: String...) throws -> Program.Outcome {
    try Program.train.run(arguments + ["--epochs", "2", "-q"])
  }

  @Test(
    "class columns are classified without --task, into exactly that many classes",
    arguments: [("emotion4", ["ang", "hap", "neu", "sad"]), ("emotion6", ["ang", "exc", "fru", "hap", "neu", "sad"])])
  func classes(labels: String, expected: [String]) throws {
    let folder = try TemporaryFolder()
    try prepare(labels, to: folder.file("prepared"))
    let run = folder.file("run")
    let done = try train("--shards", folder.file("prepared"), "--out", run)
    #expect(done.status == 0, "\(done.errors)")
    let results = try JSONValue(contentsOf: run + "/results.json")
    #expect(results["config"]?["task"] == "classification")
    #expect(results["config"]?["select"] == "f1")
    #expect(results["config"]?["select-tolerance"] == .number(0.005))
    #expect(results["label_names"]?.elements?.compactMap(\.text) == expected)
    let predictions = try String(contentsOfFile: run + "/predictions.csv", encoding: .utf8)
    #expect(predictions.hasPrefix("id,split,label,prediction," + expected.map { "score_" + $0 }.joined(separator: ",")))
    #expect(!predictions.contains("none"))
    let again = try Program.train.run(
      "predict", "--model", run, "--shards", folder.file("prepared"), "--splits", "valid,test", "-q")
    #expect(again.output == predictions)
    let refused = try train("--shards", folder.file("prepared"), "--out", folder.file("other"), "--task", "regression")
    #expect(refused.status == 65 && refused.message.contains("--task classification"))
  }

  @Test("rated dimensions get MAE, r and CCC, never sentiment accuracies, and are not classes")
  func scales() throws {
    let folder = try TemporaryFolder()
    try prepare("vad", to: folder.file("prepared"))
    let run = folder.file("run")
    let done = try train("--shards", folder.file("prepared"), "--out", run)
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.output.contains("CCC") && !done.output.contains("Acc-"))
    let results = try JSONValue(contentsOf: run + "/results.json")
    #expect(results["test_ccc"] != nil && results["acc7"] == nil && results["label_names"] == ["valence"])
    let predicted = try Program.train.run("predict", "--model", run, "--shards", folder.file("prepared"), "--json")
    let scores = try JSONValue(parsing: predicted.output)["scores"]?["test"]
    #expect(scores?["ccc"] != nil && scores?["acc7"] == nil)
    for task in ["classification", "multilabel"] {
      let refused = try train("--shards", folder.file("prepared"), "--out", folder.file("other"), "--task", task)
      #expect(refused.status == 65)
      #expect(refused.message.contains("valence, activation, dominance"))
    }
  }

  @Test("folders that hold out each other's train sessions are refused, unless explicitly allowed")
  func contradiction() throws {
    let folder = try TemporaryFolder()
    let folders = ["loso:1", "loso:5"].map { ($0, folder.file($0.replacing(":", with: ""))) }
    for (split, out) in folders { try prepare("emotion4", split: split, to: out) }
    let shards = folders.flatMap { ["--shards", $0.1] } + ["--out", folder.file("run"), "--epochs", "2", "-q"]
    let refused = try Program.train.run(shards)
    #expect(refused.status == 65)
    #expect(refused.message.contains("speakers in different splits"))
    #expect(refused.message.contains("--allow-leaks id-overlap"))
    #expect(!Folder.exists(folder.file("run/last.safetensors")))
    let allowed = try Program.train.run(shards + ["--allow-leaks", "id-overlap"])
    #expect(allowed.status == 0, "\(allowed.errors)")
    #expect(allowed.errors.contains("Trained with a leak that --allow-leaks id-overlap allows"))
    let report = try String(contentsOfFile: folder.file("run/report.html"), encoding: .utf8)
    #expect(report.contains("Trained with a leak that --allow-leaks id-overlap allows"))
    let twice = try train("--shards", folders[0].1, folders[0].1, "--out", folder.file("twice"))
    #expect(twice.status == 64 && twice.message.contains("twice"))
  }

  @Test("a selection rule unknown to the task is refused, and the known ones are listed")
  func otherRule() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let refused = try train("--shards", prepared, "--out", folder.file("run"), "--select", "uar")
    #expect(refused.status == 64)
    #expect(refused.message.contains("--select is uar, expected one of r, mae, loss, ccc, r-strict for regression"))
  }
}
