import Files
import Foundation
import Metrics
import Testing
import Text

/// Cases with the results of scikit-learn, NumPy and SciPy (tools/parity/metrics/make_cases.py).
@Suite("Metrics against scikit-learn, NumPy and SciPy")
struct ReferenceTests {
  /// The committed cases, or those in the file that MSA_METRICS_CASES names.
  static func cases() throws -> [JSONValue] {
    let committed = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../fixtures/metrics/cases.json").path
    let path = ProcessInfo.processInfo.environment["MSA_METRICS_CASES"] ?? committed
    return try #require(JSONValue(parsing: InputFile.contents(of: path, limit: 1 << 30)).elements)
  }

  @Test("sentiment scores match the published definitions")
  func sentiment() throws {
    for (index, item) in try Self.cases().enumerated() {
      let found = SentimentScores(predictions: try numbers(item, "predictions"), labels: try numbers(item, "labels"))
      let expected = try #require(item["sentiment"])
      let pairs = [
        ("mae", found.mae), ("mse", found.mse), ("correlation", found.correlation), ("acc2_has0", found.acc2HasZero),
        ("f1_has0", found.f1HasZero), ("acc2_non0", found.acc2NonZero), ("f1_non0", found.f1NonZero),
        ("acc5", found.acc5), ("acc7", found.acc7),
      ]
      for (key, value) in pairs { expect(value, expected[key], "case \(index): \(key)") }
    }
  }

  @Test("class scores and confusion matrices match scikit-learn")
  func classes() throws {
    for (index, item) in try Self.cases().enumerated() {
      let found = ConfusionMatrix(
        classCount: try #require(item["class_count"]?.intValue),
        predictions: try numbers(item, "class_predictions").map { Int($0) },
        labels: try numbers(item, "class_labels").map { Int($0) })
      let expected = try #require(item["classes"])
      let rows = try #require(expected["confusion"]?.elements).map { $0.elements?.compactMap(\.intValue) }
      #expect(found.counts == rows, "case \(index)")
      expect(found.accuracy, expected["accuracy"], "case \(index): accuracy")
      expect(found.unweightedAccuracy, expected["unweighted_accuracy"], "case \(index): unweighted accuracy")
      expect(found.weightedF1, expected["weighted_f1"], "case \(index): weighted F1")
      for (number, scores) in found.classes.enumerated() {
        let place = "case \(index), class \(number)"
        expect(scores.precision, expected["precision"]?.elements?[number], place)
        expect(scores.recall, expected["recall"]?.elements?[number], place)
        expect(scores.f1, expected["f1"]?.elements?[number], place)
        expect(Double(scores.support), expected["support"]?.elements?[number], place)
      }
    }
  }

  @Test("distances between distributions match SciPy and the documented definitions")
  func drift() throws {
    for (index, item) in try Self.cases().enumerated() {
      let (first, second) = (try numbers(item, "predictions"), try numbers(item, "other"))
      let test = Drift.kolmogorovSmirnov(first, second)
      let psi = Drift.populationStabilityIndex(
        expected: first, actual: second, binCount: try #require(item["bins"]?.intValue))
      expect(test.statistic, item["drift"]?["ks"], "case \(index): KS")
      expect(test.pValue, item["drift"]?["ks_p"], "case \(index): KS p")
      expect(psi, item["drift"]?["psi"], "case \(index): PSI")
    }
  }

  private func numbers(_ item: JSONValue, _ key: String) throws -> [Double] {
    try #require(item[key]?.elements).map { try #require($0.doubleValue) }
  }

  /// Equal up to rounding, absolute below 1 and relative above; a null in the reference is a NaN here.
  private func expect(_ found: Double, _ expected: JSONValue?, _ place: String) {
    guard let value = expected?.doubleValue else {
      #expect(expected == .null && found.isNaN, "\(place): \(found)")
      return
    }
    #expect(abs(found - value) <= 1e-12 * max(1, abs(value)), "\(place): \(found), expected \(value)")
  }
}
