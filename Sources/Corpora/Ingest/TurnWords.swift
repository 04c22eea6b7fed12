import Digests
import Samples
import Text

/// The words of recordings that are samples, such as the turns of dialogs, in memory.
struct TurnWords: ModalitySequence {
  let path: String
  /// In seconds from the start of the recording.
  let words: [String: [SpokenWord]]

  var recordings: [String] { words.keys.sortedByBytes() }
  var rowCount: Int { words.values.reduce(0) { $0 + $1.count } }
  var width: Int { 0 }
  var isText: Bool { true }

  func contains(_ recording: String) -> Bool { words[recording] != nil }
  func rowCount(of recording: String) -> Int { words[recording]?.count ?? 0 }
  func makeReader() -> any SequenceReader { TurnWordsReader(self) }
}

/// Returns the words of one turn after another.
final class TurnWordsReader: SequenceReader {
  private let source: TurnWords
  private var fingerprint = Fingerprint()

  init(_ source: TurnWords) { self.source = source }

  var digest: String { fingerprint.hexDigest() }

  func open(_ recording: String) throws -> SequenceTimes {
    let words = source.words[recording] ?? []
    let times = SequenceTimes(
      intervals: words.flatMap { [$0.interval.start, $0.interval.end] }, words: words.map(\.word))
    fingerprint = Fingerprint()
    times.intervals.withUnsafeBytes { fingerprint.update($0) }
    for word in words { fingerprint.update(word.word) }
    return times
  }

  func readRows(_ body: (UnsafePointer<Float>, Int) throws -> Int) throws {
    throw DataError(.internalBug, file: source.path, "words are read as numbers")
  }
}
