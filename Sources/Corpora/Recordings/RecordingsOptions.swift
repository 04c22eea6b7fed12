import Options
import Text

/// The options that only a folder of recordings has.
public struct RecordingsOptions: Hashable, Sendable {
  /// The columns of the table that become labels; nil for all others that hold numbers.
  public var labelColumns: [String]?
  /// Rows per second of audio features without times.
  public var audioRate = 100.0
  /// Rows per second of visual features without times.
  public var visualRate = 30.0
  /// The `face_id` of the rows that are taken from tables with several faces.
  public var face: Int?

  /// The defaults.
  public init() {}
}

extension CorpusSettings {
  /// The options of recordings; other corpora have nothing to set here.
  var recordings: RecordingsOptions {
    get { (corpus as? RecordingsCorpus)?.options ?? RecordingsOptions() }
    set {
      guard var corpus = corpus as? RecordingsCorpus else { return }
      corpus.options = newValue
      self.corpus = corpus
    }
  }
}

extension RecordingsOptions {
  static let definitions: [OptionDefinition<Self>] = [
    .parsed(
      "label-columns", form: .parts, defaultText: "all other columns that hold numbers", "names",
      read: { $0.commaParts.isEmpty ? nil : $0.commaParts }, expectation: "names of columns, separated by commas",
      record: .texts("label-columns", \.labelColumns),
      help: "The columns of the table that are labels; the texts of one of them become classes."
    ) { $0.labelColumns = $1 },
    .value(
      "audio-rate", \.audioRate, default: 100, "hz", limits: FeatureFile.rates,
      help: "Rows per second of audio features without times."),
    .value(
      "visual-rate", \.visualRate, default: 30, "hz", limits: FeatureFile.rates,
      help: "Rows per second of visual features without times."),
    .value(
      "face", \.face, "n", limits: FeatureFile.faceLimits,
      record: .optional("face", \.face, isAlwaysThere: false, limits: FeatureFile.faceLimits),
      help: "The face_id to keep, if OpenFace's tables have several people."),
  ]
}
