import Archives
import Digests
import Samples
import Synchronization
import Text

/// Collects what a pass over a release finds, from any thread and in any order; `result()` does not depend on either.
final class IngestCollector: Sendable {
  private struct State {
    var release = IngestedRelease()
    var transcripts: [String: TranscribedTurn] = [:]
    var aligned: [String: [SpokenWord]] = [:]
    var malformedTimes: Set<String> = []
    var sessions: Set<Int> = []
    /// Those of several roots that contain something of a session.
    var roots: Set<String> = []
    /// The path and digest of each file, by role and what the file is.
    var files: [String: [String: (path: String, digest: String)]] = [:]
    /// The turn that each stream's column names are from.
    var columnTurns: [TurnStream: String] = [:]
    /// Turns that lack a modality because a part of it is malformed.
    var spoilt: [Modality: Set<String>] = [:]
  }

  private let path: String
  /// The names of the trees of ready-made features in messages, by role.
  private let featurePaths: [String: String]
  private let state = Mutex(State())

  /// - Parameter path: the release's name in messages.
  init(path: String, features: [ReadyFeatures] = []) {
    self.path = path
    featurePaths = Dictionary(uniqueKeysWithValues: features.map { ($0.tree.source.role, $0.tree.path) })
  }

  /// Records a file and its digest.
  ///
  /// - Parameter name: what the file is, the same in every form of the tree.
  /// - Throws: `DataError` 65 when two files are the same thing.
  func note(_ file: TreeFile, as name: String, role: String) throws {
    var fingerprint = Fingerprint()
    file.bytes.withUnsafeBytes { fingerprint.update($0) }
    let digest = fingerprint.hexDigest()
    try state.withLock { state in
      if let other = state.files[role, default: [:]].updateValue((file.path, digest), forKey: name) {
        let both = [other.path, file.path].sortedByBytes()
        let features = featurePaths[role]
        throw DataError(
          .badData, file: features ?? path, place: both[0], "occurs a second time, as \(both[1])",
          expected: features == nil ? "each file once" : "one file per turn",
          advice: features == nil ? "Give the folder of one release." : "Keep one of them.")
      }
    }
  }

  /// Records that something of a session is there.
  ///
  /// - Parameter root: the name of the root if there are several.
  func note(session: Int, root: String?) {
    state.withLock { state in
      state.sessions.insert(session)
      if let root { state.roots.insert(root) }
    }
  }

  /// Refuses a release of several roots if one of them contains nothing of it.
  ///
  /// - Throws: `DataError` 66.
  func checkRoots(_ roots: [(name: String, path: String)]) throws {
    let used = state.withLock { $0.roots }
    if let stray = roots.first(where: { !used.contains($0.name) }) {
      throw DataError(
        .inputMissing, file: stray.path, "holds no IEMOCAP session", expected: "a part of the release in each --root",
        advice: "Check the path, or leave it out.")
    }
  }

  /// Adds the labels of a dialog.
  ///
  /// - Throws: `DataError` 65 when a turn belongs to another dialog.
  func add(_ lines: ParsedLines<EmotionTurn>, dialog: String, of file: String) throws {
    if let stray = lines.values.first(where: { $0.id.dialog != dialog }) {
      throw DataError(
        .badData, file: path, place: file, "holds \(stray.id)", expected: "turns of \(dialog) alone",
        advice: "Take the file from the release again.")
    }
    state.withLock { state in
      for turn in lines.values { state.release.emotions[turn.id.text] = turn }
      Self.addBad(lines.bad, count: lines.badCount, "labels", &state)
    }
  }

  /// Adds the transcript of a dialog; lines of other dialogs are skipped.
  func add(_ lines: ParsedLines<TranscribedTurn>, dialog: String) {
    state.withLock { state in
      for turn in lines.values where turn.id.dialog == dialog { state.transcripts[turn.id.text] = turn }
      state.release.tally.add(lines.skipped, to: "transcripts.skipped_lines")
      Self.addBad(lines.bad, count: lines.badCount, "transcripts", &state)
    }
  }

  /// Adds the word times of a turn; malformed ones are skipped and counted.
  func add(_ lines: ParsedLines<SpokenWord>, turn: String) {
    state.withLock { state in
      if lines.badCount > 0 { state.malformedTimes.insert(turn) } else { state.aligned[turn] = lines.values }
      Self.addBad(lines.bad, count: lines.badCount, "words", &state)
    }
  }

  /// Adds the result of the work on a file.
  func add(_ result: TurnFileResult, turn: String) {
    state.withLock { state in
      if let rows = result.rows { state.release.rows[result.stream, default: [:]][turn] = rows }
      if let fault = result.fault { Self.add(fault, result.stream.modality, turn: turn, &state) }
      let first = state.columnTurns[result.stream] ?? turn
      if result.rows != nil, turn <= first {
        state.columnTurns[result.stream] = turn
        state.release.columns[result.stream] = result.columns
      }
      state.release.tally.add(result.tally)
      state.release.badLines += result.badLines
    }
  }

  private static func add(_ fault: TurnFault, _ modality: Modality, turn: String, _ state: inout State) {
    if fault.costsModality { state.spoilt[modality, default: []].insert(turn) }
    // Of several faults (parts of the motion capture) the first by its text.
    let other = state.release.faults[modality]?[turn] ?? fault.kind
    state.release.faults[modality, default: [:]][turn] = min(other, fault.kind)
    let example = FaultExample(turn: turn, detail: fault.detail)
    let first = state.release.faultExamples[modality]?[fault.kind] ?? example
    let isFirst = (example.turn, example.detail) < (first.turn, first.detail)
    state.release.faultExamples[modality, default: [:]][fault.kind] = isFirst ? example : first
  }

  /// Records a file that is where a modality's files are but is not one that is read.
  func note(stray path: String, of modality: Modality) {
    state.withLock { $0.release.strays[modality] = ($0.release.strays[modality] ?? NamedFiles()).adding(path) }
  }

  /// Records the names in a tree of ready-made features.
  func note(_ names: FeatureNames, of modality: Modality) {
    state.withLock {
      $0.release.strays[modality] = names.strays
      $0.release.passedOver[modality] = names.passedOver
    }
  }

  /// Adds the counts of a pass over a tree.
  func add(_ counts: TreeCounts) {
    state.withLock { state in
      if state.release.firstLink == nil { state.release.firstLink = counts.firstLink }
      state.release.tally.add(counts.read, to: "files.read")
      state.release.tally.add(counts.unwanted, to: "files.unwanted")
      state.release.tally.add(counts.hidden, to: "files.hidden")
      state.release.tally.add(counts.unsafe, to: "files.unsafe")
      state.release.tally.add(counts.special, to: "files.special")
      state.release.tally.add(counts.brokenLinks, to: "files.broken_links")
      state.release.tally.add(counts.repeated, to: "files.repeated")
    }
  }

  private static func addBad(_ lines: [BadLine], count: Int, _ kind: String, _ state: inout State) {
    state.release.badLines += lines
    state.release.tally.add(count, to: "\(kind).bad_lines")
  }

  /// Everything, in an order of its own.
  ///
  /// - Throws: `DataError` 66 when there is no session, 65 when one has no labels.
  func result() throws -> IngestedRelease {
    try state.withLock { state in
      try checkSessions(state)
      var release = state.release
      resolveWords(state, &release)
      dropSpoilt(state, &release)
      release.badLines.sort { ($0.file, $0.line) < ($1.file, $1.line) }
      release.badLines = Array(release.badLines.prefix(IngestedRelease.badLineLimit))
      release.fingerprints = state.files.mapValues { files in
        var fingerprint = Fingerprint()
        for (name, file) in files.sortedByBytes(\.key) {
          fingerprint.update(name)
          fingerprint.update(file.digest)
        }
        return fingerprint.hexDigest()
      }
      return release
    }
  }

  private func checkSessions(_ state: State) throws {
    if state.sessions.isEmpty {
      throw DataError(
        .inputMissing, file: path, "holds no IEMOCAP session",
        expected: "the folders Session1 … Session5 with dialog/ and sentences/ in them, at any depth",
        advice: "Give the folder or archive of the release with --root.")
    }
    let labelled = Set(state.release.emotions.values.map(\.id.session))
    if let session = state.sessions.subtracting(labelled).min() {
      throw DataError(
        .badData, file: path, place: "Session\(session)", "has no labels",
        expected: "dialog/EmoEvaluation/<dialog>.txt with the turns' emotions",
        advice: "Complete the session, or remove its folder.")
    }
  }

  /// Words by their times; if those are missing or malformed, the transcript's, spread evenly over the turn.
  private func resolveWords(_ state: State, _ release: inout IngestedRelease) {
    for turn in Set(state.aligned.keys).union(state.transcripts.keys) {
      if let words = state.aligned[turn] {
        release.words[turn] = words
        release.tally.add(1, to: "words.aligned")
      } else if let transcript = state.transcripts[turn] {
        release.words[turn] = transcript.evenlySpokenWords
        release.tally.add(
          1, to: state.malformedTimes.contains(turn) ? "words.spread_malformed" : "words.spread_missing")
      }
    }
  }

  /// A turn with a malformed part continues without that modality.
  private func dropSpoilt(_ state: State, _ release: inout IngestedRelease) {
    for (modality, turns) in state.spoilt {
      for stream in TurnStream.allCases where stream.modality == modality {
        for turn in turns { release.rows[stream]?[turn] = nil }
      }
    }
  }
}
