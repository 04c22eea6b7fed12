import ArrayFiles
import Processor
import Samples
import Text

/// What must be the same in the run that goes on; it stands in the metadata of `last.safetensors`.
struct CheckpointIdentity {
  /// The configuration of the run; takes over what a checkpoint says was planned before.
  private(set) var configuration: TrainingConfiguration
  /// The SHA-256 of each prepared folder's manifest.
  let manifests: [String]

  private static let format = "msa-checkpoint/3"
  /// What decides the steps: the program, and its arithmetic.
  private static let version = "\(ToolVersion.current) (arithmetic \(Arithmetic.format))"
  /// The part of the configuration that may grow, and what is remembered of it.
  private static let lengthKeys: Set<String> = ["epochs", "planned-before"]

  init(_ configuration: TrainingConfiguration, manifests: [String]) {
    self.configuration = configuration
    self.manifests = manifests
  }

  /// The metadata.
  var metadata: [String: String] {
    [
      "format": Self.format, "version": Self.version, "config": configuration.fingerprinted.canonicalText,
      "manifests": manifests.joined(separator: " "),
    ]
  }

  /// What wrote a checkpoint where it was another version of the program, whose steps can have been others; nil where it
  /// was this one.
  ///
  /// - Throws: `DataError` 65 when the file has a digest and is damaged: what it says of its version means nothing then.
  static func otherVersion(_ file: SafetensorsFile) throws -> String? {
    if file.isSealed { try file.checkSeal() }
    let found = file.header.metadata
    guard let format = found["format"], format.hasPrefix("msa-checkpoint/") else { return nil }
    if format == Self.format, found["version"] == version { return nil }
    return found["version"].map { "msa-train \($0)" } ?? "an older msa-train"
  }

  /// Takes over a checkpoint of this run, or of a shorter plan of it.
  ///
  /// - Parameter epoch: how many epochs it has done.
  /// - Throws: `DataError` 65 that names what differs.
  mutating func accept(_ file: SafetensorsFile, epoch: Int) throws {
    let found = file.header.metadata
    let wanted = metadata
    for key in ["format", "manifests"] where found[key] != wanted[key] {
      throw Self.refusal(file, key, "is that of another run", expected: "this run's")
    }
    guard let before = found["config"].flatMap(Self.members),
      let planned = before["epochs"]?.integer(in: 1...Int.max), epoch <= planned,
      let earlier = Self.earlierPlans(before["planned-before"], than: planned)
    else { throw Self.refusal(file, "config", "is no configuration of a run", expected: "this run's") }
    let now = configuration.fingerprinted.members ?? [:]
    let keys = Set(before.keys).union(now.keys).subtracting(Self.lengthKeys).sorted()
    if let key = keys.first(where: { before[$0] != now[$0] }) {
      throw Self.difference(file, key, before[key], now[key])
    }
    if planned > configuration.epochs {
      throw Self.difference(file, "epochs", before["epochs"], .integer(configuration.epochs))
    }
    configuration.plannedBefore = earlier
    // Other schedules do not look at the number of epochs: there the longer run has the bytes of one planned so at once.
    if planned < configuration.epochs, epoch > 0, configuration.schedule == .cosine {
      configuration.plannedBefore.append(planned)
    }
  }

  private static func difference(
    _ file: SafetensorsFile, _ key: String, _ before: JSONValue?, _ now: JSONValue?
  ) -> DataError {
    func text(_ value: JSONValue?) -> String { value?.canonicalText ?? "missing" }
    return refusal(file, "config", "--\(key) was \(text(before)) and is now \(text(now))", expected: "this run's")
  }

  private static func refusal(
    _ file: SafetensorsFile, _ place: String, _ problem: String, expected: String
  ) -> DataError {
    DataError(
      .badData, file: file.path, place: place, problem, expected: expected,
      advice: "Resume with the same options and shards (--epochs may be more), or choose another --out.")
  }

  private static func members(_ text: String) -> [String: JSONValue]? {
    do { return try JSONValue(parsing: Array(text.utf8)).members } catch { return nil }
  }

  /// What was planned before; nothing where there is no list, nil where it cannot have been.
  private static func earlierPlans(_ list: JSONValue?, than planned: Int) -> [Int]? {
    guard let list else { return [] }
    return TrainingConfiguration.shorterPlans(list, than: planned)
  }
}
