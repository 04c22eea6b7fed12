/// The best that was published on a corpus, to notice a score that is too good.
///
/// Only results of models that see a sample's own text, sound and picture on the standard split. A newer model may be better
/// by a little: the check warns, it does not fail.
struct PublishedResult: Sendable {
  /// What is compared.
  enum Measure: String, Sendable {
    case meanAbsoluteError = "MAE"
    case correlation = "r"
    /// Negative against positive, labels of 0 left out.
    case binaryAccuracy = "Acc-2 (≠0)"
    case sevenClassAccuracy = "Acc-7"
    /// The share of right classes among four: angry, happy (with excited), neutral, sad.
    case fourClassAccuracy = "accuracy of 4 classes"
    /// The share of right classes among six.
    case sixClassAccuracy = "accuracy of 6 classes"
  }

  let corpus: String
  let measure: Measure
  let value: Double
  /// Model and paper.
  let source: String

  private static let uniMSE = "UniMSE, Hu et al., EMNLP 2022, arXiv:2211.11256"
  private static let mmer = "MMER, Ghosh et al., Interspeech 2023, arXiv:2203.16794"

  /// The table.
  static let all = [
    PublishedResult(corpus: "CMU-MOSI", measure: .meanAbsoluteError, value: 0.691, source: uniMSE),
    PublishedResult(corpus: "CMU-MOSI", measure: .correlation, value: 0.809, source: uniMSE),
    PublishedResult(corpus: "CMU-MOSI", measure: .binaryAccuracy, value: 0.869, source: uniMSE),
    PublishedResult(corpus: "CMU-MOSI", measure: .sevenClassAccuracy, value: 0.4868, source: uniMSE),
    PublishedResult(corpus: "CMU-MOSEI", measure: .meanAbsoluteError, value: 0.523, source: uniMSE),
    PublishedResult(corpus: "CMU-MOSEI", measure: .correlation, value: 0.773, source: uniMSE),
    PublishedResult(corpus: "CMU-MOSEI", measure: .binaryAccuracy, value: 0.875, source: uniMSE),
    PublishedResult(corpus: "CMU-MOSEI", measure: .sevenClassAccuracy, value: 0.5439, source: uniMSE),
    PublishedResult(corpus: "IEMOCAP", measure: .fourClassAccuracy, value: 0.817, source: mmer),
    PublishedResult(corpus: "IEMOCAP", measure: .sixClassAccuracy, value: 0.7056, source: uniMSE),
  ]
}
