import Corpora
import Samples
import Shards
import Text
import Workers

/// The input of a run: a corpus that was found, and the lists that split it.
struct PreparationInput: Sendable {
  let corpus: any FoundCorpus
  /// The fold file's lists, if the split uses one.
  let folds: FoldFile?
  private let configuration: PreparationConfiguration
  private let indexer: CSDIndexer

  /// Finds the input of a configuration.
  ///
  /// - Throws: `DataError` when something is missing, malformed or contradictory, or when needed entries are bad.
  init(_ configuration: PreparationConfiguration, indexer: CSDIndexer) throws {
    self.configuration = configuration
    self.indexer = indexer
    let lists = Result { try Self.readFolds(configuration) }
    // An unreadable fold file is not ignored: `lists` is asked again below, where its error is thrown.
    var request = configuration.request(folds: (try? lists.get()) ?? nil, indexer: indexer)
    request.requireUsable = { _ = try $0.skippedRecordings(configuration, folds: try lists.get()) }
    corpus = try FeaturedCorpus.adding(to: configuration.corpus.find(request), request)
    // Not earlier: if --root is wrong, a fold file in it is missing too, and the corpus's own error says more.
    folds = try lists.get()
    // Whether a folder is up to date does not matter if its input cannot be used.
    _ = try corpus.opened?.skippedRecordings(configuration, folds: folds)
  }

  private static func readFolds(_ configuration: PreparationConfiguration) throws -> FoldFile? {
    guard case .folds(let path) = configuration.split else { return nil }
    return try FoldFile.read(path, hasValid: !configuration.hasNoValid)
  }

  /// The names of the label columns, as the manifest has them; nil where the labels are not open yet.
  var labelNames: [String]? {
    corpus.opened.map { configuration.like?.manifest.labelNames ?? $0.labels.columns.names }
  }

  /// The input as it is now: nothing that was opened before is reused.
  ///
  /// - Throws: as `init`.
  func reopened() throws -> PreparationInput { try PreparationInput(configuration, indexer: indexer) }

  /// Reads everything that a run reads and returns the fingerprint of each source, as a manifest records it.
  ///
  /// - Throws: `DataError` when the input cannot be used.
  func fingerprints(progress: any ProgressSink) throws -> [String?] {
    if let known = try corpus.fingerprints(progress: progress) { return known }
    // Of a corpus that keeps no work a survey reads the same; ready-made features, which do, have fingerprints of their own.
    let opened = try corpus.survey()
    let plan = try PreparationPlan(configuration, corpus: opened, folds: folds)
    let threads = try plan.memoryNeed.workerCount(threads: configuration.threads, memory: configuration.memory)
    var summaries: [BlockSummary] = []
    progress.begin("Compare", total: plan.recordings.count, unit: "recording")
    defer { progress.end() }
    try OrderedWorkers(threadCount: threads).forEach(count: plan.blocks.count, state: { RecordingWorker(plan: plan) }) {
      number, worker -> BlockSummary in
      let block = plan.blocks[number]
      let summary = try worker.prepare(block) { summary, _ in summary }
      progress.advance(by: block.recordings.count)
      return summary
    } consume: { _, summary in
      var digests = BlockSummary()
      digests.fingerprints = summary.fingerprints
      summaries.append(digests)
    }
    return opened.sources.map { $0.fingerprint(in: plan, summaries) }
  }
}

// MARK: - Bad entries

extension OpenedCorpus {
  /// The recordings with a bad entry that the run does without (`--skip-bad-entries`).
  ///
  /// Which recordings take part is known from the ids alone, and is only determined if there is a defect.
  /// - Throws: `DataError` 65 that counts the bad entries that are needed, if the run may not continue without them.
  func skippedRecordings(_ configuration: PreparationConfiguration, folds: FoldFile?) throws -> Set<String> {
    if defects.isEmpty { return [] }
    let candidates = try RecordingSelection(configuration, of: self)
    let divided = try DividedCorpus(candidates.kept, of: self, configuration, folds: folds)
    let needed = Set(divided.recordings.values.joined())
    let bad = defects.filter { needed.contains($0.recording) }
    let recordings = Set(bad.map(\.recording))
    if bad.isEmpty || configuration.skipsBadEntries { return recordings }
    throw EntryDefect.refusal(
      bad, entryCounts: entryCounts, remedy: divided.losesSplit(without: recordings) ? .remove : .skip)
  }

  /// The error for entries that turned out bad when they were read.
  ///
  /// - Parameter defects: at least one.
  func refusal(ofUnreadable defects: [EntryDefect]) -> DataError {
    EntryDefect.refusal(defects, entryCounts: entryCounts, remedy: .skip)
  }
}

extension Sequence<EntryDefect> {
  /// What the report says about entries that the run did without; nil if there are none.
  var json: JSONValue? {
    let defects = Array(self)
    if defects.isEmpty { return nil }
    let entries = defects.prefix(100).map { defect -> JSONValue in
      [
        "file": .string(Source.name(of: defect.file)), "entry": .string(defect.id),
        "problem": .string(defect.problem),
      ]
    }
    return ["count": .integer(defects.count), "entries": .array(entries)]
  }
}
