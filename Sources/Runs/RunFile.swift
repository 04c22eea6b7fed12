/// The files of a run folder.
///
/// results.json is written last: if it is there, the run is complete.
public enum RunFile: String, CaseIterable, Hashable, Sendable {
  /// What training continues from: the state after the last epoch.
  case checkpoint = "last.safetensors"
  /// The weights of the best epoch, and in the metadata what they mean.
  case model = "best.safetensors"
  /// The same model for other runtimes.
  case onnx = "model.onnx"
  /// One list per metric, one entry per epoch; see `RunHistory`.
  case history = "metrics_history.json"
  /// The model's predictions for valid and test; see `PredictionsFile`.
  case predictions = "predictions.csv"
  /// The run for people.
  case report = "report.html"
  /// Scores, configuration and digests of the data; see `RunRecord`.
  case results = "results.json"
  /// The curves of `history`.
  case figureSVG = "training_metrics.svg"
  /// The same as pixels.
  case figurePNG = "training_metrics.png"

  /// The name inside a run folder.
  public var name: String { rawValue }

  /// Where the file of a run is.
  public func path(in folder: String) -> String { folder + "/" + rawValue }

  /// The value of `format` in a run's results.json.
  public static let format = "msa-run/1"
  /// The same above the runs of several seeds, each in a folder of its own.
  public static let seedsFormat = "msa-runs/1"

  private static let seedPrefix = "seed-"

  /// The folder of a run with this seed, inside that of all of them.
  public static func folder(ofSeed seed: UInt64) -> String { "\(seedPrefix)\(seed)" }

  /// Whether a folder inside a run folder is named like that of a seed.
  public static func isFolderOfSeed(_ name: String) -> Bool { name.hasPrefix(seedPrefix) }

  /// The folder inside a run folder with a checkpoint for each modality alone.
  public static let ablationFolder = "ablation"
}
