import ArrayFiles
import Processor
import Runs
import Samples
import Text

/// What must be the same when a run is resumed; stored in the metadata of `last.safetensors`.
struct CheckpointIdentity {
  /// The configuration of the run; it takes over the plans recorded in a checkpoint.
  private(set) var configuration: TrainingConfiguration
  /// The SHA-256 of each prepared folder's manifest.
  let manifests: [String]

  private static let format = "msa-checkpoint/3"
  /// What determines the steps: the program and its arithmetic.
  private static let version = "\(ToolVersion.current) (arithmetic \(Arithmetic.format))"
  /// The keys of the configuration that hold the number of epochs, which may grow, and its earlier values.
  private static let lengthKeys: Set<String> = ["epochs", "planned-before"]

  init(_ configuration: TrainingConfiguration, manifests: [String]) {
    self.configuration = configuration
    self.manifests = manifests
  }

  /// The identity as metadata of the file.
  var metadata: [String: String] {
    [
      "format": Self.format, "version": Self.version, "config": configuration.fingerprinted.canonicalText,
      RunFile.manifestsKey: manifests.joined(separator: " "),
    ]
  }

  /// Returns the version of the program that wrote a checkpoint if it differs from this one, since its steps may have
  /// differed too; otherwise nil.
  ///
  /// - Throws: `DataError` 65 if the file has a digest and is damaged, in which case its recorded version means
  ///   nothing.
  static func otherVersion(_ file: SafetensorsFile) throws -> String? {
    if file.isSealed { try file.checkSeal() }
    let found = file.header.metadata
    guard let format = found["format"], format.hasPrefix("msa-checkpoint/") else { return nil }
    if format == Self.format, found["version"] == version { return nil }
    return found["version"].map { "msa-train \($0)" } ?? "an older msa-train"
  }

  /// Accepts a checkpoint of this run, or of the same run planned with fewer epochs.
  ///
  /// - Parameter epoch: the number of epochs that the checkpoint has completed.
  /// - Throws: `DataError` 65 naming what differs.
  mutating func accept(_ file: SafetensorsFile, epoch: Int) throws {
    let found = file.header.metadata
    let wanted = metadata
    for key in ["format", RunFile.manifestsKey] where found[key] != wanted[key] {
      throw Self.refusal(file, key, "belongs to another run", expected: "this run's")
    }
    guard let before = found["config"].flatMap(Self.members),
      let planned = before["epochs"]?.integer(in: 1...Int.max), epoch <= planned,
      let earlier = Self.earlierPlans(before["planned-before"], than: planned)
    else { throw Self.refusal(file, "config", "is not the configuration of a run", expected: "this run's") }
    let now = configuration.fingerprinted.members ?? [:]
    let keys = Set(before.keys).union(now.keys).subtracting(Self.lengthKeys).sorted()
    if let key = keys.first(where: { before[$0] != now[$0] }) {
      throw Self.difference(file, key, before[key], now[key])
    }
    if planned > configuration.epochs {
      throw Self.difference(file, "epochs", before["epochs"], .integer(configuration.epochs))
    }
    configuration.plannedBefore = earlier
    // Other schedules ignore the number of epochs: with them, an extended run has the same bytes as one planned at that
    // length.
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

  /// Returns the earlier plans: an empty list if none are recorded, nil if the list is impossible.
  private static func earlierPlans(_ list: JSONValue?, than planned: Int) -> [Int]? {
    guard let list else { return [] }
    return TrainingConfiguration.shorterPlans(list, than: planned)
  }
}
