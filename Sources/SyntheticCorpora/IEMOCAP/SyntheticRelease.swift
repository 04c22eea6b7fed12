import Files
public import Text
public import Workers

/// A made-up IEMOCAP in the release's on-disk layout, for trying things out, for tests and for measuring.
///
/// It has what the real one has: AppleDouble files, sub-folders with another grammar, Latin-1 bytes, missing alignments,
/// lost markers, the partner's face under a speaker's name, turns that overlap, labels off the scale, scripted lines that
/// come back in other sessions; and a signal in sound, motion and words that training can find. The same bytes come out of
/// the same settings on every machine, for any number of threads.
public struct SyntheticRelease: Sendable {
  /// What is written into the folder.
  public enum Form: String, CaseIterable, Sendable {
    /// `Session1` to `Session5`.
    case folder
    /// `IEMOCAP_full_release.tar.gz`, as the release is handed out.
    case tar
    /// `IEMOCAP_full_release.tar`
    case plainTar
    /// `IEMOCAP_full_release.zip`
    case zip

    /// The archive's name; nil for a folder.
    public var fileName: String? {
      switch self {
      case .folder: nil
      case .tar: SyntheticRelease.archiveFolder + ".tar.gz"
      case .plainTar: SyntheticRelease.archiveFolder + ".tar"
      case .zip: SyntheticRelease.archiveFolder + ".zip"
      }
    }
  }

  /// What is written.
  public var form = Form.folder
  /// Dialogs a session, 1 to 28.
  public var dialogs = 4
  /// Turns a dialog, 8 to 200.
  public var turns = 12
  /// The mean length of a turn.
  public var seconds = 2.0
  /// The counts of the real release instead: 151 dialogs, 10,039 turns, 12.4 hours; about 6 GB as a folder.
  public var isFullSize = false
  /// The same seed gives the same bytes.
  public var seed: UInt64 = 1
  /// How strongly sound, motion and words tell what is meant; 0 for not at all.
  public var gain = 1.0
  /// How many threads work; no byte depends on it.
  public var threads = OrderedWorkers.availableCores

  /// The default release.
  public init() {}

  /// The folder inside an archive.
  static let archiveFolder = "IEMOCAP_full_release"
  /// The file of word vectors beside the sessions.
  static let wordVectorsName = "word-vectors.txt"

  /// Refuses settings that are out of range.
  ///
  /// - Throws: `DataError` 64 that names the flag.
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

  /// Writes the release into a folder that appears when it is complete.
  ///
  /// - Parameters:
  ///   - folder: a folder that does not exist or is empty.
  ///   - overwrites: replaces a folder that an earlier call wrote.
  ///   - progress: told how many files are written.
  /// - Returns: what was written: the settings, counts, and which turn has which trouble; also written as `sample.json`.
  /// - Throws: `DataError` 64 when a setting is out of range, 73 when the folder holds something else or cannot be made,
  ///   74 when writing fails, 130 when the user interrupts.
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
