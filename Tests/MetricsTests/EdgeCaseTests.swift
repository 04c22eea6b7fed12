import Metrics
import Testing

@Suite("Metrics with little data")
struct EdgeCaseTests {
  @Test("an empty input gives NaN, never a trap")
  func nothing() {
    let scores = SentimentScores(predictions: [], labels: [])
    let all = [
      scores.mae, scores.mse, scores.correlation, scores.acc2HasZero, scores.f1HasZero, scores.acc7, scores.acc5,
    ]
    #expect(all.count { $0.isNaN } == all.count)
    #expect(ConfusionMatrix(classCount: 3, predictions: [], labels: []).unweightedAccuracy.isNaN)
    #expect(Drift.kolmogorovSmirnov([], [1]).statistic.isNaN)
    #expect(Drift.populationStabilityIndex(expected: [], actual: [1]).isNaN)
    #expect(Regression.standardDeviation([1]).isNaN)
  }

  @Test("constant predictions have no correlation, however their mean rounds", arguments: [0.1, 0.0, -3.0, 1e300])
  func constant(value: Double) {
    #expect(Regression.correlation([Double](repeating: value, count: 7), [1, 2, 3, 4, 5, 6, 7]).isNaN)
    #expect(Regression.correlation([1, 2, 3, 4, 5, 6, 7], [Double](repeating: value, count: 7)).isNaN)
  }

  @Test("one sample has errors and accuracies but no correlation")
  func oneSample() {
    let scores = SentimentScores(predictions: [0.4], labels: [0.5])
    #expect(abs(scores.mae - 0.1) < 1e-15)
    #expect(scores.correlation.isNaN)
    #expect(scores.acc7 == 1)
  }

  @Test("labels of 0 are left out of the negative-positive scores")
  func onlyZeros() {
    let scores = SentimentScores(predictions: [-1, 2, 0.5], labels: [0, 0, 0])
    #expect(scores.acc2NonZero.isNaN)
    #expect(scores.nonZero.sampleCount == 0)
    #expect(scores.acc2HasZero == 2.0 / 3)
  }

  @Test(
    "halves round to even after clipping", arguments: [(0.5, 0.0), (1.5, 2.0), (2.5, 2.0), (-0.5, 0.0), (9, 3)])
  func halves(prediction: Double, label: Double) {
    #expect(SentimentScores(predictions: [prediction], labels: [label]).acc7 == 1)
  }

  @Test("a worked example of two classes")
  func worked() {
    // Three of class 0 (two found), one of class 1 (found): precision 1 and 1/2, recall 2/3 and 1.
    let matrix = ConfusionMatrix(classCount: 2, predictions: [0, 0, 1, 1], labels: [0, 0, 0, 1])
    #expect(matrix.counts == [[2, 1], [0, 1]])
    #expect(matrix.accuracy == 0.75)
    #expect(abs(matrix.unweightedAccuracy - 5.0 / 6) < 1e-15)
    #expect(abs(matrix.weightedF1 - (0.8 * 3 + 2.0 / 3) / 4) < 1e-15)
  }

  @Test("similar samples do not drift, distant ones do")
  func drift() {
    let low = (0..<100).map(Double.init)
    let high = low.map { $0 + 200 }
    #expect(Drift.kolmogorovSmirnov(low, low).statistic == 0)
    #expect(Drift.kolmogorovSmirnov(low, high).statistic == 1)
    #expect(Drift.populationStabilityIndex(expected: low, actual: low) == 0)
    #expect(Drift.populationStabilityIndex(expected: low, actual: high) > 5)
    #expect(Drift.populationStabilityIndex(expected: [1, 1, 1], actual: [2, 2]).isFinite)
  }
}
