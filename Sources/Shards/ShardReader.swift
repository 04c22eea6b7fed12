public import ArrayFiles
public import Samples
public import TensorCore
import Text

/// A shard mapped into memory, checked when it is opened; safe to use from many threads at once.
///
/// What was accepted has one id a sample, offsets that start at 0, never fall and end at the number of rows, masks of 0
/// and 1 only, intervals that are finite and end no earlier than they start, and tensors of the types and shapes of a
/// shard, no more and no less. It has no modality of no columns, or of more than `largestWidth`, and at most
/// `largestRowCount` rows of each.
public final class ShardReader: Sendable {
  /// The path as the user gave it.
  public let path: String
  /// What the shard holds; `rowCounts` is filled in.
  public let description: ShardDescription
  /// F32 [samples, labels], row-major.
  public let labels: TensorView<Float>
  fileprivate let streams: [Modality: Stream]
  private let file: SafetensorsFile

  fileprivate struct Stream: Sendable {
    let width: Int
    let offsets: [Int]
    let mask: TensorView<UInt8>
    let intervals: TensorView<Double>
    /// The bytes of [rows, width] in the stored format.
    let values: TensorView<UInt8>
  }

  /// The most columns of a modality, as in files of features: more would be a mistake, and memory is sized by them.
  public static let largestWidth = 1 << 16
  /// The most rows of a modality in one shard: rows are counted in 32 bits.
  static let largestRowCount = Int(Int32.max)

  /// Maps a shard and checks everything but the values of features and labels.
  ///
  /// - Throws: `DataError` 66 when it cannot be opened, 65 when it is not a shard, or damaged.
  public init(path: String) throws {
    self.path = path
    let file = try SafetensorsFile(path: path)
    var description = try ShardDescription(of: file)
    var streams: [Modality: Stream] = [:]
    for (modality, width) in description.modalities {
      let stream = try Stream(modality, width: width, of: file, description)
      streams[modality] = stream
      description.rowCounts[modality] = stream.offsets.last
    }
    let shape = [description.ids.count, description.labelNames.count]
    labels = try file.tensor(TensorName.labels, .float32, shape: shape, as: Float.self)
    let expected = Set(description.tensors.map(\.name))
    if let extra = file.header.tensors.first(where: { !expected.contains($0.name) }) {
      throw DataError(.badData, file: path, place: extra.name, "is not a tensor of a shard")
    }
    self.description = description
    self.streams = streams
    self.file = file
  }

  /// The SHA-256 of the mapped file, whatever has its name by now; reads all of it.
  public var sha256: String { file.sha256 }

  /// Lets the system have the memory back that reading has taken so far.
  public func releasePages() { file.releasePages() }

  /// The samples in their order.
  public var ids: [String] { description.ids }

  /// The rows of a sample; empty for a modality that the shard does not have.
  public func rows(of sample: Int, _ modality: Modality) -> Range<Int> {
    guard let offsets = streams[modality]?.offsets else { return 0..<0 }
    return offsets[sample]..<offsets[sample + 1]
  }

  /// The labels of a sample, one per label name.
  public func labels(of sample: Int) -> Slice<TensorView<Float>> {
    let width = description.labelNames.count
    return labels[sample * width..<(sample + 1) * width]
  }

  /// The number of rows over all samples; 0 for a modality that the shard does not have.
  public func rowCount(_ modality: Modality) -> Int { streams[modality]?.mask.count ?? 0 }

  /// The number of columns; 0 for a modality that the shard does not have.
  public func width(_ modality: Modality) -> Int { streams[modality]?.width ?? 0 }

  /// U8 [rows]: 0 where the modality has no frame at all; nil for a modality that the shard does not have.
  public func mask(_ modality: Modality) -> TensorView<UInt8>? { streams[modality]?.mask }

  /// F64 [rows, 2]: start and end in seconds; nil for a modality that the shard does not have.
  public func intervals(_ modality: Modality) -> TensorView<Double>? { streams[modality]?.intervals }

  /// Lends the bytes of rows in the stored format.
  ///
  /// - Precondition: the shard has the modality and the rows.
  public func withStoredBytes<Result>(
    _ modality: Modality, rows: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    guard let stream = streams[modality] else { preconditionFailure("the shard has no \(modality) rows") }
    let rowByteCount = stream.width * description.dtype.byteCount
    return try stream.values.withUnsafeBytes(
      of: rows.lowerBound * rowByteCount..<rows.upperBound * rowByteCount, body)
  }

  /// Converts rows to float32: [rows, width], row-major.
  ///
  /// - Precondition: the shard has the modality and the rows, and `output` has exactly enough room for them.
  public func readFloats(_ modality: Modality, rows: Range<Int>, into output: Vector) {
    withStoredBytes(modality, rows: rows) { FloatConversion.widen($0, description.dtype, into: output) }
  }
}

extension ShardReader.Stream {
  fileprivate init(
    _ modality: Modality, width: Int, of file: SafetensorsFile, _ description: ShardDescription
  ) throws {
    let name = TensorName.offsets(modality)
    let offsets = try file.tensor(name, .int64, shape: [description.ids.count + 1], as: Int64.self).map { Int($0) }
    guard offsets.first == 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }), let rowCount = offsets.last
    else {
      throw DataError(
        .badData, file: file.path, place: name, "offsets that decrease", expected: "0 first, then never less")
    }
    guard (1...ShardReader.largestWidth).contains(width), rowCount <= ShardReader.largestRowCount else {
      throw DataError(
        .badData, file: file.path, place: modality.rawValue, "\(rowCount) rows of \(width) columns",
        expected: "1 to \(ShardReader.largestWidth) columns, at most \(ShardReader.largestRowCount) rows")
    }
    self.width = width
    self.offsets = offsets
    let valuesName = TensorName.values(modality)
    values = try file.tensor(valuesName, description.dtype.tensorType, shape: [rowCount, width], as: UInt8.self)
    intervals = try file.tensor(TensorName.intervals(modality), .float64, shape: [rowCount, 2], as: Double.self)
    let maskName = TensorName.mask(modality)
    mask = try file.tensor(maskName, .uint8, shape: [rowCount], as: UInt8.self)
    if let odd = mask.first(where: { $0 > 1 }) {
      throw DataError(.badData, file: file.path, place: maskName, "holds \(odd)", expected: "0 or 1")
    }
    if let odd = intervals.firstOddRow {
      throw DataError(
        .badData, file: file.path, place: "\(TensorName.intervals(modality))[\(odd)]",
        "\(intervals[2 * odd]) to \(intervals[2 * odd + 1])", expected: "finite seconds, the end not before the start",
        advice: "Prepare the folder again with --overwrite.")
    }
  }
}

extension TensorView<Double> {
  /// The first of [rows, 2] that is no stretch of time.
  fileprivate var firstOddRow: Int? {
    (0..<count / 2).first { row in
      let interval = Interval(start: self[2 * row], end: self[2 * row + 1])
      return !interval.isFinite || interval.isReversed
    }
  }
}

extension ShardDescription {
  /// Reads a shard's metadata, modalities, widths and stored format; `rowCounts` stays empty.
  fileprivate init(of file: SafetensorsFile) throws {
    let metadata = file.header.metadata
    func text(_ key: String) throws -> String {
      guard let text = metadata[key] else {
        throw DataError(
          .badData, file: file.path, place: "__metadata__", "has no \(key)", expected: "a shard of a prepared folder")
      }
      return text
    }
    func list(_ key: String) throws -> [String] {
      let value: JSONValue
      do {
        value = try JSONValue(parsing: try text(key))
      } catch let error as JSONError {
        throw DataError(.badData, file: file.path, place: key, error.description, expected: "a JSON list of strings")
      }
      guard let texts = value.elements?.map(\.text), !texts.contains(nil) else {
        throw DataError(
          .badData, file: file.path, place: key, Optional(value).finding, expected: "a JSON list of strings")
      }
      return texts.compactMap(\.self)
    }
    let format = try text("format")
    guard format == Self.format else {
      throw DataError(
        .badData, file: file.path, place: "format", "found \"\(format)\"", expected: "\"\(Self.format)\"",
        advice: "Use the version of msa-prep that wrote it, or prepare the folder again.")
    }
    guard let split = Split(rawValue: try text("split")) else {
      throw DataError(
        .badData, file: file.path, place: "split", "found \"\(try text("split"))\"", expected: "train, valid or test")
    }
    let present = Modality.allCases.compactMap { modality in
      file.header[TensorName.values(modality)].map { (modality: modality, entry: $0) }
    }
    for (modality, entry) in present where entry.shape.count != 2 || StoredFloat(entry.type) == nil {
      throw DataError(
        .badData, file: file.path, place: modality.rawValue, "\(entry.type.rawValue) \(entry.shape)",
        expected: "F16, F32 or BF16 with rows and columns")
    }
    guard let dtype = present.first.flatMap({ StoredFloat($0.entry.type) }) else {
      throw DataError(.badData, file: file.path, "has no features", expected: "visual, audio or text")
    }
    self.init(
      split: split, granularity: try text("granularity"), dataset: try text("dataset"), dtype: dtype,
      ids: try list("ids"), labelNames: try list("label_names"),
      modalities: present.map { ($0.modality, $0.entry.shape[1]) }, rowCounts: [:])
  }
}
