import Files
import TensorCore
public import Text
public import Workers

/// A made-up folder of recordings in Hugging Face's folder layout, MELD's or MMSA's: synthetic voices, words as Whisper writes
/// them, faces as OpenFace does, and a table; for trials and tests.
///
/// Beside the good clips are some that cannot be read, one for each kind of trouble, and some that lack a modality. Sound,
/// faces and words carry a signal that training can find. The same settings give the same bytes on every machine, for any
/// number of threads.
public struct SyntheticRecordings: Sendable {
  /// The number of recordings, each of one speaker: 3 to 500.
  public var recordings = 20
  /// The number of clips of each recording: 1 to 99.
  public var clips = 5
  /// The mean length of a clip, in seconds.
  public var seconds = 2.0
  /// The seed of the random numbers; the same seed gives the same bytes.
  public var seed: UInt64 = 1
  /// How strongly sound, faces and words reveal the label; 0 for not at all.
  public var gain = 0.3
  /// How the clips are listed.
  public var layout = SyntheticLayout.folder
  /// Whether to add the clips that cannot be read, or lack a modality; of the folder layout alone.
  public var hasTrouble = true
  /// The number of threads, which has no effect on the bytes.
  public var threads = OrderedWorkers.availableCores

  /// Creates the default settings.
  public init() {}

  /// Refuses settings that are out of range.
  ///
  /// - Throws: `DataError` 64 naming the flag.
  public func check() throws {
    try require("--recordings", "\(recordings)", 3...500 ~= recordings, "3 to 500")
    try require("--clips", "\(clips)", 1...99 ~= clips, "1 to 99")
    try require("--seconds", "\(seconds)", 0.8...30 ~= seconds, "0.8 to 30")
    try require("--gain", "\(gain)", 0...3 ~= gain, "0 to 3")
  }

  private func require(_ flag: String, _ value: String, _ isRight: Bool, _ expected: String) throws {
    if !isRight { throw DataError(.usage, "\(flag) is \(value)", expected: expected) }
  }

  /// Writes the recordings into a folder that only appears once it is complete.
  ///
  /// - Parameters:
  ///   - folder: a folder that does not exist or is empty.
  ///   - overwrites: whether to replace a folder that an earlier call wrote.
  ///   - progress: receives the number of clips written.
  /// - Returns: a description of what was written, with the trouble of each clip; also written as `sample.json`.
  /// - Throws: `DataError` 64 if a setting is out of range, 73 if the folder holds something else or cannot be created,
  ///   74 if writing fails, 130 if the user interrupts.
  public func write(
    to folder: String, overwrites: Bool = false, progress: any ProgressSink = SilentProgress()
  ) throws -> JSONValue {
    try check()
    return try SampleFolder.fill(folder, overwrites: overwrites, warn: progress.warn) {
      try writeFiles(to: $0, progress)
    }
  }

  private func writeFiles(to folder: String, _ progress: any ProgressSink) throws -> JSONValue {
    let all = plan()
    for path in Set(all.map { Folder.parent(of: $0.stem) }).sorted() { try Folder.make(folder + "/" + path) }
    progress.begin("Make", total: all.count, unit: "clip")
    try OrderedWorkers(threadCount: threads).forEach(count: all.count, work: { all[$0].files() }) { _, files in
      for (name, bytes) in files {
        var file = try AtomicFile(path: folder + "/" + name)
        try file.write(bytes)
        try file.commit()
      }
      progress.advance(by: 1)
    }
    progress.end()
    for table in layout.tables(all) { try AtomicFile.write(table.text, to: folder + "/" + table.name) }
    try PlantedSignal(.mosi, gain: Float(0.25 * gain)).writeWordVectors(to: folder + "/word-vectors.txt")
    let description = describe(all)
    try AtomicFile.write(description.prettyText, to: folder + "/" + SyntheticCorpus.descriptionName)
    return description
  }

  // MARK: - Plan

  private enum Stream: UInt32 {
    case lengths = 240
    case labels
  }

  private static let labels = ["neu", "hap", "ang", "sad", "exc", "fru"]

  /// The good clips, recording by recording, then one for each kind of trouble.
  private func plan() -> [SyntheticClip] {
    let digits = String(recordings).count
    var all: [SyntheticClip] = []
    for recording in 0..<recordings {
      let name = "talk" + Self.padded(recording + 1, max(2, digits))
      for clip in 0..<clips {
        all.append(
          self.clip("\(name)_\(Self.padded(clip + 1, 2))", of: name, at: (recording, clip), all.count, trouble: nil))
      }
    }
    guard hasTrouble, layout == .folder else { return all }
    for trouble in RecordingTrouble.allCases {
      all.append(
        clip("odd-\(trouble.rawValue)", of: "odd-\(trouble.rawValue)", at: (0, 0), all.count, trouble: trouble))
    }
    return all
  }

  private func clip(
    _ name: String, of recording: String, at place: (recording: Int, clip: Int), _ index: Int,
    trouble: RecordingTrouble?
  ) -> SyntheticClip {
    var lengths = PhiloxStream(seed: seed, stream: Stream.lengths.rawValue, step: UInt64(index))
    var labels = PhiloxStream(seed: seed, stream: Stream.labels.rawValue, step: UInt64(index))
    // Trouble needs room: several words, and faces for longer than a rounding.
    let usual = max(0.8, min(seconds * (0.5 + lengths.gamma(shape: 3, scale: 1.0 / 6)), 3 * seconds))
    let length = trouble == nil ? usual : max(3, seconds)
    let turn = ReleaseTurnMaker(
      id: name, speaker: place.recording.isMultiple(of: 2) ? "F" : "M", isOnMarker: true,
      ticks: 0..<Int(length * Double(ReleaseTurn.tickRate)),
      label: Self.labels[labels.integer(below: Self.labels.count)],
      scene: nil, hasWords: true, stream: UInt64(index)
    ).turn(seed: seed, gain: gain)
    let split =
      trouble == nil ? layout.split(recording: place.recording, of: recordings, clip: place.clip) : "train"
    return SyntheticClip(
      name: name, recording: recording, place: place,
      stem: layout.stem(name, recording: recording, number: place.recording, clip: place.clip, split: split),
      hasWords: layout == .folder, voice: place.recording / 2 % 10 - 2, split: split, turn: turn, seed: seed,
      trouble: trouble)
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private func describe(_ all: [SyntheticClip]) -> JSONValue {
    func list(_ isWanted: (RecordingTrouble) -> Bool) -> JSONValue {
      .object(
        Dictionary(
          uniqueKeysWithValues: all.compactMap { clip in
            clip.trouble.flatMap { trouble in isWanted(trouble) ? (clip.name, .string(trouble.meaning)) : nil }
          }))
    }
    let good = all.filter { $0.trouble == nil }
    return [
      "format": "msa-sample/1", "corpus": "recordings", "layout": .string(layout.rawValue),
      "seed": .string(String(seed)), "gain": .number(gain),
      "recordings": .integer(recordings), "clips": .integer(good.count),
      "samples of sound": .integer(good.reduce(0) { $0 + $1.turn.sampleCount }),
      "skipped": list(\.isSkipped), "kept": list { !$0.isSkipped },
    ]
  }
}
