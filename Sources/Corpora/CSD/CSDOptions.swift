import Options
public import Samples
import Text

/// What a corpus of .csd files needs to know beyond the common settings.
public struct CSDOptions: Hashable, Sendable {
  /// Input files named individually, instead of found under the root.
  public var files: [Modality: String] = [:]
  /// The label file, instead of the one found under the root.
  public var labelFile: String?
  /// A file of words with their times, which says what is said; the text sequence may hold vectors.
  public var wordFile: String?
  /// Ready-made audio features, instead of a sequence.
  public var audioFeatures: String?
  /// Rows per second of `audioFeatures` without times.
  public var audioRate = 100.0
  /// Ready-made visual features, instead of a sequence.
  public var visualFeatures: String?
  /// Rows per second of `visualFeatures` without times.
  public var visualRate = 30.0
  /// The `face_id` of the rows taken from `visualFeatures`; nil if each table has only one face.
  public var face: Int?
  /// The names of the label columns, in order, whatever the label file says; nil to use the file's.
  public var labelNames: [String]?
  /// Keeps pause words as rows.
  public var keepsPauses = false
  /// The words that are pauses, instead of `PauseWords.standard`.
  public var pauseWords: [String]?

  /// The defaults.
  public init() {}

  /// The sentence for options that have no effect: vectors do not show which of them stand for a pause.
  func warning(textIsWords: Bool?) -> String? {
    if (pauseWords == nil && !keepsPauses) || textIsWords != false { return nil }
    return "\(keepsPauses ? "--keep-pauses" : "--pause-words") changes nothing: the text file holds vectors, not words."
  }
}

extension CSDOptions {
  static let definitions: [OptionDefinition<Self>] = [
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
    .value(
      "words", \.wordFile, "file",
      record: .members(
        write: { options, members in if options.wordFile != nil { members["words"] = true } },
        read: { options, config in
          // Its path is not part of a record.
          if try config.recorded("words", { $0.boolValue }) == true { options.wordFile = "" }
        }),
      help: """
        The transcript, CMU_MOSEI_TimestampedWords.csd: samples, exports and pages show the words; with --text-features also \
        the words that rows are of.
        """),
    .value(
      "audio-features", \.audioFeatures, "path", record: .contents,
      help: """
        Audio features instead of a .csd file: <video> or <video>[k] as .npy, .csv or .mat (COVAREP's) in a folder or \
        archive, or in an .npz or safetensors file. Times count from the start of what the name says.
        """),
    .value(
      "audio-rate", \.audioRate, default: 100, "hz", limits: FeatureFile.rates, needs: "audio-features",
      record: .rate("audio-rate", of: \.audioFeatures, \.audioRate, isAlwaysThere: false),
      help: "Rows per second of --audio-features without times."),
    .value(
      "visual-features", \.visualFeatures, "path", record: .contents,
      help: "Visual features instead of a .csd file, in the same forms, also OpenFace's tables."),
    .value(
      "visual-rate", \.visualRate, default: 30, "hz", limits: FeatureFile.rates, needs: "visual-features",
      record: .rate("visual-rate", of: \.visualFeatures, \.visualRate, isAlwaysThere: false),
      help: "Rows per second of --visual-features without times."),
    .value(
      "face", \.face, "n", limits: FeatureFile.faceLimits,
      record: .optional("face", \.face, isAlwaysThere: false, limits: FeatureFile.faceLimits),
      help: "The face_id to keep, if OpenFace tables in --visual-features have several people."),
    .parsed(
      "label-names", form: .parts, defaultText: "from the label file", "names", read: names,
      expectation: "a name for each label column, each once, separated by commas",
      record: .texts("label-names", \.labelNames),
      help: "The names of the label columns, in order: sentiment,happy,…"
    ) { $0.labelNames = $1 },
    .flag(
      "keep-pauses", \.keepsPauses, excludes: ["pause-words"],
      record: .flag("keep-pauses", \.keepsPauses, isAlwaysThere: true),
      help: "Keep pause words as rows, if the text file holds words."),
    .parsed(
      "pause-words", form: .parts, defaultText: "sp, sil, spn and others that aligners write", "list",
      read: { $0.commaParts }, expectation: "words separated by commas",
      record: .texts("pause-words", \.pauseWords), help: "Words that are pauses, if the text file holds words."
    ) { $0.pauseWords = $1 },
  ]

  /// The names of the columns; nil if one is empty or occurs twice.
  private static func names(_ text: String) -> [String]? {
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
    return names.contains("") || Set(names).count != names.count ? nil : names
  }

  /// Where the ready-made features of modalities are.
  var ready: [Modality: String] {
    var ready: [Modality: String] = [:]
    (ready[.audio], ready[.visual]) = (audioFeatures, visualFeatures)
    return ready
  }

  /// The ready-made features.
  ///
  /// - Throws: `DataError` 66 when they are not there, 65 when they are of another kind.
  func readyFiles() throws -> [FeatureFiles] {
    try ready.sorted { $0.key < $1.key }.map { modality, path in
      try FeatureFiles(
        modality: modality, path: path, rate: modality == .audio ? audioRate : visualRate,
        face: modality == .visual ? face : nil)
    }
  }

  /// Refuses a command line that does not say where the files are.
  ///
  /// - Throws: `DataError` 64.
  func complete(_ roots: inout [String], modalities: [Modality]) throws {
    if roots.count > 1 {
      throw DataError(
        .usage, "--root is given \(roots.count) times", expected: "one folder",
        advice: "Name the files one by one: --visual, --audio, --text, --labels.")
    }
    if let face, visualFeatures == nil { throw FeatureFile.uselessFace(face) }
    for (modality, features) in ready {
      if let file = files[modality] {
        throw DataError(
          .usage, file: file, "--\(modality) is given, and --\(modality)-features \(features)", expected: "one of them",
          advice: "Leave one out.")
      }
      if !modalities.contains(modality) {
        throw DataError(
          .usage, file: features, "--\(modality)-features is given but \(modality) is not among --modalities",
          advice: "Leave it out, or add \(modality) to --modalities.")
      }
    }
    let missing =
      modalities.filter { files[$0] == nil && ready[$0] == nil }.map { "--\($0)" }
      + (labelFile == nil ? ["--labels"] : [])
    if roots.isEmpty, !missing.isEmpty {
      throw DataError(
        .usage, "--root <dir> is missing",
        advice: "Give it, or name the files one by one: \(missing.joined(separator: ", ")).")
    }
    if roots.isEmpty { roots = ["."] }
  }
}

extension CorpusSettings {
  /// The options of a corpus of .csd files; other corpora have nothing to set here.
  var csd: CSDOptions {
    get { (corpus as? CMUCorpus)?.options ?? CSDOptions() }
    set {
      guard var corpus = corpus as? CMUCorpus else { return }
      corpus.options = newValue
      self.corpus = corpus
    }
  }
}
