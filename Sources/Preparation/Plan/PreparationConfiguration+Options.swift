public import ArrayFiles
import Foundation
public import Options
import Samples
import Storage

extension Granularity: OptionValue {}
extension CleaningMode: OptionValue {}
extension MissingPolicy: OptionValue {}
extension StoredFloat: OptionValue {}

/// The options that one kind of corpus has besides those of all.
public protocol CorpusOptionList: OptionList where Target == PreparationConfiguration {
  /// A configuration with the defaults of such a corpus.
  static func start(dataset: String, threads: Int, memory: Int) -> PreparationConfiguration
  /// Refuses options that do not go together, and fills in what follows from others.
  ///
  /// - Throws: `DataError` 64.
  static func complete(_ configuration: inout PreparationConfiguration) throws
}

extension PreparationConfiguration {
  /// The configuration that options ask for.
  ///
  /// - Parameters:
  ///   - given: by name; `corpus` and `options(leakChecks:)` say which there are.
  ///   - threads: the default of `--threads`.
  ///   - memory: the default of `--memory`, in bytes.
  ///   - leakChecks: what `--allow-leaks` may name.
  /// - Throws: `DataError` 64 for a value that an option does not take, and for options that do not go together.
  public init<List: CorpusOptionList>(
    _ corpus: List.Type, dataset: String, given: GivenOptions, threads: Int, memory: Int, leakChecks: [String]
  ) throws {
    let definitions = Self.options(leakChecks: leakChecks) + corpus.definitions
    if let conflict = definitions.conflict(in: given) { throw conflict.refusal }
    self = corpus.start(dataset: dataset, threads: threads, memory: memory)
    try definitions.apply(given, to: &self)
    try corpus.complete(&self)
  }

  /// The options of all preparations.
  ///
  /// - Parameter leakChecks: what `--allow-leaks` may name.
  public static func options(leakChecks: [String]) -> [OptionDefinition<Self>] {
    [
      .required("out", \.output, "dir", record: .nothing, help: "The folder to write; an unfinished one is resumed."),
      .value("granularity", \.granularity, default: .word, "level", help: "What a row stands for."),
      folds, ratios, seed,
      .value("clean", \.cleaning, default: .mask, "mode", help: "What happens to NaN and infinite cells."),
      .value("dtype", \.dtype, default: .f16, "type", help: "How feature values are stored."),
      .some(
        "modalities", \.modalities, defaultText: "visual,audio,text", "list",
        record: .words("modalities", \.modalities),
        help: "The modalities to prepare, with commas between them."),
      .value(
        "glove", \.glove, "file", record: .contents,
        help: "Word vectors (text, .gz or .zip), where the text sequence holds words."),
      .value(
        "limit", \.limit, "n", limits: .from(1),
        record: .optional("limit", \.limit, isAlwaysThere: true, limits: .from(1)),
        help: "Only the first N recordings in sorted order; of IEMOCAP, the first N dialogs of each session."),
      .value(
        "threads", \.threads, defaultText: "all cores", "n", limits: .from(1), record: .nothing,
        help: "Worker threads; no byte depends on them."),
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
        "allow-leaks", \.allowedLeaks, of: leakChecks, "checks", record: .nothing,
        help: "Seal the folder although these checks find a leak, with commas between them; it will say so."),
      .flag(
        "allow-times", \.allowsSuspectTimes, record: .permission("allow-times", \.allowsSuspectTimes),
        help: "Go on although a modality's times look like another unit or clock than the labels'; it will say so."),
      .flag("overwrite", \.overwrites, record: .nothing, help: "Replace what --out holds."),
    ]
  }

  // MARK: - The division

  private static let folds = OptionDefinition<Self>.texts(
    "folds", form: .words, "file", excludes: ["ratios"], record: .contents,
    help: """
      Ids of each split: the SDK's Python lists, JSON, a .csv with a column of ids and one of splits (also MMSA's \
      label.csv), or one list a split: a folder with train.txt, valid.txt and test.txt, or the three files.
      """
  ) { $0.split = .folds(path: $1.joined(separator: ",")) }

  private static let ratios = OptionDefinition<Self>.parsed(
    "ratios", form: .parts, defaultText: "0.7,0.15,0.15; of IEMOCAP see --split", "shares", read: shares,
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
    help: "Shares of train, valid and test, by recording; of IEMOCAP, by session."
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

// MARK: - Corpora of .csd files

/// The options that only a corpus of .csd files has.
public enum CSDOptionList: CorpusOptionList {
  public static let definitions: [OptionDefinition<PreparationConfiguration>] = [
    .texts("root", form: .repeated, "dir", record: .contents, help: "The folder with the corpus's .csd files.") {
      $0.roots = $1
    },
    .value(
      "visual", \.files[.visual], "file", record: .contents,
      help: "The visual features, instead of the file found under --root."),
    .value(
      "audio", \.files[.audio], "file", record: .contents,
      help: "The audio features, instead of the file found under --root."),
    .value(
      "text", \.files[.text], "file", record: .contents,
      help: "The text sequence, instead of the file found under --root."),
    .value(
      "labels", \.labelFile, "file", record: .contents,
      help: "The labels, instead of the file found under --root."),
    .parsed(
      "label-names", form: .parts, defaultText: "as the label file says", "names", read: names,
      expectation: "a name for each label column, each once, with commas between them",
      record: .texts("label-names", \.labelNames),
      help: "What the label columns are called, in their order: sentiment,happy,…"
    ) { $0.labelNames = $1 },
    .flag(
      "keep-pauses", \.keepsPauses, excludes: ["pause-words"],
      record: .flag("keep-pauses", \.keepsPauses, isAlwaysThere: true),
      help: "Keep pause words as rows, where the text file holds words."),
    .parsed(
      "pause-words", form: .parts, defaultText: "sp, sil, spn and what else aligners write", "list",
      read: { $0.commaParts }, expectation: "words with commas between them",
      record: .texts("pause-words", \.pauseWords), help: "Words that are pauses, where the text file holds words."
    ) { $0.pauseWords = $1 },
    .flag(
      "skip-bad-entries", \.skipsBadEntries, record: .permission("skip-bad-entries", \.skipsBadEntries),
      help: "Go on without the recordings whose entry in a .csd file is damaged or malformed; the report names them."),
    .value(
      "missing", \.missing, default: .drop, "policy",
      help: "A recording that one file lacks: left out, or kept and masked."),
  ]

  /// The names of the columns; nil where one is empty or occurs twice.
  private static func names(_ text: String) -> [String]? {
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    return names.contains("") || Set(names).count != names.count ? nil : names
  }

  public static func start(dataset: String, threads: Int, memory: Int) -> PreparationConfiguration {
    var configuration = PreparationConfiguration(
      dataset: dataset, root: "", output: "", threads: threads, memory: memory)
    configuration.roots = []
    return configuration
  }

  public static func complete(_ configuration: inout PreparationConfiguration) throws {
    if configuration.roots.count > 1 {
      throw DataError(
        .usage, "--root is given \(configuration.roots.count) times", expected: "one folder",
        advice: "Name the files one by one: --visual, --audio, --text, --labels.")
    }
    let files = configuration.files
    let missing =
      configuration.modalities.filter { files[$0] == nil }.map { "--\($0)" }
      + (configuration.labelFile == nil ? ["--labels"] : [])
    if configuration.roots.isEmpty, !missing.isEmpty {
      throw DataError(
        .usage, "--root <dir> is missing",
        advice: "Give it, or name the files one by one: \(missing.joined(separator: ", ")).")
    }
    if configuration.roots.isEmpty { configuration.roots = ["."] }
  }
}

// MARK: - Releases of IEMOCAP

/// The options that only an IEMOCAP release has.
public enum IEMOCAPOptionList: CorpusOptionList {
  public static let definitions: [OptionDefinition<PreparationConfiguration>] =
    [
      .texts(
        "root", form: .repeated, isRequired: true, "path", record: .contents,
        help:
          "The release: a folder, or a .tar, .tar.gz, .tar.xz or .zip of it; may be repeated where it lies in pieces."
      ) { $0.roots = $1 },
      .parsed(
        "split", defaultText: "session:5", "who", excludes: ["folds", "ratios"], read: policy,
        expectation: "session:N or loso:N with N from 1 to 5, or speaker:NAME such as speaker:Ses05_F",
        record: .members(
          write: { configuration, members in
            switch configuration.split {
            case .session(let number): members["split"] = .string("session:\(number)")
            case .speaker(let name): members["split"] = .string("speaker:\(name)")
            case .folds, .ratios: break
            }
          },
          read: { configuration, config in
            guard let policy = try config.recorded("split", { $0.text.flatMap(policy) }) else { return }
            configuration.split = policy
          }),
        help: """
          Who is tested: session:N or loso:N (valid is the session before), or speaker:NAME, e.g. speaker:Ses05_F (the \
          partner is left out).
          """
      ) { $0.split = $1 },
    ] + IEMOCAPOptions.definitions.map { $0.within(\.release) } + [
      .value(
        "missing", \.missing, default: .keep, "policy",
        help: "A turn that lacks a modality: left out, or kept and masked.")
    ]

  private static func policy(_ text: String) -> SplitPolicy? {
    guard let colon = text.firstIndex(of: ":") else { return nil }
    let value = text[text.index(after: colon)...]
    switch text[..<colon] {
    case "session", "loso":
      guard let number = Int(value), 1...5 ~= number else { return nil }
      return .session(number)
    case "speaker":
      guard value.wholeMatch(of: /Ses0[1-5]_[FM]/) != nil else { return nil }
      return .speaker(String(value))
    default: return nil
    }
  }

  public static func start(dataset: String, threads: Int, memory: Int) -> PreparationConfiguration {
    var configuration = PreparationConfiguration(
      dataset: dataset, root: "", output: "", threads: threads, memory: memory)
    configuration.iemocap = IEMOCAPOptions()
    configuration.split = .session(5)
    configuration.missing = .keep
    return configuration
  }

  public static func complete(_ configuration: inout PreparationConfiguration) throws {
    if let face = configuration.release.face, configuration.release.visualFeatures == nil {
      throw DataError(
        .usage, "--face \(face) is given without --visual-features",
        advice: "Leave it out, or give tables with several faces.")
    }
  }
}

extension PreparationConfiguration {
  /// What only a release is told; setting it makes the corpus one.
  fileprivate var release: IEMOCAPOptions {
    get { iemocap ?? IEMOCAPOptions() }
    set { iemocap = newValue }
  }
}

extension IEMOCAPOptions {
  /// What only a release is told.
  static let definitions: [OptionDefinition<Self>] = [
    .value(
      "labels", \.labels, default: .sentiment, "set",
      record: .members(
        write: { options, members in
          members["labels"] = options.labels.optionRecord
          members["classes"] = .array(options.labels.classes.map { .string($0) })
        },
        read: { options, config in
          guard let labels = config["labels"].flatMap(EmotionLabels.init(optionRecord:)) else {
            throw DataError.unknownRecord("labels")
          }
          options.labels = labels
        }),
      help: "sentiment (with valence, activation, dominance and emotion), emotion4, emotion6 or vad."),
    .value(
      "frame-offset", \.frameOffset, default: 0, "n",
      // A second: conventions differ by one frame or by half a window.
      limits: .within(-100...100, " frames"), help: "Added to the frames of the word times."),
    .value(
      "audio-features", \.audioFeatures, "path", record: .contents,
      help: """
        Ready-made audio features: <turn>.npy or .csv, also openSMILE's, in a folder or archive. One row or a plain vector \
        is the whole turn's: every word has it.
        """),
    .value(
      "audio-rate", \.audioRate, default: 100, "hz", limits: rates,
      record: rate("audio-rate", of: \.audioFeatures, \.audioRate),
      help: "Rows a second of --audio-features without times."),
    .value(
      "visual-features", \.visualFeatures, "path", record: .contents,
      help: "Ready-made visual features: <turn>.npy or .csv, also OpenFace's, in a folder or archive."),
    .value(
      "visual-rate", \.visualRate, default: 30, "hz", limits: rates,
      record: rate("visual-rate", of: \.visualFeatures, \.visualRate),
      help: "Rows a second of --visual-features without times."),
    .value(
      "face", \.face, "n", limits: faces, record: .optional("face", \.face, isAlwaysThere: false, limits: faces),
      help: "Of OpenFace tables with several people in --visual-features, the face_id that is kept."),
  ]

  /// Rates that files are believed to have, in Hz: from a row in ten seconds to a row a sample.
  private static let rates = OptionLimits<Double>("0.1 to 192000 rows a second") { 0.1...192_000 ~= $0 }

  private static let faces = OptionLimits<Int>("0 or more, a face_id") { $0 >= 0 }

  /// The rate of ready-made features: `null` where there are none. Their path is no part of a record; who reads it back gets
  /// an empty one where there were some.
  private static func rate(
    _ name: String, of features: OptionPath<Self, String?>,
    _ rate: OptionPath<Self, Double>
  ) -> OptionRecord<Self> {
    .members(
      write: { options, members in
        members[name] = options[keyPath: features] == nil ? .null : options[keyPath: rate].optionRecord
      },
      read: { options, config in
        let recorded = try config.recorded(name) { record -> Double? in
          guard let hertz = Double(optionRecord: record), rates.contains(hertz) else { return nil }
          return hertz
        }
        guard let recorded else { return }
        options[keyPath: features] = ""
        options[keyPath: rate] = recorded
      })
  }
}

extension EmotionLabels: OptionValue {}
