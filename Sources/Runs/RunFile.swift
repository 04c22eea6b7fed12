import Files

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

  /// The key in the metadata of `model` under which it is described.
  public static let descriptionKey = "msa"
  /// The key in the metadata of `checkpoint` with the digests of the manifests, separated by blanks.
  public static let manifestsKey = "manifests"

  /// What the name of a seed's folder begins with.
  public static let seedPrefix = "seed-"

  /// The folder of a run with this seed, inside that of all of them.
  public static func folder(ofSeed seed: UInt64) -> String { "\(seedPrefix)\(seed)" }

  /// Whether a folder inside a run folder is named like that of a seed.
  public static func isFolderOfSeed(_ name: String) -> Bool { name.hasPrefix(seedPrefix) }

  /// The names of the folders of seeds inside that of all of them.
  ///
  /// - Throws: `DataError` 66 if there is no such folder, 71 or 74 if it cannot be read.
  static func seedFolders(in folder: String) throws -> [String] {
    try Folder.names(in: folder).filter { try isFolderOfSeed($0) && Folder.entry(at: folder + "/" + $0) == .folder }
  }

  /// The folder inside a run folder with a checkpoint for each modality alone.
  public static let ablationFolder = "ablation"

  /// The names, relative to a run folder, of the run's files that are there: its own, those of the checkpoints for each
  /// modality alone, and the same in the folder of each seed.
  ///
  /// - Throws: `DataError` 71 or 74 if the system cannot tell what is there.
  public static func present(in folder: String) throws -> [String] {
    try ([""] + seedFolders(in: folder).map { $0 + "/" }).flatMap { prefix -> [String] in
      let ablation = prefix + ablationFolder
      let alone =
        try Folder.entry(at: folder + "/" + ablation) == .folder ? Folder.names(in: folder + "/" + ablation) : []
      let names = allCases.map { prefix + $0.name } + alone.filter { !$0.hasPrefix(".") }.map { "\(ablation)/\($0)" }
      return try names.filter { try Folder.entry(at: folder + "/" + $0) == .file }
    }
  }
}
