import Storage

/// metrics_history.json: one list entry an epoch.
enum MetricsHistory {
  static let name = "metrics_history.json"

  /// The original project's keys, plus losses, learning rate and seconds, and the concordance or the mean recall. For
  /// classification, `mae` stands for the share of wrong answers and `correlation` for the weighted F1.
  static func json(_ history: [EpochRecord], task: TrainingTask) -> JSONValue {
    func list(_ value: (EpochRecord) -> Double) -> JSONValue { .array(history.map { .number(value($0)) }) }
    var members: [String: JSONValue] = [
      "train_mae": list(\.trainMAE), "val_mae": list(\.validMAE), "train_correlation": list(\.trainCorrelation),
      "val_correlation": list(\.validCorrelation), "train_loss": list(\.trainLoss), "val_loss": list(\.validLoss),
      "learning_rate": list(\.learningRate), "seconds": list(\.seconds),
    ]
    if task == .regression {
      members["val_ccc"] = list(\.validConcordance)
    } else {
      members["val_uar"] = list(\.validUnweightedAccuracy)
    }
    return .object(members)
  }
}
