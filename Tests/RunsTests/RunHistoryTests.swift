import Testing
import Text

@testable import Runs

@Suite struct RunHistoryTests {
  @Test("every list has its own key, and the keys describe the contents", arguments: [true, false])
  func keys(isRegression: Bool) throws {
    let keys = RunHistory.Figure.allCases.map { $0.key(isRegression: isRegression) }
    #expect(Set(keys).count == keys.count)
    let names = isRegression ? ["val_mae", "val_correlation"] : ["val_error", "val_f1"]
    #expect([RunHistory.Figure.validError, .validScore].map { $0.key(isRegression: isRegression) } == names)
    let others = isRegression ? ["train_error", "train_f1"] : ["train_mae", "train_correlation"]
    #expect(Set(keys).isDisjoint(with: others))
  }

  @Test("a history reads back; undefined values are null and NaN")
  func roundTrip() throws {
    for isRegression in [true, false] {
      let written = RunHistory([.validScore: [.nan, 0.5], .trainLoss: [1, 0.25]], isRegression: isRegression)
      let read = RunHistory(json: try JSONValue(parsing: written.json.prettyText), isRegression: isRegression)
      #expect(read[.validScore]?.map(\.isNaN) == [true, false])
      #expect(read[.trainLoss] == [1, 0.25])
      #expect(read[.validLoss] == nil)
    }
  }

  @Test("a run of classes from before the lists were named after them is still read")
  func oldNames() throws {
    let json: JSONValue = ["val_correlation": [0.5, 0.25], "val_mae": [0.5, 0.75]]
    let history = RunHistory(json: json, isRegression: false)
    #expect(history[.validScore] == [0.5, 0.25])
    #expect(history[.validError] == [0.5, 0.75])
    // Class names mean nothing for numbers.
    #expect(RunHistory(json: ["val_f1": [0.5]], isRegression: true)[.validScore] == nil)
  }
}
