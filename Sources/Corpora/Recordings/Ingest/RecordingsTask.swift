import Digests
import Files
import Samples
import Synchronization
import Text
import Workers

/// Reading the media of a corpus of recordings: what is read, and how.
struct RecordingsTask: Sendable {
  let folder: MediaFolder
  let clips: [Clip]
  /// Those of the output.
  let modalities: [Modality]
  /// Whether words are read: for the output, or as what others are aligned to.
  let needsWords: Bool
  /// Rows per second of features without times.
  let rates: [Modality: Double]
  /// The face that is taken from tables with several.
  let face: Int?
  let sound: MediumSound
  /// Whether files of the folder may have rows for the words; not so where other rows or vectors are given for all.
  var readsTexts = true

  /// Decoding takes up to this many times a file's bytes: compressed sound has a tenth of the size.
  private static let expansion = 16
  /// The share of `--memory` that media in work may take.
  private static let memoryShare = 2

  /// Reads every clip and puts rows into a store.
  ///
  /// - Throws: `DataError` when something else than a clip's own files is to blame.
  func run(into store: SequenceStoreWriter, memory: Int, threads: Int, _ progress: any ProgressSink) throws
    -> IngestedRecordings
  {
    let groups = groups
    let state = Mutex(ReadMedium())
    progress.begin("Read", total: clips.count, unit: "clip")
    let queue: WorkQueue<MediumClips>
    do {
      queue = try WorkQueue(
        threadCount: threads, costLimit: max(1, memory / Self.memoryShare),
        state: { ClipWorker(store: store, task: self) }
      ) { group, worker in
        let read = try worker.read(group)
        state.withLock { $0.add(read) }
        progress.advance(by: group.clips.count)
      }
    } catch {
      store.discard()
      throw error
    }
    let added = Result {
      for group in groups { try queue.add(group, cost: try cost(of: group)) }
    }
    do {
      try queue.finish()
      try added.get()
    } catch {
      store.discard()
      throw error
    }
    progress.end()
    return state.withLock { IngestedRecordings($0) }
  }

  private var groups: [MediumClips] {
    let byMedium = Dictionary(grouping: clips.indices) { clips[$0].recording }
    return byMedium.values.sorted { $0[0] < $1[0] }.map { indices in
      MediumClips(medium: clips[indices[0]].medium, clips: indices.map { clips[$0] })
    }
  }

  private func cost(of group: MediumClips) throws -> Int {
    guard let medium = group.medium, modalities.contains(.audio) else { return 0 }
    let (cost, overflow) = try InputFile(path: folder.place(of: medium)).byteCount
      .multipliedReportingOverflow(by: Self.expansion)
    return overflow ? .max : cost
  }

  /// Every word that a file of words or a transcript holds, whatever becomes of its clip.
  ///
  /// - Throws: `DataError` 66 when a file is gone.
  func allWords(_ progress: any ProgressSink) throws -> Set<String> {
    var words: Set<String> = []
    for clip in clips { words.formUnion(SpokenText.separateWords(in: clip.text ?? "")) }
    let files = Set(clips.filter { $0.fault == nil }.compactMap(\.words)).sortedByBytes()
    progress.begin("Words", total: files.count, unit: "file")
    for name in files {
      do {
        let times = try WordTimes.read(folder: folder, name)
        words.formUnion(times.words.map(\.word) + SpokenText.separateWords(in: times.untimed ?? ""))
      } catch let error as DataError where error.code == .badData {
        // Its clips are skipped, which is told where they are read.
      }
      progress.advance(by: 1)
    }
    progress.end()
    return words
  }

  /// XXH3-128 over the names and contents of files of the folder, whatever the threads.
  ///
  /// - Throws: `DataError` 66 when one is gone.
  static func fingerprint(
    of files: [String], in folder: MediaFolder, threads: Int, progress: any ProgressSink
  ) throws -> String {
    var fingerprint = Fingerprint()
    progress.begin("Compare", total: files.count, unit: "file")
    try OrderedWorkers(threadCount: threads).forEach(count: files.count) { index in
      let file = try MappedFile(path: folder.place(of: files[index]))
      var own = Fingerprint()
      withExtendedLifetime(file) { own.update(file.bytes) }
      progress.advance(by: 1)
      return own.hexDigest()
    } consume: { index, digest in
      fingerprint.update(files[index])
      fingerprint.update(digest)
    }
    progress.end()
    return fingerprint.hexDigest()
  }
}

extension ReadMedium {
  /// Adds what another medium gave; the order does not matter.
  fileprivate mutating func add(_ other: ReadMedium) {
    clips.merge(other.clips) { first, _ in first }
    for (modality, names) in other.columns { columns[modality, default: [:]].merge(names) { first, _ in first } }
    tally.add(other.tally)
  }
}

extension IngestedRecordings {
  fileprivate init(_ read: ReadMedium) {
    self.init()
    clips = read.clips
    columns = read.columns.compactMapValues { $0.sortedByBytes(\.key).first?.value }
    tally = read.tally
  }
}
