import Corpora
import Text
import Workers

/// Whether the input files still have the contents that were read.
struct SourceCheck {
  let input: PreparationInput
  let progress: any ProgressSink

  /// Makes sure, before a folder is sealed, that it was not made from two states of a file.
  ///
  /// Size, times and inode of every input are looked at; only if one was touched is the input read again, from the
  /// files that now have the names.
  /// - Parameter fingerprints: of each input, as it was read.
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

  /// An error, or that of a file that changed while it was read, if that is the cause.
  ///
  /// - Throws: `DataError` 66 when an input is gone.
  func explained(_ error: DataError) throws -> DataError {
    guard Self.tellsContents(error), let touched = try touchedSources().first else { return error }
    return change(of: touched)
  }

  /// Errors that changed contents of the input can cause.
  private static func tellsContents(_ error: DataError) -> Bool {
    error.code == .badData || error.code == .usage || error.code == .notReady
  }

  private typealias Touched = (before: Source, now: Source)

  /// The inputs whose size, times or inode differ from when they were opened.
  private func touchedSources() throws -> [Touched] {
    zip(input.corpus.sources, try input.corpus.currentSources()).filter { $0.stamp != $1.stamp }.map { ($0, $1) }
  }

  private func change(of touched: Touched) -> DataError {
    let (before, now) = (touched.before.members, touched.now.members)
    let member = Set(before.keys).union(now.keys).filter { before[$0] != now[$0] }.min()
    return DataError(
      .notReady, file: touched.before.path, place: member, "changed while it was read",
      expected: "the same contents from the first byte to the last", advice: "Run again when nothing writes to it.")
  }
}
