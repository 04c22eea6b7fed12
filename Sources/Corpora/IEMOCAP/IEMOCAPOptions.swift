public import Options
import Samples
import Text

/// The options that only an IEMOCAP release has.
public struct IEMOCAPOptions: Hashable, Sendable {
  /// Which annotations become the labels.
  public var labels = EmotionLabels.sentiment
  /// Added to the frames of the word times, for releases that count them differently.
  public var frameOffset = 0
  /// A folder or archive with ready-made audio features, one file per turn; nil computes them from the sound.
  public var audioFeatures: String?
  /// Rows per second of `audioFeatures`.
  public var audioRate = 100.0
  /// A folder or archive with ready-made visual features, one file per turn; nil takes the motion capture.
  public var visualFeatures: String?
  /// Rows per second of `visualFeatures` whose files do not give their times.
  public var visualRate = 30.0
  /// The `face_id` of the rows taken from `visualFeatures`; nil if each table has only one face.
  public var face: Int?

  /// The defaults.
  public init() {}

  /// The error for a choice among faces when no table has any.
  func uselessFace(_ face: Int) -> DataError {
    DataError(
      .usage, "--face \(face) is given without --visual-features",
      advice: "Leave it out, or give tables with several faces.")
  }
}

extension CorpusSettings {
  /// The options of a release; other corpora have nothing to set here.
  var release: IEMOCAPOptions {
    get { (corpus as? IEMOCAPCorpus)?.options ?? IEMOCAPOptions() }
    set { if corpus is IEMOCAPCorpus { corpus = IEMOCAPCorpus(newValue) } }
  }
}

extension IEMOCAPOptions {
  /// `--split`, which decides how the release is split, not how it is read.
  static let split = OptionDefinition<CorpusSettings>.parsed(
    "split", defaultText: "session:5", "who", excludes: ["folds", "ratios"], read: policy,
    expectation: "session:N or loso:N with N from 1 to 5, or speaker:NAME such as speaker:Ses05_F",
    record: .members(
      write: { configuration, members in
        switch configuration.split {
        case .session(let number): members["split"] = .string("session:\(number)")
        case .speaker(let name): members["split"] = .string("speaker:\(name)")
        case .folds, .ratios, .declared: break
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
  ) { $0.split = $1 }

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

  /// The options that only a release has.
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
      "audio-rate", \.audioRate, default: 100, "hz", limits: FeatureFile.rates, needs: "audio-features",
      record: rate("audio-rate", of: \.audioFeatures, \.audioRate),
      help: "Rows per second of --audio-features without times."),
    .value(
      "visual-features", \.visualFeatures, "path", record: .contents,
      help: "Ready-made visual features: <turn>.npy or .csv, also OpenFace's, in a folder or archive."),
    .value(
      "visual-rate", \.visualRate, default: 30, "hz", limits: FeatureFile.rates, needs: "visual-features",
      record: rate("visual-rate", of: \.visualFeatures, \.visualRate),
      help: "Rows per second of --visual-features without times."),
    .value(
      "face", \.face, "n", limits: faces, record: .optional("face", \.face, isAlwaysThere: false, limits: faces),
      help: "The face_id to keep, if OpenFace tables in --visual-features have several people."),
  ]

  private static let faces = OptionLimits<Int>("0 or more, a face_id") { $0 >= 0 }

  /// The rate of ready-made features: `null` if there are none. Their path is not part of a record; reading it back
  /// gives an empty one if there were some.
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
          guard let hertz = Double(optionRecord: record), FeatureFile.rates.contains(hertz) else { return nil }
          return hertz
        }
        guard let recorded else { return }
        options[keyPath: features] = ""
        options[keyPath: rate] = recorded
      })
  }
}

extension EmotionLabels: OptionValue {}
