public import ArgumentParser
import Console
public import Preparation
import Samples
import Storage

/// The options that only an IEMOCAP release has.
struct IEMOCAPFlags: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The release: a folder, or a .tar, .tar.gz, .tar.xz or .zip of it; may be repeated where it lies in pieces.",
      valueName: "path"))
  var root: [String]

  @Option(
    help: ArgumentHelp(
      """
      Who is tested: session:N or loso:N (valid is the session before), or speaker:NAME, e.g. speaker:Ses05_F (the \
      partner is left out). (default: session:5)
      """, valueName: "who"), transform: SpeakerSplit.init(parsing:))
  var split: SpeakerSplit?

  @Option(
    help: ArgumentHelp(
      "sentiment (with valence, activation, dominance and emotion), emotion4, emotion6 or vad.", valueName: "set"))
  var labels = EmotionLabels.sentiment

  @Option(help: ArgumentHelp("Added to the frames of the word times.", valueName: "n"))
  var frameOffset = 0

  @Option(
    help: ArgumentHelp(
      """
      Ready-made audio features: <turn>.npy or .csv, also openSMILE's, in a folder or archive. One row or a plain vector \
      is the whole turn's: every word has it.
      """, valueName: "path"))
  var audioFeatures: String?

  @Option(help: ArgumentHelp("Rows a second of --audio-features without times.", valueName: "hz"))
  var audioRate = 100.0

  @Option(
    help: ArgumentHelp(
      "Ready-made visual features: <turn>.npy or .csv, also OpenFace's, in a folder or archive.", valueName: "path"))
  var visualFeatures: String?

  @Option(help: ArgumentHelp("Rows a second of --visual-features without times.", valueName: "hz"))
  var visualRate = 30.0

  @Option(
    help: ArgumentHelp(
      "Of OpenFace tables with several people in --visual-features, the face_id that is kept.", valueName: "n"))
  var face: Int?

  @Option(help: ArgumentHelp("A turn that lacks a modality: left out, or kept and masked.", valueName: "policy"))
  var missing = MissingPolicy.keep

  /// Rates that files are believed to have, in Hz: from a row in ten seconds to a row a sample.
  private static let rates = 0.1...192_000

  /// The library's configuration.
  ///
  /// - Parameter shared: the options of all preparations, from the same command line.
  /// - Throws: `DataError` 64 where options do not go together.
  func configuration(dataset: String, _ shared: SharedOptions) throws -> PreparationConfiguration {
    var configuration = try shared.configuration(dataset: dataset, root: root[0])
    configuration.roots = root
    if split != nil, shared.folds != nil || shared.ratios != nil {
      throw DataError(
        .usage, "--split and \(shared.folds != nil ? "--folds" : "--ratios") exclude each other",
        advice: "Give one of them.")
    }
    if shared.folds == nil, shared.ratios == nil { configuration.split = split?.policy ?? .session(5) }
    for (name, rate) in [("audio", audioRate), ("visual", visualRate)] where !Self.rates.contains(rate) {
      throw DataError(.usage, "--\(name)-rate is \(rate)", expected: "0.1 to 192000 rows a second")
    }
    if abs(frameOffset) > Self.largestOffset {
      throw DataError(
        .usage, "--frame-offset is \(frameOffset)", expected: "-\(Self.largestOffset) to \(Self.largestOffset) frames")
    }
    if let face, face < 0 { throw DataError(.usage, "--face is \(face)", expected: "0 or more, a face_id") }
    if let face, visualFeatures == nil {
      throw DataError(
        .usage, "--face \(face) is given without --visual-features",
        advice: "Leave it out, or give tables with several faces.")
    }
    configuration.missing = missing
    var options = IEMOCAPOptions()
    options.labels = labels
    options.frameOffset = frameOffset
    options.audioFeatures = audioFeatures
    options.audioRate = audioRate
    options.visualFeatures = visualFeatures
    options.visualRate = visualRate
    options.face = face
    configuration.iemocap = options
    return configuration
  }

  /// A second: conventions differ by one frame or by half a window.
  private static let largestOffset = 100
}

/// The value of `--split`: `session:5`, `loso:5`, `speaker:Ses05_F`.
struct SpeakerSplit: Hashable, CustomStringConvertible {
  let policy: SplitPolicy
  let description: String

  /// - Throws: `ValidationError` that says what was expected.
  init(parsing argument: String) throws {
    guard let policy = Self.policy(argument) else {
      throw ValidationError("expected session:N or loso:N with N from 1 to 5, or speaker:NAME such as speaker:Ses05_F")
    }
    self.policy = policy
    description = argument
  }

  private static func policy(_ argument: String) -> SplitPolicy? {
    guard let colon = argument.firstIndex(of: ":") else { return nil }
    let value = argument[argument.index(after: colon)...]
    switch argument[..<colon] {
    case "session", "loso":
      guard let number = Int(value), 1...5 ~= number else { return nil }
      return .session(number)
    case "speaker":
      guard value.wholeMatch(of: /Ses0[1-5]_[FM]/) != nil else { return nil }
      return .speaker(String(value))
    default: return nil
    }
  }
}

extension EmotionLabels: ExpressibleByArgument {}
