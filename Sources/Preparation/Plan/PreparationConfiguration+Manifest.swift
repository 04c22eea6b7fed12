import ArrayFiles
public import Corpora
import Samples
public import Storage

extension PreparationConfiguration {
  /// The configuration that a manifest records, to prepare the same bytes again.
  ///
  /// Paths are no part of a manifest: the caller names the input files, and the fold file where the division was one
  /// (`split` is then `.folds` with an empty path).
  /// - Throws: `DataError` 65 that names the key that is missing or unknown.
  public init(recorded config: JSONValue, root: String, output: String, threads: Int, memory: Int) throws {
    let record = RecordedConfiguration(config)
    self.init(
      dataset: try record.text("dataset"), root: root, output: output, threads: threads, memory: memory)
    cleaning = try record.word("clean", CleaningMode.self)
    dtype = try record.word("dtype", StoredFloat.self)
    granularity = try record.word("granularity", Granularity.self)
    missing = try record.word("missing", MissingPolicy.self)
    keepsPauses = config["keep-pauses"]?.boolValue ?? false
    labelNames = config["label-names"]?.elements?.compactMap(\.text)
    pauseWords = config["pause-words"]?.elements?.compactMap(\.text)
    skipsBadEntries = config["skip-bad-entries"]?.boolValue ?? false
    allowsSuspectTimes = config["allow-times"]?.boolValue ?? false
    limit = try record.integer("limit", in: 1...JSONValue.largestCount)
    license = config["license"]?.text
    datePublished = config["date-published"]?.text
    modalities = try (config["modalities"]?.elements ?? []).map { element in
      guard let modality = element.text.flatMap(Modality.init(rawValue:)) else { throw record.wrong("modalities") }
      return modality
    }
    if config["frame-offset"] != nil { iemocap = try IEMOCAPOptions(recorded: config, record) }
    if let policy = config["split"]?.text {
      split = try Self.policy(policy, record)
    } else if let shares = config["ratios"]?.elements?.compactMap(\.doubleValue), shares.count == 3 {
      if !shares.allSatisfy({ (0...1).contains($0) }) { throw record.wrong("ratios") }
      guard let seed = UInt64(try record.text("seed")) else { throw record.wrong("seed") }
      split = .ratios(shares, seed: seed)
    } else if Self.recordedFoldsDigest(config) != nil {
      split = .folds(path: "")
    } else {
      throw record.wrong("ratios")
    }
  }

  private static func policy(_ text: String, _ record: RecordedConfiguration) throws -> SplitPolicy {
    let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
    switch (parts.first, parts.last) {
    case ("session", let number?):
      guard let number = Int(number) else { throw record.wrong("split") }
      return .session(number)
    case ("speaker", let name?): return .speaker(name)
    default: throw record.wrong("split")
    }
  }

  /// The digest of the fold lists that a manifest records; nil where the recordings were divided otherwise.
  public static func recordedFoldsDigest(_ config: JSONValue) -> String? { config["folds_sha256"]?.text }

  /// The digest of fold lists, whichever form their file has.
  public static func foldsDigest(of folds: FoldFile) -> String {
    let lists = Split.allCases.map { split in
      (split.rawValue, JSONValue.array((folds.groups[split] ?? []).sorted().map { .string($0) }))
    }
    return SHA256.hexDigest(of: JSONValue.object(Dictionary(uniqueKeysWithValues: lists)).canonicalText)
  }
}

extension IEMOCAPOptions {
  /// `audioFeatures` and `visualFeatures` are empty paths where ready-made features were used.
  fileprivate init(recorded config: JSONValue, _ record: RecordedConfiguration) throws {
    self.init()
    labels = try record.word("labels", EmotionLabels.self)
    frameOffset = try record.integer("frame-offset", in: -JSONValue.largestCount...JSONValue.largestCount) ?? 0
    if let rate = try record.rate("audio-rate") { (audioFeatures, audioRate) = ("", rate) }
    if let rate = try record.rate("visual-rate") { (visualFeatures, visualRate) = ("", rate) }
    face = try record.integer("face", in: 0...JSONValue.largestCount)
  }
}

/// The members of `config` in a manifest, with errors that name the key.
struct RecordedConfiguration {
  private let config: JSONValue

  init(_ config: JSONValue) { self.config = config }

  func text(_ key: String) throws -> String {
    guard let text = config[key]?.text else { throw wrong(key) }
    return text
  }

  func word<Word: RawRepresentable>(_ key: String, _ type: Word.Type) throws -> Word where Word.RawValue == String {
    guard let word = Word(rawValue: try text(key)) else { throw wrong(key) }
    return word
  }

  /// A whole number; nil where none is recorded.
  func integer(_ key: String, in range: ClosedRange<Int>) throws -> Int? {
    if config[key] == nil || config[key] == .null { return nil }
    guard let number = config[key]?.integer(in: range) else { throw wrong(key) }
    return number
  }

  /// Rows a second, as many as the options take; nil where none is recorded.
  func rate(_ key: String) throws -> Double? {
    if config[key] == nil || config[key] == .null { return nil }
    guard let rate = config[key]?.doubleValue, (0.1...192_000).contains(rate) else { throw wrong(key) }
    return rate
  }

  func wrong(_ key: String) -> DataError {
    DataError(
      .badData, place: "config.\(key)", "is not what this version records",
      advice: "Use the version of msa-prep that made the folder.")
  }
}
