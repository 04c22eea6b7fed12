public import ArrayFiles
public import Samples
public import Shards
package import SplitArrays
public import Text

/// A data set under audit, whatever it was read from.
public final class AuditedDataset: Sendable {
  /// The kind of source that a data set was read from.
  public enum Form: String, Hashable, Sendable {
    /// A prepared folder.
    case prepared
    /// Computational sequences and a fold list.
    case sequences
    /// Arrays for each split.
    case arrays
    /// Lists of samples by split, without rows.
    case list
  }

  /// The names in a split's fold list that match nothing in the files, or nothing with a sample in it.
  package struct UnmatchedNames: Hashable, Sendable {
    package let names: [String]
    /// How many names the list has.
    package let listedCount: Int

    package init(_ names: [String], of listedCount: Int) { (self.names, self.listedCount) = (names, listedCount) }
  }

  /// The name in reports, unique within a subject: the corpus, with a number from the second data set on. Reports never
  /// mention `path`, so the same data in another place give the same bytes.
  public let name: String
  /// The data set's location, as the user gave it.
  public let path: String
  /// The kind of source it was read from.
  public let form: Form
  /// What a row stands for: `word`, `utterance`, `frame` or `video`.
  public let granularity: String
  /// How values are stored.
  public let dtype: StoredFloat
  /// The modalities, in their usual order.
  public let modalities: [Modality]
  /// The number of columns of each modality.
  public let widths: [Modality: Int]
  /// The columns of the labels.
  public let labelNames: [String]
  /// The samples: train, valid, test, each in the order of its files.
  public let samples: [AuditedSample]
  /// The centre and scale of each column; nil if the form has no scalers.
  public let scalers: ScalersFile?
  /// The manifest of a prepared folder.
  public let manifest: Manifest?
  /// Why the contents cannot be read; if set, the samples are empty and only checks of the files can run.
  public let damage: DataError?
  /// What the spelling of the ids reveals about clips of one recording.
  package let clips: ClipGrouping
  /// The names in the fold list that give no sample, of each split that has such names.
  package let unmatched: [Split: UnmatchedNames]
  /// What split lists say about themselves; nil for every other form.
  package let list: ListFacts?
  /// The files that the data set is read from, as the statement names them.
  package let files: [AuditedFile]
  /// How arrays from other projects were read; nil for other forms.
  package let reading: ArrayReading?
  private let ranges: [Split: Range<Int>]
  /// The source of the rows; nil if they cannot or need not be read.
  private let store: (any RowStore)?

  /// Creates a data set whose rows are in `store`.
  ///
  /// - Parameter groupsBySpelling: whether recordings may be inferred from the spelling of ids; false if a parser or a
  ///   column names them.
  package init(
    name: String, path: String, form: Form, granularity: String, dtype: StoredFloat, widths: [Modality: Int],
    labelNames: [String], samples: [AuditedSample], scalers: ScalersFile?, manifest: Manifest?, damage: DataError?,
    unmatched: [Split: UnmatchedNames] = [:], list: ListFacts? = nil, groupsBySpelling: Bool = true,
    files: [AuditedFile],
    reading: ArrayReading? = nil, store: (any RowStore)?
  ) {
    self.name = name
    self.path = path
    self.form = form
    self.granularity = granularity
    self.dtype = dtype
    self.widths = widths
    self.modalities = widths.keys.sorted()
    self.labelNames = labelNames
    var samples = samples
    clips = groupsBySpelling ? AuditedSample.groupClips(&samples) : ClipGrouping(of: [])
    self.samples = samples
    self.scalers = scalers
    self.manifest = manifest
    self.damage = damage
    self.unmatched = unmatched
    self.list = list
    self.files = files
    self.reading = reading
    ranges = Self.ranges(of: samples)
    self.store = store
  }

  /// Creates a data set with the samples of another, reordered and each assigned to the given split.
  ///
  /// The result has neither manifest nor files, nor scalers, which were fitted on a different train split.
  init(_ other: AuditedDataset, order: [Int], splits: [Split]) {
    name = other.name
    path = other.path
    form = other.form
    granularity = other.granularity
    dtype = other.dtype
    widths = other.widths
    modalities = other.modalities
    labelNames = other.labelNames
    samples = order.map { place in
      var sample = other.samples[place]
      sample.split = splits[place]
      return sample
    }
    scalers = nil
    manifest = nil
    damage = other.damage
    clips = other.clips
    unmatched = [:]
    list = other.list
    files = []
    reading = nil
    ranges = Self.ranges(of: samples)
    store = other.store.map { ReorderedRows(store: $0, order: order) }
  }

  private static func ranges(of samples: [AuditedSample]) -> [Split: Range<Int>] {
    var ranges: [Split: Range<Int>] = [:]
    for (index, sample) in samples.enumerated() {
      ranges[sample.split] = (ranges[sample.split]?.lowerBound ?? index)..<index + 1
    }
    return ranges
  }

  /// The corpus the data set belongs to; a name means the same in every data set of one corpus.
  public var corpus: String { manifest?.dataset ?? name }

  /// The nouns for its samples and for what they share.
  package var nouns: SampleNouns { list?.nouns ?? SampleNouns() }

  /// Returns the places in `samples` of a split's samples.
  public func indices(of split: Split) -> Range<Int> { ranges[split] ?? 0..<0 }

  /// Lends a sample's rows as stored (scaled, if the data set has scalers), converted to float32, row-major [rows,
  /// width], and one byte per row, which is 0 where the modality has no frame. Safe from any thread.
  ///
  /// - Throws: whatever `body` throws; `DataError` if rows cannot be read from their file.
  public func withRows<Result>(
    of sample: Int, _ modality: Modality,
    _ body: (_ values: UnsafeBufferPointer<Float>, _ mask: UnsafeBufferPointer<UInt8>) throws -> Result
  ) throws -> Result {
    guard let store else {
      return try body(UnsafeBufferPointer(start: nil, count: 0), UnsafeBufferPointer(start: nil, count: 0))
    }
    return try store.withRows(of: sample, modality, body)
  }

  /// Returns where a sample's rows begin and end, in seconds; nil if the form has no times. Safe from any thread.
  public func intervals(of sample: Int, _ modality: Modality) throws -> [Interval]? {
    try store?.intervals(of: sample, modality)
  }
}

extension AuditedDataset {
  /// Creates a data set from a folder about to be sealed; shards are opened only when their rows are needed.
  ///
  /// - Parameters:
  ///   - lines: in the order of splits and shards.
  ///   - dialog: returns the conversation that an id names, for lines that do not state it.
  package convenience init(
    unsealed manifest: Manifest, lines: [SampleLine], folder: String, dialog: (_ id: String) -> String?
  ) {
    self.init(
      name: manifest.dataset, path: "", form: .prepared, granularity: manifest.granularity,
      dtype: manifest.modalities.min { $0.key < $1.key }?.value.dtype ?? .f32,
      widths: manifest.modalities.mapValues(\.dim), labelNames: manifest.labelNames,
      samples: lines.map {
        AuditedSample(
          $0, split: $0.split, rows: $0.rows, label: $0.label.map { Float($0) }, dialog: $0.dialog ?? dialog($0.id))
      },
      scalers: nil, manifest: manifest, damage: nil, files: [], store: UnsealedRows(folder: folder, lines: lines))
  }
}
