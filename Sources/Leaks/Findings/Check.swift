/// The properties that describe every check.
///
/// The same data give the same finding, whatever the number of threads.
public protocol Check: Sendable {
  /// The name in reports and options, e.g. `id-overlap`.
  var id: String { get }
  /// The consequence of a failure.
  var severity: Severity { get }
  /// The published type of the leakage it finds; nil if there is none.
  var leakage: LeakageType? { get }
  /// What a pass proves, in one sentence.
  var meaning: String { get }
}

/// A check that reads only names and times, cheap enough to run on every folder before it is sealed.
public protocol SealCheck: Check {
  /// Runs the check on one or more data sets that are used together.
  ///
  /// - Throws: `DataError` if a given input cannot be read; 130 if the user interrupts. Information that an input
  ///   merely lacks leads to an `undecidable` finding instead.
  func run(on datasets: [AuditedDataset]) throws -> Finding
}

/// The published types of leakage: Kapoor & Narayanan, "Leakage and the reproducibility crisis in
/// machine-learning-based science", Patterns 4 (2023), table 1.
public enum LeakageType: String, CaseIterable, Hashable, Sendable {
  case noTestSet = "L1.1"
  case preprocessing = "L1.2"
  case featureSelection = "L1.3"
  case duplicates = "L1.4"
  case illegitimateFeatures = "L2"
  case temporal = "L3.1"
  case dependentSamples = "L3.2"
  case samplingBias = "L3.3"

  /// The description of the type in the words of the paper.
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
