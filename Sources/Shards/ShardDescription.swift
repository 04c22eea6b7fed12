public import ArrayFiles
public import Samples
import Text

/// The contents of a shard, known before its first row is written.
public struct ShardDescription: Sendable {
  /// The split that all its samples are in.
  public var split: Split
  /// What a row stands for: `word`, `utterance`, `frame` or `video`.
  public var granularity: String
  /// The corpus, e.g. `CMU-MOSEI`.
  public var dataset: String
  /// How feature values are stored.
  public var dtype: StoredFloat
  /// The samples in their order.
  public var ids: [String]
  /// The columns of `labels`.
  public var labelNames: [String]
  /// The modalities in their order, each with its number of columns.
  public var modalities: [(modality: Modality, width: Int)]
  /// The rows of each modality over all samples.
  public var rowCounts: [Modality: Int]

  /// `format` in the metadata of every shard.
  public static let format = "msa-shard/1"

  /// Describes a shard; modalities may come in any order.
  public init(
    split: Split, granularity: String, dataset: String, dtype: StoredFloat, ids: [String], labelNames: [String],
    modalities: [(modality: Modality, width: Int)], rowCounts: [Modality: Int]
  ) {
    self.split = split
    self.granularity = granularity
    self.dataset = dataset
    self.dtype = dtype
    self.ids = ids
    self.labelNames = labelNames
    self.modalities = modalities.sorted { $0.modality < $1.modality }
    self.rowCounts = rowCounts
  }

  /// The texts under `__metadata__`.
  var metadata: [String: String] {
    [
      "format": Self.format, "split": split.rawValue, "granularity": granularity, "dataset": dataset,
      "ids": Self.list(ids), "label_names": Self.list(labelNames),
    ]
  }

  /// The tensors in the order of the file: descending element size, so that each is naturally aligned.
  var tensors: [(name: String, type: TensorType, shape: [Int])] {
    let counted = modalities.map { (modality: $0.modality, width: $0.width, rows: rowCounts[$0.modality] ?? 0) }
    var tensors: [(name: String, type: TensorType, shape: [Int])] = []
    tensors += counted.map { (TensorName.intervals($0.modality), .float64, [$0.rows, 2]) }
    tensors += counted.map { (TensorName.offsets($0.modality), .int64, [ids.count + 1]) }
    tensors.append((TensorName.labels, .float32, [ids.count, labelNames.count]))
    tensors += counted.map { (TensorName.values($0.modality), dtype.tensorType, [$0.rows, $0.width]) }
    tensors += counted.map { (TensorName.mask($0.modality), .uint8, [$0.rows]) }
    return tensors
  }

  private static func list(_ texts: [String]) -> String {
    JSONValue.array(texts.map { .string($0) }).canonicalText
  }
}

/// The names of a shard's tensors.
public enum TensorName {
  /// F32 [samples, labels].
  public static let labels = "labels"
  /// [rows, width] in the stored format.
  public static func values(_ modality: Modality) -> String { modality.rawValue }
  /// U8 [rows]: 0 where the modality has no frame at all.
  public static func mask(_ modality: Modality) -> String { modality.rawValue + "_mask" }
  /// I64 [samples + 1]: sample i has rows offsets[i] ..< offsets[i + 1].
  public static func offsets(_ modality: Modality) -> String { modality.rawValue + "_offsets" }
  /// F64 [rows, 2]: start and end in seconds.
  public static func intervals(_ modality: Modality) -> String { modality.rawValue + "_intervals" }
}
