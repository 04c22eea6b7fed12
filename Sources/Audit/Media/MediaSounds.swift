import Archives
import Files
import Leaks
import Samples
import SoundFiles
import Text
import Workers

/// The sounds of a data set's samples, found by their names in a folder or an archive, as landmarks.
struct MediaSounds {
  /// A sound and the samples that are it, or are cut from it.
  struct Sound {
    let samples: [Int]
    let path: String
    var landmarks: [Landmark]
    /// In seconds.
    var duration: Double
  }

  /// In the order of the samples.
  private(set) var sounds: [Sound] = []
  /// Files with the name of a sample that are no sound that can be read; the first with the reason.
  private(set) var unreadable: (count: Int, first: String?) = (0, nil)
  /// Samples without a sound.
  private(set) var silentCount = 0

  /// Files that are held at a time.
  private static let batchByteCount = 1 << 28
  private static let batchCount = 64

  /// Reads every sound with the name of a sample, or of a recording.
  ///
  /// - Parameters:
  ///   - folder: or an archive.
  ///   - takesRecordings: whether a file may hold a whole recording.
  /// - Throws: `DataError` 66 or 65 when the folder or the archive cannot be read; 130 when the user interrupts.
  init(in folder: String, of dataset: AuditedDataset, takesRecordings: Bool, threads: Int, progress: any ProgressSink)
    throws
  {
    let names = Self.names(of: dataset, takesRecordings: takesRecordings)
    var found: [String: Sound] = [:]
    var batch: [(file: TreeFile, samples: [Int], name: String)] = []
    progress.begin("copied-media", total: names.count, unit: "sound")
    defer { progress.end() }
    func flush() throws {
      let files = batch
      batch = []
      try OrderedWorkers(threadCount: threads).forEach(count: files.count, state: { LandmarkFinder() }) {
        index, finder in
        Self.landmarks(of: files[index].file, finder)
      } consume: { index, result in
        progress.advance(by: 1)
        let (file, samples, name) = files[index]
        switch result {
        case .success(let sound):
          // Of two files of one name the first path counts, whatever the order of an archive.
          if let other = found[name], other.path < file.path { return }
          found[name] = Sound(
            samples: samples, path: file.path, landmarks: sound.landmarks, duration: sound.duration)
        case .failure(let error):
          unreadable.count += 1
          if unreadable.first.map({ error.description < $0 }) ?? true { unreadable.first = error.description }
        }
      }
    }
    var heldByteCount = 0
    try FileTrees.open(folder).forEachFile(of: { Self.name(ofFile: $0, among: names) }) { file, name in
      batch.append((file, names[name] ?? [], name))
      heldByteCount += file.bytes.count
      if batch.count >= Self.batchCount || heldByteCount >= Self.batchByteCount {
        try flush()
        heldByteCount = 0
      }
    }
    try flush()
    sounds = found.values.sorted { ($0.samples[0], $0.path) < ($1.samples[0], $1.path) }
    silentCount = dataset.samples.count - Set(sounds.flatMap(\.samples)).count
  }

  private static func landmarks(
    of file: TreeFile, _ finder: LandmarkFinder
  ) -> Result<(landmarks: [Landmark], duration: Double), DataError> {
    do {
      let sound = try SoundFile.read(file.bytes, path: file.path)
      return .success((finder.landmarks(of: sound.samples), sound.duration))
    } catch let error as DataError {
      return .failure(error)
    } catch {
      return .failure(DataError(.internalBug, file: file.path, "\(error)"))
    }
  }

  // MARK: - Names

  /// The samples of each name that a file may have.
  private static func names(of dataset: AuditedDataset, takesRecordings: Bool) -> [String: [Int]] {
    var names: [String: [Int]] = [:]
    var recordings: [String: [Int]] = [:]
    for (index, sample) in dataset.samples.enumerated() {
      names[normalized(sample.id), default: []].append(index)
      if takesRecordings { recordings[normalized(sample.recording), default: []].append(index) }
    }
    return names.merging(recordings) { own, _ in own }
  }

  private static func name(ofFile path: String, among names: [String: [Int]]) -> String? {
    guard path.lowercased().hasSuffix(".wav") else { return nil }
    let parts = path.dropLast(4).split(separator: "/").suffix(2)
    // `clip.wav`, and `video/0003.wav`.
    return [parts.suffix(1), parts].map { normalized($0.joined(separator: "/")) }.first { names[$0] != nil }
  }

  /// A name without how its parts are set apart and numbers are filled up: `video[3]`, `video$_$3`, `video_0003` and
  /// `video/3.wav` are one.
  private static func normalized(_ name: String) -> String {
    let base = name.lowercased().hasSuffix(".wav") ? name.dropLast(4) : name[...]
    let parts = base.split { !($0.isLetter || $0.isNumber) }
    return parts.map { part in
      part.allSatisfy { $0.isASCII && $0.isNumber } ? String(part.drop { $0 == "0" }) : String(part)
    }.joined(separator: "/")
  }
}
