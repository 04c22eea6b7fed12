import Files
public import Text
public import Workers

/// A made-up IEMOCAP in the on-disk layout of the release, for trials, tests and measurements.
///
/// It has the peculiarities of the real one: AppleDouble files, sub-folders with another grammar, Latin-1 bytes,
/// missing alignments, lost markers, the partner's face under a speaker's name, overlapping turns, labels off the
/// scale, and scripted lines that recur in other sessions. Sound, motion and words carry a signal that training can
/// find. The same settings give the same bytes on every machine, for any number of threads.
public struct SyntheticRelease: Sendable {
  /// The form in which the release is written.
  public enum Form: String, CaseIterable, Sendable {
    /// The folders `Session1` to `Session5`.
    case folder
    /// `IEMOCAP_full_release.tar.gz`, the form in which the release is distributed.
    case tar
    /// `IEMOCAP_full_release.tar`
    case plainTar
    /// `IEMOCAP_full_release.zip`
    case zip

    /// The name of the archive; nil for a folder.
    public var fileName: String? {
      switch self {
      case .folder: nil
      case .tar: SyntheticRelease.archiveFolder + ".tar.gz"
      case .plainTar: SyntheticRelease.archiveFolder + ".tar"
      case .zip: SyntheticRelease.archiveFolder + ".zip"
      }
    }
  }

  /// The form in which the release is written.
  public var form = Form.folder
  /// The number of dialogs per session, 1 to 28.
  public var dialogs = 4
  /// The number of turns per dialog, 8 to 200.
  public var turns = 12
  /// The mean length of a turn, in seconds.
  public var seconds = 2.0
  /// Whether to use the counts of the real release instead: 151 dialogs, 10,039 turns, 12.4 hours; about 6 GB as a
  /// folder.
  public var isFullSize = false
  /// The seed of the random numbers; the same seed gives the same bytes.
  public var seed: UInt64 = 1
  /// How strongly sound, motion and words reveal the meaning; 0 for not at all.
  public var gain = 1.0
  /// The number of threads, which has no effect on the bytes.
  public var threads = OrderedWorkers.availableCores

  /// Creates the default release.
  public init() {}

  /// The folder inside an archive.
  static let archiveFolder = "IEMOCAP_full_release"
  /// The file of word vectors beside the sessions.
  static let wordVectorsName = "word-vectors.txt"

  /// Refuses settings that are out of range.
  ///
  /// - Throws: `DataError` 64 naming the flag.
  public func check() throws {
    // Two fewer turns could not hold what must be in each dialog.
    try require("--dialogs", "\(dialogs)", 1...28 ~= dialogs, "1 to 28")
    try require("--turns", "\(turns)", 8...200 ~= turns, "8 to 200")
    try require("--seconds", "\(seconds)", 0.8...30 ~= seconds, "0.8 to 30")
    try require("--gain", "\(gain)", 0...3 ~= gain, "0 to 3")
  }

  private func require(_ flag: String, _ value: String, _ isRight: Bool, _ expected: String) throws {
    if !isRight { throw DataError(.usage, "\(flag) is \(value)", expected: expected) }
  }

  /// Writes the release into a folder that only appears once it is complete.
  ///
  /// - Parameters:
  ///   - folder: a folder that does not exist or is empty.
  ///   - overwrites: whether to replace a folder that an earlier call wrote.
  ///   - progress: receives the number of files written.
  /// - Returns: a description of what was written: the settings, counts, and the trouble of each turn. It is also
  ///   written as `sample.json`.
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
    let plan = ReleasePlan(self)
    let files = ReleaseFiles(plan, seed: seed)
    let list = files.all()
    progress.begin("Make", total: list.count, unit: "file")
    let path = folder + "/" + (form.fileName ?? "")
    switch form {
    case .folder: try write(list, to: ReleaseFolder(path: folder), progress)
    case .tar, .plainTar: try write(list, to: ReleaseTar(path: path, isCompressed: form == .tar), progress)
    case .zip: try write(list, to: ReleaseZip(path: path), progress)
    }
    progress.end()
    try PlantedSignal(.mosi, gain: Float(0.25 * gain)).writeWordVectors(to: folder + "/" + Self.wordVectorsName)
    let description = describe(plan, files, count: list.count)
    try AtomicFile.write(description.prettyText, to: folder + "/" + SyntheticCorpus.descriptionName)
    return description
  }

  private func write<Target: ReleaseTarget & ~Copyable>(
    _ list: [ReleaseFile], to target: consuming Target, _ progress: any ProgressSink
  ) throws {
    var target = target
    try OrderedWorkers(threadCount: threads).forEach(count: list.count, work: { list[$0].bytes() }) {
      index, bytes in
      try target.add(list[index].path, bytes)
      progress.advance(by: 1)
    }
    try target.commit()
  }
}
