public import Text

/// metrics_history.json: lists with one entry per epoch.
public struct RunHistory: Sendable {
  /// The metrics that lists are kept of.
  public enum Figure: CaseIterable, Hashable, Sendable {
    case trainLoss, validLoss
    /// The mean absolute error; for classes and emotions the share of wrong predictions.
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

  /// The keys of all lists.
  public static let keys = Set(Figure.allCases.flatMap { [$0.key(isRegression: true), $0.key(isRegression: false)] })

  /// The file's contents.
  public let json: JSONValue
  /// Whether numbers were predicted rather than classes or emotions.
  private let isRegression: Bool

  /// A file's contents.
  public init(json: JSONValue, isRegression: Bool) {
    self.json = json
    self.isRegression = isRegression
  }

  /// A history to be written; a metric that is NaN becomes null.
  public init(_ lists: [Figure: [Double]], isRegression: Bool) {
    let members = lists.map { figure, list in
      (figure.key(isRegression: isRegression), JSONValue.array(list.map { .number($0) }))
    }
    self.init(json: .object(Dictionary(uniqueKeysWithValues: members)), isRegression: isRegression)
  }

  /// The metric of each epoch, NaN where it is missing; nil if the file has no such list.
  public subscript(figure: Figure) -> [Double]? {
    // Classification runs once kept error and F1 under the names used for regression.
    let list = json[figure.key(isRegression: isRegression)] ?? json[figure.key(isRegression: true)]
    return list?.elements?.map { $0.doubleValue ?? .nan }
  }
}
