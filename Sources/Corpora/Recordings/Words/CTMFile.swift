import Foundation
import Samples
import Text

/// NIST's CTM: `recording channel start duration word [confidence]` on a line, times in seconds; `;;` begins a comment.
enum CTMFile {
  /// Reads the lines of a recording; if none names it and all name the same one, these.
  ///
  /// - Throws: `DataError` 65 without a file name when a line is malformed, or none is the recording's.
  static func read(_ bytes: [UInt8], recording: String) throws -> WordTimes {
    var lines: [(recording: String, interval: Interval, word: String)] = []
    try bytes.withUnsafeBufferPointer { bytes in
      try LineScanner.forEachLine(of: bytes) { number, line in
        var scanner = LineScanner(line)
        if scanner.rest.drop(while: LineScanner.isBlank).starts(with: ";;".utf8) { return }
        let name = String(utf8OrLatin1: scanner.field())
        _ = scanner.field()
        guard let start = scanner.number(), scanner.isAtBreak, let length = scanner.number(), scanner.isAtBreak,
          length >= 0, case let word = scanner.field(), !word.isEmpty
        else {
          throw DataError(
            .badData, place: "line \(number)", "is malformed", expected: "recording, channel, start, duration, word",
            advice: "Write the file again.")
        }
        lines.append((name, Interval(start: start, end: start + length), String(utf8OrLatin1: word)))
      }
    }
    var own = lines.filter { $0.recording == recording }
    if own.isEmpty, Set(lines.map(\.recording)).count <= 1 { own = lines }
    if own.isEmpty {
      throw DataError(
        .badData, "has no line of \(recording)", expected: "its name in the first column",
        advice: "Name the recording as its medium, without the extension.")
    }
    var times = WordTimes()
    // Lines of two channels, or of several recordings, need not be in order.
    for line in own.sorted(by: { ($0.interval.start, $0.interval.end) < ($1.interval.start, $1.interval.end) }) {
      times.add(line.word, line.interval)
    }
    return times
  }
}
