/// The published types of leakage: Kapoor & Narayanan, "Leakage and the reproducibility crisis in machine-learning-based
/// science", Patterns 4 (2023), table 1.
public enum LeakageType: String, CaseIterable, Hashable, Sendable {
  case noTestSet = "L1.1"
  case preprocessing = "L1.2"
  case featureSelection = "L1.3"
  case duplicates = "L1.4"
  case illegitimateFeatures = "L2"
  case temporal = "L3.1"
  case dependentSamples = "L3.2"
  case samplingBias = "L3.3"

  /// What the type is, in the words of the paper.
  public var title: String {
    switch self {
    case .noTestSet: "no clean separation of train and test"
    case .preprocessing: "pre-processing on train and test together"
    case .featureSelection: "feature selection on train and test together"
    case .duplicates: "duplicates in the data set"
    case .illegitimateFeatures: "features that are not legitimate"
    case .temporal: "temporal leakage"
    case .dependentSamples: "train and test samples are not independent"
    case .samplingBias: "sampling bias in the test distribution"
    }
  }
}
