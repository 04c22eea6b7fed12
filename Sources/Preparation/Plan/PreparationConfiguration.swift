public import ArrayFiles
public import Corpora
import Foundation
import Leaks
public import Options
public import Samples
import Shards
import Text

/// What happens to NaN and infinite cells.
public enum CleaningMode: String, CaseIterable, OptionValue {
  /// Left out of means; a cell left without a valid value becomes the train median.
  case mask
  /// Zero before the mean; missing rows are zero.
  case zero
  /// After the mean: NaN → 0, +Inf → 1, −Inf → −1, clipped to ±1000.
  case seed
}

/// Everything that decides the bytes of a prepared folder, and what decides only how fast it is made.
public struct PreparationConfiguration: Sendable {
  /// The corpus, its location and how it is split.
  public var input: CorpusSettings
  /// Word vectors in GloVe's text format, for a text sequence of word strings.
  public var glove: String?
  /// The modalities of the output.
  public var modalities: [Modality] = Modality.allCases
  /// What made the features of a modality, as the user declares it.
  public var extractors: [Modality: Extractor] = [:]
  /// What a row represents.
  public var granularity = Granularity.word
  /// What happens to NaN and infinite cells.
  public var cleaning = CleaningMode.mask
  /// The folder whose configuration and scalers are taken over; nil where the corpus is divided and scalers are fitted.
  public var like: LikeFolder?
  /// How values are stored.
  public var dtype = StoredFloat.f16
  /// Train and test alone: what would be valid joins train, and lists name no valid split.
  public var hasNoValid = false
  /// Only the first recordings in sorted order, or the first dialogs of each session of a release; nil for all.
  public var limit: Int?
  /// Checks of `SealChecks` that may find a leak: the folder is sealed anyway, and its manifest says so. No other byte
  /// depends on it.
  public var allowedLeaks: [String] = []
  /// Continues although a modality's times look like a unit or clock other than the labels'.
  public var allowsSuspectTimes = false
  /// For croissant.json: the licence of the corpus, a name or URL.
  public var license: String?
  /// For croissant.json: the day the corpus was published, YYYY-MM-DD.
  public var datePublished: String?

  /// The folder that is written.
  public var output: String
  /// Replaces what `output` holds.
  public var overwrites = false
  /// Worker threads; does not change any byte.
  public var threads: Int
  /// Bytes that may be in flight; does not change any byte.
  public var memory: Int

  /// The corpus's own defaults.
  ///
  /// - Parameter memory: bytes.
  public init(corpus: any Corpus, root: String, output: String, threads: Int, memory: Int) {
    input = CorpusSettings(corpus, root: root)
    granularity = corpus.defaultGranularity
    self.output = output
    self.threads = threads
    self.memory = memory
  }
}

extension PreparationConfiguration {
  /// What is prepared, with its options; its name goes into the manifest as `dataset`.
  public var corpus: any Corpus {
    get { input.corpus }
    set { input.corpus = newValue }
  }

  /// The folder that holds the input files; for a release also an archive, or several that make up one release.
  public var roots: [String] {
    get { input.roots }
    set { input.roots = newValue }
  }

  /// How recordings are split.
  public var split: SplitPolicy {
    get { input.split }
    set { input.split = newValue }
  }

  /// What happens to a recording that lacks a modality.
  public var missing: MissingPolicy {
    get { input.missing }
    set { input.missing = newValue }
  }

  /// Continues without recordings that have an unreadable or malformed entry.
  public var skipsBadEntries: Bool {
    get { input.skipsBadEntries }
    set { input.skipsBadEntries = newValue }
  }

  /// The request to the corpus.
  ///
  /// - Parameter folds: the fold file's lists, if they can be read.
  func request(folds: FoldFile?, indexer: CSDIndexer) -> CorpusRequest {
    var request = CorpusRequest(root: "", threads: threads, memory: memory, indexer: indexer)
    request.roots = roots
    request.modalities = modalities
    request.granularity = granularity
    request.split = split
    request.missing = missing
    request.folds = folds
    request.limit = limit
    request.glove = glove
    request.textFeatures = input.textFeatures
    request.pauses = corpus.pauses
    request.allowsSuspectTimes = allowsSuspectTimes
    if missing == .keep { request.knownWidths = like?.manifest.modalities.mapValues(\.dim) ?? [:] }
    request.needsLabels = split != .undivided
    return request
  }

  /// The modalities that are read: those of the output, and the words that others are aligned to.
  package var readModalities: [Modality] { CorpusRequest.readModalities(of: modalities, granularity) }

  /// Whether a segment in which no word is said is kept, as one row over all of it, if another modality has data.
  var keepsWordless: Bool { corpus.recordingsAreTurns && CorpusRequest.toleratesMissingWords(missing, modalities) }
}

extension StoredFloat: OptionValue {}

// MARK: - Options

extension PreparationConfiguration {
  /// The configuration that options ask for.
  ///
  /// - Parameters:
  ///   - corpus: what is prepared, with the default options.
  ///   - given: by name; see `options` and `options(of:)`.
  ///   - threads: the default of `--threads`.
  ///   - memory: the default of `--memory`, in bytes.
  /// - Throws: `DataError` 64 for a value that an option does not accept, and for options that do not go together.
  public init(corpus: any Corpus, given: GivenOptions, threads: Int, memory: Int) throws {
    // The corpus's first: it may have a way to divide that --seed belongs to.
    let definitions = Self.options(of: corpus) + Self.options
    if let conflict = definitions.conflict(in: given) { throw conflict.refusal }
    if let folder = given[Self.likeOption]?.last {
      try self.init(
        like: LikeFolder(folder), corpus: corpus, given: given, threads: threads, memory: memory)
      return
    }
    self.init(corpus: corpus, root: "", output: "", threads: threads, memory: memory)
    roots = []
    try definitions.apply(given, to: &self)
    if given["seed"] != nil, !isShuffled {
      throw DataError(
        .usage, "--seed is given, but nothing is shuffled", expected: "--ratios with it",
        advice: "Leave --seed out, or divide with --ratios.")
    }
    if let other = extractors.keys.sorted().first(where: { !modalities.contains($0) }) {
      throw DataError(
        .usage, "--extractor is given for \(other), which is not among --modalities",
        expected: "a modality that is prepared",
        advice: "Leave it out, or add \(other) to --modalities.")
    }
    // With the options that were given, and no longer the default ones.
    try input.corpus.complete(&input.roots, modalities: modalities)
  }

  /// The options that only one corpus has.
  public static func options(of corpus: any Corpus) -> [OptionDefinition<Self>] {
    corpus.optionDefinitions.map { $0.within(\.input) }
  }

  /// The options of all preparations.
  public static let options: [OptionDefinition<Self>] = [
    .required("out", \.output, "dir", record: .nothing, help: "The folder to write; an unfinished one is resumed."),
    .value(
      "granularity", \.granularity, defaultText: "word; of arrays frame", "level",
      record: .value("granularity", \.granularity), help: "What a row represents."),
    folds, ratios, seed,
    .flag(
      noValidKey, \.hasNoValid, record: .flag(noValidKey, \.hasNoValid, isAlwaysThere: false),
      help: "Train and test alone: valid joins train, or --folds has none. Every result says so."),
    .parsed(
      likeOption, "dir", read: { $0.isEmpty ? nil : $0 }, expectation: "a prepared folder",
      record: .members(
        write: { configuration, members in
          members[Manifest.likeKey] = configuration.like.map { .string($0.manifestSHA256) }
        },
        read: { configuration, config in
          let digest = try config.recorded(Manifest.likeKey) { $0.text }
          if digest != nil { configuration.split = .undivided }
        }),
      help: """
        A prepared folder: prepare other data with its configuration and scalers, as one split, predict, for \
        msa-train predict.
        """,
      // The folder is read, and its configuration taken over, before any option is applied.
      set: { _, _ in }),
    .value("clean", \.cleaning, default: .mask, "mode", help: "What happens to NaN and infinite cells."),
    .value("dtype", \.dtype, default: .f16, "type", help: "How feature values are stored."),
    .some(
      "modalities", \.modalities, defaultText: "visual,audio,text", "list",
      record: .words("modalities", \.modalities),
      help: "The modalities to prepare, separated by commas."),
    .value(
      "glove", \.glove, "file", record: .contents,
      help: "Word vectors (text, .gz or .zip), if the text sequence holds words."),
    extractor,
    .value(
      "limit", \.limit, "n", limits: .from(1),
      record: .optional("limit", \.limit, isAlwaysThere: true, limits: .from(1)),
      help: """
        Only the first N recordings in sorted order; of dialogs, the first N of each session, of arrays of each split.
        """),
    .value(
      "threads", \.threads, defaultText: "all cores", "n", limits: .from(1), record: .nothing,
      help: "Worker threads; they have no effect on the results."),
    .parsed(
      "memory", defaultText: "a quarter of the machine's memory", "size", read: { ByteSize($0) },
      expectation: ByteSize.expectation, record: .nothing, help: "Bytes in flight, e.g. 2GiB.",
      set: { $0.memory = $1.byteCount }),
    .value(
      "license", \.license, "text", record: .optional("license", \.license, isAlwaysThere: true),
      help: "The corpus's licence, for croissant.json: a name or URL."),
    .value(
      "date-published", \.datePublished, "yyyy-mm-dd",
      limits: OptionLimits("a day such as 2018-07-15") { $0.wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil },
      record: .optional("date-published", \.datePublished, isAlwaysThere: true),
      help: "The day the corpus was published, for croissant.json."),
    .names(
      "allow-leaks", \.allowedLeaks, of: SealChecks.ids, "checks", record: .nothing,
      help: "Seal the folder even if these checks, separated by commas, find a leak; the folder reports it."),
    .flag(
      "allow-times", \.allowsSuspectTimes, record: .permission("allow-times", \.allowsSuspectTimes),
      help:
        "Continue even if a modality's times seem to have another unit or clock than the labels'; the report says so."),
    .flag("overwrite", \.overwrites, record: .nothing, help: "Replace what --out holds."),
  ]

  private static let extractor = OptionDefinition<Self>.repeated(
    "extractor", "modality=name@version", reading: { text throws(OptionFault) in try DeclaredExtractor(text) },
    expectation: DeclaredExtractor.expectation,
    record: .members(
      write: { configuration, members in
        if configuration.extractors.isEmpty { return }
        members["extractors"] = .object(
          Dictionary(
            uniqueKeysWithValues: configuration.extractors.map { ($0.key.rawValue, .string($0.value.title)) }))
      },
      read: { configuration, config in
        configuration.extractors =
          try config.recorded("extractors") { record in
            guard let members = record.members else { return nil }
            let pairs = members.compactMap { name, value -> (Modality, Extractor)? in
              guard let modality = Modality(rawValue: name), let extractor = value.text.flatMap(Extractor.init) else {
                return nil
              }
              return (modality, extractor)
            }
            return pairs.count == members.count ? Dictionary(uniqueKeysWithValues: pairs) : nil
          } ?? [:]
      }),
    help: "What made the features of a modality, for the report and the audit; may be repeated."
  ) { configuration, declared throws(OptionFault) in
    configuration.extractors = try DeclaredExtractor.byModality(declared)
  }

  /// The option that names a folder to take over configuration and scalers from.
  static let likeOption = "like"

  /// The option and the key of a folder without a valid split.
  private static let noValidKey = FoldPresence.noValidKey

  // MARK: - The division

  private static let folds = OptionDefinition<Self>.texts(
    "folds", form: .words, "file", excludes: ["ratios"], record: .contents,
    help: """
      Ids of each split: the SDK's Python lists, JSON, a .csv with a column of ids and one of splits (also MMSA's \
      label.csv), or one list per split, also EmoBox's .jsonl: a folder with train.txt, valid.txt and test.txt, or the \
      three files.
      """
  ) { $0.split = .folds(path: $1.joined(separator: ",")) }

  private static let ratios = OptionDefinition<Self>.parsed(
    "ratios", form: .parts, defaultText: "0.7,0.15,0.15; of dialogs and arrays see --split", "shares",
    read: shares,
    expectation: "three positive numbers that add up to 1, such as 0.7,0.15,0.15",
    record: .members(
      write: { configuration, members in
        guard case .ratios(let shares, _) = configuration.split else { return }
        members["ratios"] = .array(shares.map { .number($0) })
      },
      read: { configuration, config in
        guard let shares = config["ratios"]?.elements?.compactMap(\.doubleValue), shares.count == 3 else { return }
        if !shares.allSatisfy({ (0...1).contains($0) }) { throw DataError.unknownRecord("ratios") }
        configuration.split = .ratios(shares, seed: 0)
      }),
    help: "Shares of train, valid and test, by recording; of dialogs, by session."
  ) { $0.split = .ratios($1, seed: defaultSeed) }

  private static let seed = OptionDefinition<Self>.value(
    "seed", \.shuffleSeed, default: defaultSeed, "n",
    record: .members(
      write: { configuration, members in
        if case .ratios(_, let seed) = configuration.split { members["seed"] = seed.optionRecord }
      },
      read: { configuration, config in
        guard case .ratios = configuration.split else { return }
        guard let seed = config["seed"].flatMap(UInt64.init(optionRecord:)) else {
          throw DataError.unknownRecord("seed")
        }
        configuration.shuffleSeed = seed
      }),
    help: "The shuffle behind --ratios.")

  private static let defaultSeed: UInt64 = 42

  /// Whether a shuffle divides, and no list and no speaker.
  private var isShuffled: Bool {
    if case .ratios = split { return true }
    return false
  }

  /// The seed of the shuffle; without one there is nothing to set.
  private var shuffleSeed: UInt64 {
    get {
      if case .ratios(_, let seed) = split { return seed }
      return Self.defaultSeed
    }
    set { if case .ratios(let shares, _) = split { split = .ratios(shares, seed: newValue) } }
  }

  /// Three shares; nil unless they are positive and add up to 1.
  private static func shares(_ text: String) -> [Double]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.compactMap { Double($0.filter { $0 != " " }) }
    guard parts.count == 3, values.count == 3, values.allSatisfy({ $0 > 0 && $0 < 1 }),
      // Decimal fractions are not exact in binary.
      abs(values.reduce(0, +) - 1) <= 1e-9
    else { return nil }
    return values
  }
}
