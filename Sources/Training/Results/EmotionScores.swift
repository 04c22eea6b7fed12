public import Metrics

/// How well each of several emotions was recognised, and the means over them.
public struct EmotionScores: Hashable, Sendable {
  /// One an emotion; class 1 is "it is there".
  public let emotions: [ConfusionMatrix]

  /// - Parameters:
  ///   - predictions: [samples, emotions]; whether each is predicted.
  ///   - labels: [samples, emotions]; above 0 where it is there. A sample with a missing label is left out.
  init(predictions: [Bool], labels: [Float], count: Int) {
    let known = (0..<labels.count / max(count, 1)).filter { sample in
      labels[sample * count..<(sample + 1) * count].allSatisfy(\.isFinite)
    }
    emotions = (0..<count).map { emotion in
      ConfusionMatrix(
        predictions: known.map { predictions[$0 * count + emotion] },
        labels: known.map { labels[$0 * count + emotion] > 0 })
    }
  }

  /// Samples with labels.
  public var sampleCount: Int { emotions.first?.sampleCount ?? 0 }
  /// The mean share of right answers.
  public var accuracy: Double { Regression.mean(emotions.map(\.accuracy)) }
  /// The mean of the recalls of "there" and "not there": "weighted accuracy" in papers on MOSEI's emotions.
  public var unweightedAccuracy: Double { Regression.mean(emotions.map(\.unweightedAccuracy)) }
  /// The mean F1 weighted by support.
  public var weightedF1: Double { Regression.mean(emotions.map(\.weightedF1)) }
}
