public import Text

/// metrics_history.json: lists with an entry an epoch.
public struct RunHistory: Sendable {
  /// What lists are kept of.
  public enum Figure: CaseIterable, Hashable, Sendable {
    case trainLoss, validLoss
    /// The mean absolute error; for classes and emotions the share of wrong answers.
    case trainError, validError
    /// Pearson's r; for classes and emotions the weighted F1.
    case trainScore, validScore
    /// Lin's concordance, of numbers only.
    case validConcordance
    /// The mean recall, of classes and emotions only.
    case validUnweightedAccuracy
    case learningRate, seconds

    /// The list's key in the file.
    public func key(isRegression: Bool) -> String {
      switch self {
      case .trainLoss: "train_loss"
      case .validLoss: "val_loss"
      case .trainError: isRegression ? "train_mae" : "train_error"
      case .validError: isRegression ? "val_mae" : "val_error"
      case .trainScore: isRegression ? "train_correlation" : "train_f1"
      case .validScore: isRegression ? "val_correlation" : "val_f1"
      case .validConcordance: "val_ccc"
      case .validUnweightedAccuracy: "val_uar"
      case .learningRate: "learning_rate"
      case .seconds: "seconds"
      }
    }
  }

  /// The file's contents.
  public let json: JSONValue
  /// Whether numbers were predicted, and not classes or emotions.
  private let isRegression: Bool

  /// A file's contents.
  public init(json: JSONValue, isRegression: Bool) {
    self.json = json
    self.isRegression = isRegression
  }

  /// A history to be written; a figure that is NaN becomes null.
  public init(_ lists: [Figure: [Double]], isRegression: Bool) {
    let members = lists.map { figure, list in
      (figure.key(isRegression: isRegression), JSONValue.array(list.map { .number($0) }))
    }
    self.init(json: .object(Dictionary(uniqueKeysWithValues: members)), isRegression: isRegression)
  }

  /// The figure of each epoch, NaN where it is missing; nil where the file has no list of it.
  public subscript(figure: Figure) -> [Double]? {
    // Runs of classes once kept error and F1 under the names that they have for numbers.
    let list = json[figure.key(isRegression: isRegression)] ?? json[figure.key(isRegression: true)]
    return list?.elements?.map { $0.doubleValue ?? .nan }
  }
}
