import Files
import HDF5
import Signals
import TensorCore
public import Text

/// A made-up corpus in the on-disk layout of a real one, for trials and tests.
///
/// It has the flaws of real files: non-finite cells, gaps, rows out of order, ids missing from one file, labels out of
/// range (`SyntheticTrouble`). Every modality carries a signal that training can find. The same settings give the same
/// values on every machine.
public struct SyntheticCorpus: Sendable {
  /// The corpus whose layout is imitated.
  public enum Layout: String, CaseIterable, Sendable {
    /// CMU-MOSEI: sub-folders; widths 713, 74 and 300; seven labels.
    case mosei
    /// CMU-MOSI: one folder; word strings with pauses, and a file of word vectors; one label.
    case mosi
  }

  /// The corpus whose layout is imitated.
  public var layout = Layout.mosei
  /// The number of recordings, at least 3.
  public var videos = 24
  /// The mean length of a recording, in seconds.
  public var seconds = 20.0
  /// The seed of the random numbers; the same seed gives the same values.
  public var seed: UInt64 = 1
  /// Whether datasets are stored in gzip chunks, as by the SDK's writer, rather than contiguously.
  public var isCompressed = true
  /// The fraction of visual and audio cells that are NaN or infinite, in 0 ..< 1.
  public var nonFiniteRate = 0.001
  /// How far one unit of sentiment shifts a word vector, in standard deviations; the other modalities shift about half
  /// as far.
  public var gain = 0.25

  /// Creates the default corpus.
  public init() {}

  /// The file that marks a folder as made by this type, so that overwriting cannot hit anything else.
  static let descriptionName = "sample.json"
  private static let videoLimit = 100_000
  private static let secondsLimit = 36_000.0

  /// Writes the corpus into a folder that only appears once it is complete.
  ///
  /// - Parameters:
  ///   - folder: a folder that does not exist or is empty.
  ///   - overwrites: whether to replace a folder that an earlier call wrote.
  ///   - warn: called if other runs cannot be kept out of the folder.
  ///   - onRecording: called after each recording.
  /// - Returns: a description of what was written: the settings, the number of rows in each file, and the trouble of
  ///   each recording. It is also written as `sample.json`.
  /// - Throws: `DataError` 64 if a setting is out of range, 73 if the folder holds something else or cannot be created,
  ///   74 if writing fails, 130 if the user interrupts.
  public func write(
    to folder: String, overwrites: Bool = false, warn: (String) -> Void = { _ in }, onRecording: () -> Void = {}
  ) throws -> JSONValue {
    try check()
    return try SampleFolder.fill(folder, overwrites: overwrites, warn: warn) {
      try writeFiles(to: $0, onRecording: onRecording)
    }
  }

  private func writeFiles(to folder: String, onRecording: () -> Void) throws -> JSONValue {
    let format: SyntheticFormat = layout == .mosei ? .mosei : .mosi
    let signal = PlantedSignal(format, gain: Float(gain))
    let ids = recordingIDs()
    let writer = try SyntheticWriter(folder: folder, format: format, isCompressed: isCompressed, seed: seed)
    for (number, id) in ids.enumerated() {
      try Interrupt.check()
      try writer.add(recording(number, format, signal), id: id, trouble: trouble(number))
      onRecording()
    }
    try writer.close()
    if let name = format.wordVectors { try signal.writeWordVectors(to: folder + "/" + name) }
    let folds = SyntheticFolds(ids: ids, isFatal: { trouble($0)?.isFatal ?? false }, seed: seed)
    try folds.write(to: folder)
    let description = describe(ids: ids, rows: writer.rowCounts, folds: folds)
    try AtomicFile.write(description.prettyText, to: folder + "/" + Self.descriptionName)
    return description
  }

  /// Refuses settings that are out of range.
  ///
  /// - Throws: `DataError` 64 naming the flag.
  public func check() throws {
    try require("--videos", "\(videos)", 3...Self.videoLimit ~= videos, "3 to \(Self.videoLimit)")
    try require("--seconds", "\(seconds)", 1...Self.secondsLimit ~= seconds, "1 to \(Int(Self.secondsLimit))")
    try require("--nan-rate", "\(nonFiniteRate)", 0..<1 ~= nonFiniteRate, "at least 0 and below 1")
    try require("--gain", "\(gain)", 0...100 ~= gain, "0 to 100")
  }

  private func require(_ flag: String, _ value: String, _ isRight: Bool, _ expected: String) throws {
    if !isRight { throw DataError(.usage, "\(flag) is \(value)", expected: expected) }
  }

  private func trouble(_ number: Int) -> SyntheticTrouble.Kind? {
    SyntheticTrouble.kind(ofRecording: number, of: videos)
  }

  private func recording(_ number: Int, _ format: SyntheticFormat, _ signal: PlantedSignal) -> SyntheticRecording {
    var recording = SyntheticRecording(format, signal: signal, seed: seed, number: number, seconds: seconds)
    var random = PhiloxStream(seed: seed, stream: 100, step: UInt64(number))
    SyntheticTrouble.spoil(&recording.visual.values, rate: nonFiniteRate, withInfinities: false, random: &random)
    SyntheticTrouble.spoil(&recording.audio.values, rate: nonFiniteRate, withInfinities: true, random: &random)
    if let kind = trouble(number) { SyntheticTrouble.apply(kind, to: &recording) }
    return recording
  }

  /// Makes ids of 11 characters, as a video site does, some of which start with `-` or `_`; every eighth is a plain
  /// number.
  private func recordingIDs() -> [String] {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var random = PhiloxStream(seed: seed, stream: 101)
    var seen: Set<String> = []
    var ids: [String] = []
    while ids.count < videos {
      var id = String((0..<11).map { _ in letters[random.integer(below: letters.count)] })
      switch ids.count % 8 {
      case 2: id = "-" + id.dropFirst()
      case 5: id = "_" + id.dropFirst()
      case 7: id = String(10_000 + random.integer(below: 390_000))
      default: break
      }
      if seen.insert(id).inserted { ids.append(id) }
    }
    return ids
  }

  private func describe(ids: [String], rows: [String: Int], folds: SyntheticFolds) -> JSONValue {
    var troubles: [String: JSONValue] = [:]
    for (number, id) in ids.enumerated() {
      if let kind = trouble(number) { troubles[id] = .string(kind.description) }
    }
    return [
      "format": "msa-sample/1", "corpus": .string(layout.rawValue), "videos": .integer(videos),
      "seconds": .number(seconds), "seed": .string(String(seed)), "compress": .string(isCompressed ? "gzip" : "none"),
      "nan-rate": .number(nonFiniteRate), "gain": .number(gain), "rows": .object(rows.mapValues { .integer($0) }),
      "folds": .object(folds.counts), "in no fold": .array(folds.unassigned.map { .string($0) }),
      "trouble": .object(troubles),
    ]
  }
}
