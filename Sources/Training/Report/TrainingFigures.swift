import Drawing
import Foundation
import Metrics
import Samples

/// The figures of a run's report.
enum TrainingFigures {
  /// Plots error and correlation by epoch, train against validation, as in the original project.
  static func metrics(_ history: [EpochRecord], bestEpoch: Int, task: TrainingTask) -> Drawing {
    let isRegression = task == .regression
    let (error, measure) = isRegression ? ("MAE", "correlation") : ("share of samples", "weighted F1")
    let panels = [
      panel(
        isRegression ? "Mean absolute error" : "Wrong predictions", error, history, bestEpoch, \.trainError,
        \.validError),
      panel(
        isRegression ? "Correlation" : "F1", measure, history, bestEpoch, \.trainScore, \.validScore),
    ]
    return Figure(panels, label: "Error and \(isRegression ? "correlation" : "F1") by epoch").drawing
  }

  /// Plots the loss and the learning rate by epoch.
  static func losses(_ history: [EpochRecord], bestEpoch: Int) -> Drawing {
    let rates = history.map { Panel.Series.Point(Double($0.epoch), $0.learningRate) }
    var rate = Panel(
      "Learning rate", xLabel: "epoch", yLabel: "learning rate",
      series: [.init("learning rate", .line, .purple, rates)], guides: bestGuide(bestEpoch))
    rate.countsAlong = true
    let panels = [panel("Loss", "loss", history, bestEpoch, \.trainLoss, \.validLoss), rate]
    return Figure(panels, label: "Loss and learning rate by epoch").drawing
  }

  /// Plots test predictions against labels, and the distribution of their differences.
  static func predictions(_ predictions: [Prediction]) -> Drawing {
    let known = predictions.filter { !$0.label.isNaN }
    let points = known.map { Panel.Series.Point(Double($0.label), Double($0.prediction)) }
    let answers = Panel(
      "Predicted against true", xLabel: "label", yLabel: "prediction",
      series: [.init("sample", .dots, .split("test"), points)], guides: [.diagonal])
    var residuals = Panel(
      "Residuals", xLabel: "prediction − label", yLabel: "samples",
      series: [.init(nil, .bars, .split("test"), histogram(points.map { $0.y - $0.x }))], guides: [.vertical(0, "")])
    residuals.countsUp = true
    return Figure([answers, residuals], label: "Test predictions against labels, and their differences").drawing
  }

  private static func panel(
    _ title: String, _ yLabel: String, _ history: [EpochRecord], _ bestEpoch: Int,
    _ train: KeyPath<EpochRecord, Double>, _ valid: KeyPath<EpochRecord, Double>
  ) -> Panel {
    func points(_ value: KeyPath<EpochRecord, Double>) -> [Panel.Series.Point] {
      history.map { .init(Double($0.epoch), $0[keyPath: value]) }
    }
    var panel = Panel(
      title, xLabel: "epoch", yLabel: yLabel,
      series: [.init("train", .line, .split("train"), points(train))], guides: bestGuide(bestEpoch))
    // Without a valid split there is no loss on it.
    if history.isEmpty || history.contains(where: { !$0.validLoss.isNaN }) {
      panel.series.append(.init("validation", .dashes, .split("valid"), points(valid)))
    }
    panel.countsAlong = true
    return panel
  }

  private static func bestGuide(_ epoch: Int) -> [Panel.Guide] { [.vertical(Double(epoch), "best epoch \(epoch)")] }

  /// Returns bins of equal width, with a boundary at 0.
  private static func histogram(_ values: [Double]) -> [Panel.Series.Point] {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else { return [] }
    // The numbers of the bins must fit an integer, even if all differences are the same large number.
    let width = max((high - low) / 24, 1e-6, 1e-9 * max(high.magnitude, low.magnitude))
    let first = Int((low / width).rounded(.down))
    var counts = [Int](repeating: 0, count: Int((high / width).rounded(.down)) - first + 1)
    for value in finite { counts[Int((value / width).rounded(.down)) - first] += 1 }
    return counts.enumerated().map { .init(Double(first + $0) * width, Double($1)) }
  }
}
