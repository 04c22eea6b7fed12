import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Runs

@Suite struct PredictionsFileTests {
  private let answers = [
    PredictionsFile.Answer(id: "a,\"b\"\n[0]", split: .valid, label: "", prediction: "-0.5", corpus: "CMU-MOSI"),
    PredictionsFile.Answer(id: "-x", split: .test, label: "happy", prediction: "sad|angry", corpus: "two"),
  ]

  @Test("predictions read back, whatever the ids contain")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file(RunFile.predictions.name)
    let lines = answers.map { (answer: $0, scores: ["0.25", "0.75"]) }
    try AtomicFile.write(PredictionsFile.csv(lines, scoreNames: ["happy", "sad"], hasCorpus: true), to: path)
    #expect(try PredictionsFile.read(path, limit: 1 << 20) == answers)
  }

  @Test("the corpus is a column only if there are several")
  func columns() {
    let lines = answers.map { (answer: $0, scores: [String]()) }
    let text = PredictionsFile.csv(lines, scoreNames: [], hasCorpus: false)
    #expect(text.split(separator: "\n").first == "id,split,label,prediction")
    #expect(text.hasSuffix("-x,test,happy,sad|angry\n"))
  }

  @Test(
    "a missing column or an invalid split is refused with its line",
    arguments: [
      ("id,split,label\na,valid,1\n", "line 1: has no column prediction"),
      ("id,split,label,prediction\na,valid,1,2\nb,dev,1,2\n", "line 3: split is \"dev\""),
      ("id,split,label,prediction\na,valid,1\n", "line 2: 3 cells, expected 4"),
      ("id,split,label,prediction\n\"a,valid,1,2\n", "line 2: a quote is not closed"),
    ])
  func refusals(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("predictions.csv", Array(text.utf8))
    let error = #expect(throws: DataError.self) { try PredictionsFile.read(path, limit: 1 << 20) }
    #expect(error?.code == .badData)
    #expect(error.map { "\($0)".contains(message) } == true, "\(error.map { "\($0)" } ?? "")")
  }
}
