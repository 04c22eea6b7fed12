import Corpora
import Text
import Workers

/// Whether the input files are still what was read of them.
struct SourceCheck {
  let input: PreparationInput
  let progress: any ProgressSink

  /// Makes sure, before a folder is sealed, that it was not made of two states of a file.
  ///
  /// Size, times and inode of every input are looked at; only where one was touched is the input read again, from the files
  /// that have the names now.
  /// - Parameter fingerprints: what was read of each input.
  /// - Throws: `DataError` 75 that names a file whose contents changed meanwhile, 66 when one is gone.
  func requireUnchanged(_ fingerprints: [String]) throws {
    let touched = try touchedSources()
    guard let first = touched.first else { return }
    if let grown = touched.first(where: { $0.now.byteCount != $0.before.byteCount }) { throw change(of: grown) }
    let found: [String?]
    do {
      found = try input.reopened().fingerprints(progress: progress)
    } catch let error as DataError where Self.tellsContents(error) {
      throw change(of: first)
    }
    for (index, source) in input.corpus.sources.enumerated() {
      guard index >= found.count || found[index] != fingerprints[index] else { continue }
      throw change(of: touched.first { $0.before.role == source.role } ?? (source, source))
    }
  }

  /// An error, or that of a file that changed while it was read, which then is the reason.
  ///
  /// - Throws: `DataError` 66 when an input is gone.
  func explained(_ error: DataError) throws -> DataError {
    guard Self.tellsContents(error), let touched = try touchedSources().first else { return error }
    return change(of: touched)
  }

  /// Errors that other contents of the input can give.
  private static func tellsContents(_ error: DataError) -> Bool {
    error.code == .badData || error.code == .usage || error.code == .notReady
  }

  private typealias Touched = (before: Source, now: Source)

  /// The inputs whose size, times or inode are others than when they were opened.
  private func touchedSources() throws -> [Touched] {
    zip(input.corpus.sources, try input.corpus.currentSources()).filter { $0.stamp != $1.stamp }.map { ($0, $1) }
  }

  private func change(of touched: Touched) -> DataError {
    let (before, now) = (touched.before.members, touched.now.members)
    let member = Set(before.keys).union(now.keys).filter { before[$0] != now[$0] }.min()
    return DataError(
      .notReady, file: touched.before.path, place: member, "changed while it was read",
      expected: "the same contents from the first to the last byte", advice: "Run again when nothing writes to it.")
  }
}
