import Metrics
import Testing

@Suite("Concordance, macro F1 and scores on a scale")
struct ConcordanceTests {
  @Test(
    "hand-worked concordances",
    arguments: [
      // Equal spread 2/3, covariance 2/3, means 1 apart: (4/3) / (4/3 + 1).
      ([1, 2, 3], [2, 3, 4], 4.0 / 7),
      // Spreads 8/3 and 2/3, covariance 4/3, means 2 apart: (8/3) / (10/3 + 4).
      ([2, 4, 6], [1, 2, 3], 4.0 / 11),
      ([1, 2, 3], [1, 2, 3], 1), ([3, 2, 1], [1, 2, 3], -1), ([2, 2, 2], [1, 2, 3], 0), ([1, 2, 3], [5, 5, 5], 0),
      ([1e200, 2e200, 3e200], [2e200, 3e200, 4e200], 4.0 / 7),
    ] as [([Double], [Double], Double)])
  func worked(predictions: [Double], labels: [Double], expected: Double) {
    #expect(abs(Regression.concordance(predictions, labels) - expected) < 1e-15)
    #expect(abs(Regression.concordance(labels, predictions) - expected) < 1e-15)
  }

  @Test("two equal constants, empty input and NaN have no concordance")
  func undefined() {
    #expect(Regression.concordance([0.1, 0.1, 0.1], [0.1, 0.1, 0.1]).isNaN)
    #expect(Regression.concordance([0.1, 0.1, 0.1], [0.2, 0.2, 0.2]) == 0)
    #expect(Regression.concordance([], []).isNaN)
    #expect(Regression.concordance([1, .nan, 3], [1, 2, 3]).isNaN)
  }

  @Test("macro F1 is the mean over classes that occur in labels or predictions")
  func macro() {
    // F1 of class 0 is 0.8, of class 1 2/3; class 2 is neither true nor predicted, class 3 predicted once and never true.
    let two = ConfusionMatrix(classCount: 3, predictions: [0, 0, 1, 1], labels: [0, 0, 0, 1])
    #expect(abs(two.macroF1 - (0.8 + 2.0 / 3) / 2) < 1e-15)
    let three = ConfusionMatrix(classCount: 4, predictions: [0, 0, 1, 1, 3], labels: [0, 0, 0, 1, 1])
    #expect(abs(three.macroF1 - (0.8 + 0.5 + 0) / 3) < 1e-15)
    #expect(ConfusionMatrix(classCount: 3, predictions: [], labels: []).macroF1.isNaN)
  }

  @Test("a scale has errors, r and concordance")
  func scale() {
    let scores = ScaleScores(predictions: [2, 3, 4], labels: [1, 2, 3])
    #expect((scores.mae, scores.mse) == (1, 1))
    #expect(abs(scores.correlation - 1) < 1e-15)
    #expect(abs(scores.concordance - 4.0 / 7) < 1e-15)
    #expect(scores.sampleCount == 3)
  }
}

@Suite("Choosing the best epoch")
struct EpochSelectionTests {
  private func candidates(_ selection: EpochSelection, r: [Double], loss: [Double]) -> [EpochSelection.Candidate] {
    r.indices.map {
      selection.candidate(
        correlation: r[$0], error: 1 - r[$0], loss: loss[$0], concordance: r[$0], unweightedAccuracy: .nan,
        epoch: $0 + 1)
    }
  }

  @Test(
    "near ties go to the lowest loss, exact ties to the first epoch",
    arguments: [
      (SelectionRule.r, [0.900, 0.904, 0.906, 0.902], [0.5, 0.6, 0.9, 0.4], 3),
      (.r, [0.900, 0.904, 0.906, 0.895], [0.5, 0.6, 0.9, 0.1], 1),
      (.r, [0.904, 0.904, 0.9], [0.5, 0.5, 0.5], 0),
      (.rStrict, [0.900, 0.904, 0.906, 0.906], [0.5, 0.6, 0.9, 0.1], 2),
      (.mae, [0.900, 0.904, 0.906, 0.906], [0.5, 0.6, 0.9, 0.1], 3),
      (.loss, [0.9, 0.1, 0.2], [0.5, 0.4, 0.4], 1), (.last, [0.9, 0.1, 0.2], [0.1, 0.4, 0.5], 2),
      (.last, [.nan, .nan], [.nan, .nan], 1),
      (.f1, [0.5, 0.504, 0.4], [0.5, .nan, 0.1], 0),
      (.r, [.nan, 0.1, .nan], [0.1, 0.5, 0.1], 1),
      (.r, [.nan, .nan], [0.3, 0.1], 1), (.rStrict, [.nan, .nan], [0.3, 0.1], 0), (.r, [.nan], [.nan], 0),
    ] as [(SelectionRule, [Double], [Double], Int)])
  func chosen(rule: SelectionRule, r: [Double], loss: [Double], expected: Int) {
    let selection = EpochSelection(rule)
    #expect(selection.best(of: candidates(selection, r: r, loss: loss)) == expected)
  }

  @Test("nothing is chosen from nothing")
  func nothing() {
    #expect(EpochSelection(.r).best(of: []) == nil)
    #expect(EpochSelection(.r).open([]).isEmpty)
  }

  @Test(
    "the epochs kept open along the way always include the final choice", arguments: [SelectionRule.r, .rStrict])
  func keepsOpen(rule: SelectionRule) {
    let selection = EpochSelection(rule)
    var word: UInt32 = 7
    func draw(_ count: UInt32) -> Double {
      word = word &* 1_664_525 &+ 1_013_904_223
      return Double((word >> 8) % count)
    }
    for _ in 0..<200 {
      let all = candidates(
        selection, r: (0..<12).map { _ in 0.9 + 0.001 * draw(12) }, loss: (0..<12).map { _ in 0.1 * draw(5) })
      var open: [Int] = []
      for epoch in all.indices {
        open.append(epoch)
        open = selection.open(open.map { all[$0] }).map { open[$0] }
        let best = selection.best(of: Array(all[...epoch]))
        #expect(best.map { open.contains($0) } == true)
        #expect(selection.best(of: open.map { all[$0] }).map { open[$0] } == best)
      }
    }
  }
}
