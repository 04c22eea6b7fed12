public import Options
import Samples
import Text

/// The options that only an IEMOCAP release has.
public struct IEMOCAPOptions: Hashable, Sendable {
  /// Which annotations become the labels; nil for the sentiment, or for `classes` where they are given.
  public var labels: EmotionLabels?
  /// Classes made of the raters' categories; nil unless they are the labels, or those of `EmotionLabels.votes`.
  public var classes: EmotionClasses?
  /// Only these dialogs; nil for all.
  public var subset: DialogSubset?
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

  /// How the annotations become label rows.
  var labelling: TurnLabelling {
    switch labels {
    case .emotion4: .classes(.four)
    case .emotion6: .classes(.six)
    case .vad: .dimensions
    case .votes: classes.map { .votes($0) } ?? .votes(.four)
    case .sentiment: .sentiment
    case nil: classes.map { .classes($0) } ?? .sentiment
    }
  }

  /// Refuses `--labels` and `--classes` that do not go together.
  ///
  /// - Throws: `DataError` 64.
  func requireOneLabelling() throws {
    if labels == .votes, classes == nil {
      throw DataError(
        .usage, "--labels votes is given without --classes", expected: EmotionClasses.expectation,
        advice: "Add the classes whose shares of the votes are the labels.")
    }
    guard let labels, labels != .votes, classes != nil else { return }
    let why =
      EmotionClasses.usual.contains(labels) ? "\(labels.rawValue) is the name of other --classes" : "has no classes"
    throw DataError(
      .usage, "--labels \(labels.rawValue) and --classes are given together (\(why))",
      expected: "one of the two, or --labels votes with --classes", advice: "Leave out one of them.")
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
        case .folds, .ratios, .declared, .undivided: break
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
      "labels", \.labels, defaultText: "sentiment, or --classes", "set", record: labelsRecord,
      help: "sentiment (with valence, activation, dominance and emotion), emotion4, emotion6, vad or votes."),
    .parsed(
      "classes", form: .parts, "list", reading: { text throws(OptionFault) in try EmotionClasses(text) },
      expectation: EmotionClasses.expectation, record: classesRecord,
      help: """
        Classes of the raters' categories, e.g. hap+exc,ang,sad,neu; + merges, name= names a class. With --labels votes \
        each class's share of the votes.
        """,
      set: { $0.classes = $1 }),
    .value(
      "subset", \.subset, "dialogs", record: .optional("subset", \.subset, isAlwaysThere: false),
      help: "Only the turns of improvised or of scripted dialogs."),
    .value(
      "frame-offset", \.frameOffset, default: 0, "n",
      // A second: conventions differ by one frame or by half a window.
      limits: .within(-100...100, " frames"), help: "Added to the frames of the word times."),
    .value(
      "audio-features", \.audioFeatures, "path", record: .contents,
      help: """
        Ready-made audio features: <turn>.npy, .csv (also openSMILE's) or .mat in a folder or archive. One row or a plain \
        vector is the whole turn's: every word has it.
        """),
    .value(
      "audio-rate", \.audioRate, default: 100, "hz", limits: FeatureFile.rates, needs: "audio-features",
      record: .rate("audio-rate", of: \.audioFeatures, \.audioRate, isAlwaysThere: true),
      help: "Rows per second of --audio-features without times."),
    .value(
      "visual-features", \.visualFeatures, "path", record: .contents,
      help: "Ready-made visual features: <turn>.npy, .csv (also OpenFace's) or .mat in a folder or archive."),
    .value(
      "visual-rate", \.visualRate, default: 30, "hz", limits: FeatureFile.rates, needs: "visual-features",
      record: .rate("visual-rate", of: \.visualFeatures, \.visualRate, isAlwaysThere: true),
      help: "Rows per second of --visual-features without times."),
    .value(
      "face", \.face, "n", limits: FeatureFile.faceLimits,
      record: .optional("face", \.face, isAlwaysThere: false, limits: FeatureFile.faceLimits),
      help: "The face_id to keep, if OpenFace tables in --visual-features have several people."),
  ]

  /// The word of `--labels`. Classes that emotion4 or emotion6 stands for are recorded under that name, whichever way
  /// they were asked for; others as `classes`.
  private static let labelsRecord = OptionRecord<Self>.members(
    write: { options, members in
      members["labels"] =
        switch options.labelling {
        case .sentiment: EmotionLabels.sentiment.optionRecord
        case .dimensions: EmotionLabels.vad.optionRecord
        case .votes: EmotionLabels.votes.optionRecord
        case .classes(let classes): classes.usualName?.optionRecord ?? .string(ownClasses)
        }
    },
    read: { options, config in
      if config["labels"] == .string(ownClasses) { return }
      guard let labels = config["labels"].flatMap(EmotionLabels.init(optionRecord:)) else {
        throw DataError.unknownRecord("labels")
      }
      options.labels = labels == .sentiment ? nil : labels
    })

  /// The word that stands for `--classes` in the record of `--labels`.
  private static let ownClasses = "classes"

  /// The names of the classes, and what they are made of where no word of `--labels` says it.
  private static let classesRecord = OptionRecord<Self>.members(
    write: { options, members in
      members["classes"] = .array(options.labelling.classNames.map { .string($0) })
      switch options.labelling {
      case .sentiment, .dimensions: break
      case .classes(let classes):
        if classes.usualName == nil { members[categoriesKey] = classes.optionRecord }
      case .votes(let classes):
        members[categoriesKey] = classes.optionRecord
        members["class-shares"] = true
      }
    },
    read: { options, config in
      let isNeeded = config["labels"] == .string(ownClasses) || options.labels == .votes
      options.classes = try config.recorded(categoriesKey) { EmotionClasses(optionRecord: $0) }
      if isNeeded != (options.classes != nil) { throw DataError.unknownRecord(categoriesKey) }
    })

  private static let categoriesKey = "class-categories"
}

extension IEMOCAPOptions {
  /// Refuses a configuration taken over from a folder with ready-made features, if none are named.
  ///
  /// - Throws: `DataError` 64.
  func requireReadyFeatures() throws {
    for (option, path) in [("audio-features", audioFeatures), ("visual-features", visualFeatures)] where path == "" {
      throw DataError(
        .usage, "--\(option) is missing, with which the folder of --like was prepared",
        advice: "Give those of the turns that are prepared now.")
    }
  }
}

extension EmotionLabels: OptionValue {}
extension DialogSubset: OptionValue {}

/// Half of IEMOCAP's dialogs are improvised, half are read from scripts; the raw value is the word after `--subset`.
public enum DialogSubset: String, CaseIterable, Sendable {
  /// The actors were given a situation.
  case improvised
  /// The actors of every session read the same scripts.
  case scripted

  /// Whether a dialog is one of them, by its name.
  func contains(_ dialog: String) -> Bool {
    IEMOCAPCorpus().isScripted(dialog: dialog) == (self == .scripted)
  }
}
