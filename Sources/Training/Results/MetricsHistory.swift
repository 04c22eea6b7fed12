import Storage

/// metrics_history.json: one list entry an epoch.
enum MetricsHistory {
  static let name = "metrics_history.json"

  /// The original project's keys, plus losses, learning rate and seconds.
  static func json(_ history: [EpochRecord]) -> JSONValue {
    func list(_ value: (EpochRecord) -> Double) -> JSONValue { .array(history.map { .number(value($0)) }) }
    return [
      "train_mae": list(\.trainMAE), "val_mae": list(\.validMAE), "train_correlation": list(\.trainCorrelation),
      "val_correlation": list(\.validCorrelation), "train_loss": list(\.trainLoss), "val_loss": list(\.validLoss),
      "learning_rate": list(\.learningRate), "seconds": list(\.seconds),
    ]
  }
}
