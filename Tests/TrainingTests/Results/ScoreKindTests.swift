import Testing

@testable import Training

@Suite("How predictions are scored")
struct ScoreKindTests {
  @Test(
    "a sentiment has the published accuracies, even with a few values beyond ±3; other scales have none",
    arguments: [
      (["sentiment"], [-3, 0, 3], ScoreKind.sentiment), (["sentiment"], [], .sentiment),
      (["sentiment"], [3.33, -1, 0, 1, 2, 3, -2, -3, 0.5, 1.5], .sentiment), (["sentiment"], [1, 2, 3, 4, 5], .scale),
      (["valence"], [-1, 0, 1], .scale),
    ] as [([String], [Float], ScoreKind)])
  func sentiment(names: [String], labels: [Float], kind: ScoreKind) {
    #expect(ScoreKind(.regression, labelNames: names, labels: labels) == kind)
  }
}
