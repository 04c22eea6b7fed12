import Storage
import Workers

/// Whether the input files are still what was read of them.
struct SourceCheck {
  let corpus: any Corpus
  let progress: any ProgressSink

  /// Makes sure, before a folder is sealed, that it was not made of two states of a file.
  ///
  /// Only what was touched since is read again.
  /// - Parameter fingerprints: what was read of each input.
  /// - Throws: `DataError` 75 that names a file whose contents changed meanwhile, 66 when one is gone.
  func requireUnchanged(_ fingerprints: [String]) throws {
    let now = try corpus.currentStamps()
    let touched = now.count != corpus.inputs.count || zip(now, corpus.inputs).contains { $0 != $1.stamp }
    guard touched else { return }
    let found = try corpus.fingerprints(progress: progress)
    guard let changed = corpus.inputs.indices.first(where: { found[$0] != fingerprints[$0] }) else { return }
    throw DataError(
      .notReady, file: corpus.inputs[changed].path, "changed while it was read",
      expected: "the same contents from the first to the last byte", advice: "Run again when nothing writes to it.")
  }
}
