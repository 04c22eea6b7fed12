import Files
import Samples
import Text

/// The words of a medium with their times, from a file beside it.
public struct WordTimes: Hashable, Sendable {
  /// In the order of the file; seconds from the start of the medium.
  public var words: [SpokenWord]
  /// Words whose own times are missing, so that they share a longer stretch evenly.
  public var spreadCount: Int
  /// What is said, if the file has no time at all; `words` is empty then.
  public var untimed: String?

  init(words: [SpokenWord] = [], spreadCount: Int = 0, untimed: String? = nil) {
    self.words = words
    self.spreadCount = spreadCount
    self.untimed = untimed
  }

  /// The most bytes of a file of words: a day of speech has 10 MB.
  private static let fileLimit = 1 << 26

  /// Reads Whisper's JSON, a TextGrid or a CTM file, told apart by the extension.
  ///
  /// Silences, noises and punctuation are no words (see `SpokenText` and `PauseWords.standard`).
  ///
  /// - Parameter name: the file's name, for its extension, for the lines of a CTM file, and for messages.
  /// - Throws: `DataError` 65 when it is malformed, or its words' times run backward.
  public static func read(_ bytes: [UInt8], name: String) throws -> WordTimes {
    do {
      let file = FileStem(name)
      let times =
        switch file?.kind {
        case "json": try WhisperFile.read(bytes)
        case "textgrid": try TextGridFile.read(bytes)
        case "ctm": try CTMFile.read(bytes, recording: file?.name ?? "")
        default:
          throw DataError(.badData, "is no file of words", expected: "Whisper's .json, a .TextGrid or a .ctm file")
        }
      try times.requireOrder()
      return times
    } catch let error as DataError {
      throw error.inFile(name)
    }
  }

  /// Reads a file of a folder.
  ///
  /// - Throws: also `DataError` 66 when it is gone.
  static func read(folder: MediaFolder, _ path: String) throws -> WordTimes {
    try read(InputFile.contents(of: folder.place(of: path), limit: fileLimit), name: path)
  }

  /// Aligners round their times: words may begin this much before an earlier one, in seconds.
  private static let slack = 0.05

  private func requireOrder() throws {
    for word in words where word.interval.isReversed || !word.interval.isFinite || word.interval.start < -Self.slack {
      throw Self.refusal("\(word.word) is said from \(word.times)", "times that do not end before they begin")
    }
    for (word, next) in zip(words, words.dropFirst()) where next.interval.start < word.interval.start - Self.slack {
      throw Self.refusal(
        "its times run backward: \(word.word) at \(word.times), then \(next.word) at \(next.times)",
        "words in the order in which they are said")
    }
  }

  private static func refusal(_ problem: String, _ expected: String) -> DataError {
    DataError(.badData, problem, expected: expected, advice: "Align the words again.")
  }

  /// Takes a token as its file writes it, with its time.
  mutating func add(_ token: String, _ interval: Interval) {
    if PauseWords.standard.contains(token) { return }
    words += SpokenWord.spread(SpokenText.separateWords(in: token), over: interval)
  }

  /// Takes a text without times of its own that is said in an interval.
  mutating func spread(_ text: String, over interval: Interval) {
    let said = SpokenText.separateWords(in: text)
    words += SpokenWord.spread(said, over: interval)
    spreadCount += said.count
  }
}

extension SpokenWord {
  /// `1.20 to 1.50 s`
  fileprivate var times: String { "\(interval.start.fixed(2)) to \(interval.end.fixed(2)) s" }
}

extension SpokenText {
  /// The words of a text, where ideographs and kana, which are written without blanks, are words of their own.
  static func separateWords(in text: String) -> [String] {
    words(in: text).flatMap { word -> [String] in
      if !word.unicodeScalars.contains(where: isUnspaced) { return [word] }
      var parts: [String] = []
      var isOpen = false
      for scalar in word.unicodeScalars {
        if isUnspaced(scalar) {
          parts.append(String(scalar))
          isOpen = false
        } else if isOpen {
          parts[parts.count - 1].unicodeScalars.append(scalar)
        } else {
          parts.append(String(scalar))
          isOpen = true
        }
      }
      return parts.flatMap { words(in: $0) }
    }
  }

  /// Hiragana, katakana and Chinese characters, by their blocks.
  private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3040...0x30ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xf900...0xfaff, 0x20000...0x3ffff: true
    default: false
    }
  }
}
