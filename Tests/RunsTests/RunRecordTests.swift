import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Runs

@Suite struct RunRecordTests {
  private func write(_ text: String, _ file: RunFile, to folder: String) throws {
    try Folder.make(folder)
    try AtomicFile.write(text, to: file.path(in: folder))
  }

  @Test("a folder without results.json is not a finished run, and a file in its place is refused")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: DataError.self) { try RunRecord.read(folder.path) }
    #expect(missing?.code == .inputMissing)
    #expect(missing.map { "\($0)".contains("has no results.json") } == true)
    let file = try folder.write("file", [1])
    #expect(throws: DataError.self) { try RunRecord.read(file) }
  }

  @Test("the runs of several seeds are read one by one, each with its own files")
  func seeds() throws {
    let folder = try TemporaryFolder()
    try write(#"{"format": "msa-runs/1"}"#, .results, to: folder.path)
    for seed in [43, 42] as [UInt64] {
      try write(#"{"format": "msa-run/1"}"#, .results, to: folder.file(RunFile.folder(ofSeed: seed)))
    }
    try write(#"{"val_correlation": [0.5]}"#, .history, to: folder.file("seed-42"))
    try write("id,split,label,prediction\na,test,1,0.5\n", .predictions, to: folder.file("seed-43"))
    let runs = try RunRecord.read(folder.path)
    #expect(runs.map(\.name) == ["seed-42", "seed-43"])
    #expect(runs.map { $0.history?[.validScore] } == [[0.5], nil])
    #expect(runs.map { $0.answers?.count } == [nil, 1])
    #expect(runs[1].numbers(of: .test)?.predictions == [0.5])
  }

  @Test(
    "figures that no run can have are refused with their place",
    arguments: [
      (#"{"test_correlation": -1e308}"#, "{}", "test_correlation"), (#"{"test_ccc": 1.01}"#, "{}", "test_ccc"),
      (#"{"validation": {"ccc": 2}}"#, "{}", "validation.ccc"), (#"{"test_samples": -1}"#, "{}", "test_samples"),
      (#"{"corpora": [{"test": {"samples": -5}}]}"#, "{}", "corpora[0].test.samples"),
      ("{}", #"{"val_correlation": [0.5, null, 1.5]}"#, "val_correlation"),
    ])
  func impossible(results: String, history: String, place: String) throws {
    let folder = try TemporaryFolder()
    try write(results, .results, to: folder.path)
    try write(history, .history, to: folder.path)
    let error = #expect(throws: DataError.self) { try RunRecord.read(folder.path) }
    #expect(error?.code == .badData && error?.place == place)
    #expect(error?.file == (results == "{}" ? RunFile.history : .results).path(in: folder.path))
    try write(#"{"test_correlation": 1.0000000000000002, "test_samples": 0, "test_mae": 7}"#, .results, to: folder.path)
    try write(#"{"val_correlation": [-1, null], "val_loss": [1e308, 2]}"#, .history, to: folder.path)
    #expect(try RunRecord.read(folder.path).count == 1)
  }

  @Test(
    "the epochs excluded by a run's rule are those that the rule finds worse, for numbers and classes",
    arguments: [
      (#"{}"#, #"{"val_correlation": [0.1, 0.5, 0.5, 0.3]}"#, [0, 3]),
      (
        #"{"config": {"task": "classification", "select": "f1", "select-tolerance": 0}}"#, #"{"val_f1": [0.1, 0.5]}"#,
        [0]
      ),
      (
        #"{"config": {"task": "classification", "select": "f1", "select-tolerance": 0}}"#,
        #"{"val_correlation": [0.5, 0.1]}"#, [1]
      ),
      (
        #"{"config": {"task": "classification", "select": "accuracy", "select-tolerance": 0}}"#,
        #"{"val_error": [0.5, 0.25], "val_loss": [1, 1]}"#, [0]
      ),
      (#"{"config": {"select": "luck"}}"#, #"{"val_correlation": [0.1, 0.5]}"#, []),
    ])
  func otherEpochs(results: String, history: String, others: [Int]) throws {
    let folder = try TemporaryFolder()
    try write(results, .results, to: folder.path)
    try write(history, .history, to: folder.path)
    #expect(try RunRecord.read(folder.path).first?.otherEpochs == others)
  }
}
