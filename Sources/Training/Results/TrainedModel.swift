import ArrayFiles
import Files
import Metrics
import Runs
import Samples
import Shards
import Text

/// A model as stored in best.safetensors: weights under PyTorch's names, and their meaning in the metadata.
public struct TrainedModel: Sendable {
  /// A prepared folder that the model was trained on, without its path.
  public struct Dataset: Hashable, Sendable {
    /// The name of the corpus.
    public let dataset: String
    /// The SHA-256 of the folder's scalers.safetensors.
    public let scalersSHA256: String
  }

  /// The configuration of its training; `shards` is empty.
  public let configuration: TrainingConfiguration
  /// The label column, or the names of the classes or emotions.
  public let labelNames: [String]
  /// The data that it was trained on.
  public let corpora: [Dataset]
  /// The number of learned values, not counting buffers.
  public let parameterCount: Int
  /// The operations of the model.
  public let graph: ModelGraph
  /// The weights, in the file's order.
  public let parameters: [NamedTensor]
  /// The file that it was read from; nil for a model that has just been trained.
  let file: String?

  private static let format = "msa-model/2"
  /// The format of files without a digest, which can still be read.
  private static let unsealedFormat = "msa-model/1"
  /// The key of the model's description in the file's metadata.
  private static let metadataKey = RunFile.descriptionKey

  init(_ outcome: TrainingOutcome) {
    configuration = outcome.configuration
    labelNames = outcome.labelNames
    corpora = outcome.corpora.map { Dataset(dataset: $0.dataset, scalersSHA256: $0.scalersSHA256) }
    parameterCount = outcome.parameterCount
    graph = outcome.graph
    parameters = outcome.parameters
    file = nil
  }

  /// The meaning of the weights. Equal runs have equal metadata, so it holds no path, time or number of threads.
  private var json: JSONValue {
    [
      "format": .string(Self.format), "config": configuration.fingerprinted,
      "label_names": .array(labelNames.map { .string($0) }), "parameters": .integer(parameterCount),
      "graph": graph.json,
      "corpora": .array(
        corpora.map { ["dataset": .string($0.dataset), "scalers_sha256": .string($0.scalersSHA256)] }),
    ]
  }

  /// Writes the file into a run folder. PyTorch's own tools look for `format: pt`.
  func write(to folder: String) throws {
    try StateDict.write(
      parameters, metadata: ["format": "pt", Self.metadataKey: json.canonicalText], to: RunFile.model.path(in: folder))
  }

  /// Reads the model of a run folder, or a model file.
  ///
  /// - Throws: `DataError` 66 if there is none, 65 if it is damaged or of another kind.
  public static func read(_ path: String) throws -> TrainedModel {
    try NodeKind.requireFileOrFolder(path, expected: "a run folder of msa-train, or its \(RunFile.model.name)")
    let isFolder = try Folder.entry(at: path) == .folder
    let file = isFolder ? RunFile.model.path(in: path) : path
    if isFolder, try Folder.entry(at: file) == nil { throw try missing(in: path) }
    do {
      let opened = try SafetensorsFile(path: file)
      guard let text = opened.header.metadata[metadataKey] else {
        throw DataError(
          .badData, place: metadataKey, "is not in the metadata", expected: "weights that msa-train wrote")
      }
      let json = try JSONValue(parsing: text)
      if json["format"]?.text == format { try opened.checkSeal() }
      return try TrainedModel(json: json, parameters: StateDict.read(opened), file: file)
    } catch let error as DataError {
      throw error.inFile(file)
    } catch let error as JSONError {
      throw DataError(.badData, file: file, place: metadataKey, error.description)
    }
  }

  /// Makes the error for a folder without a model, which says what the folder is instead.
  private static func missing(in folder: String) throws -> DataError {
    let expected = "a run folder of msa-train"
    if try Folder.entry(at: folder + "/" + Manifest.name) != nil {
      return DataError(
        .badData, file: folder, "is a prepared folder", expected: expected,
        advice: "Name the --out of msa-train; msa-prep inspect shows what a prepared folder holds.")
    }
    let names = try Folder.names(in: folder)
    if let run = names.first(where: RunFile.isFolderOfSeed) {
      return DataError(
        .inputMissing, file: folder, "holds a run for each of several seeds", expected: "one of them",
        advice: "Name its folder, e.g. \(folder)/\(run).")
    }
    return DataError(
      .inputMissing, file: folder, "has no \(RunFile.model.name)", expected: expected,
      advice: "Finish the run with --resume, or name another folder.")
  }

  private init(json: JSONValue, parameters: [NamedTensor], file: String) throws {
    let fields = ModelFields(json, place: Self.metadataKey)
    let format = try fields.text("format")
    guard format == Self.format || format == Self.unsealedFormat else {
      throw DataError(
        .badData, place: "format", "found \"\(format)\"", expected: "\"\(Self.format)\"",
        advice: "Use the version of msa-train that wrote it.")
    }
    configuration = try TrainingConfiguration(recorded: fields.value("config"))
    labelNames = try fields.texts("label_names")
    let names = configuration.task == .regression ? 1...1 : (configuration.task == .classification ? 2 : 1)...Int.max
    if !names.contains(labelNames.count) || Set(labelNames).count != labelNames.count {
      throw fields.wrong("label_names", "the names of what a \(configuration.task) predicts")
    }
    parameterCount = try fields.integer("parameters", in: 0...Int.max)
    let learned = parameters.reduce(0) { $0 + ($1.isBuffer ? 0 : $1.valueCount) }
    guard parameterCount == learned else {
      throw DataError(
        .badData, place: "\(Self.metadataKey).parameters", "is \(parameterCount)",
        expected: "\(learned), the learned values in the file",
        advice: "The file contradicts itself: train the model again.")
    }
    graph = try ModelGraph(json: fields.value("graph"))
    corpora = try fields.list("corpora").map { item in
      let fields = ModelFields(item, place: "corpora")
      return Dataset(dataset: try fields.text("dataset"), scalersSHA256: try fields.text("scalers_sha256"))
    }
    guard !corpora.isEmpty else { throw fields.wrong("corpora", "at least one corpus") }
    self.parameters = parameters
    self.file = file
  }
}
