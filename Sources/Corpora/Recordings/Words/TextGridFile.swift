import Foundation
import Samples
import Text

/// Praat's TextGrid, in its long or short form, in UTF-8 or, as Praat writes other letters than English ones, UTF-16.
///
/// Praat reads only free-standing strings, numbers and flags; whatever else is there is for people. So does this, which
/// makes the two forms one: "ooTextFile" "TextGrid", start, end, `<exists>`, number of tiers, and for each tier its class,
/// name, start, end and entries.
enum TextGridFile {
  /// The words of the first tier of intervals called `words` or `word`, in any case.
  ///
  /// - Throws: `DataError` 65 without a file name.
  static func read(_ bytes: [UInt8]) throws -> WordTimes {
    var values = Values(try scalars(of: bytes))
    guard try values.text().hasPrefix("ooTextFile"), try values.text() == "TextGrid" else {
      throw refusal("is no TextGrid", "ooTextFile and TextGrid in its first lines")
    }
    _ = try (values.number(), values.number())
    guard try values.flag() == "exists" else { throw refusal("has no tiers", "a tier called words") }
    var names: [String] = []
    for _ in 0..<(try values.count()) {
      let kind = try values.text()
      let name = try values.text()
      _ = try (values.number(), values.number())
      let count = try values.count()
      guard kind == "IntervalTier" || kind == "TextTier" else {
        throw refusal("has a tier of class \(kind)", "IntervalTier or TextTier")
      }
      let isWanted = kind == "IntervalTier" && ["words", "word"].contains(name.lowercased())
      var times = WordTimes()
      for _ in 0..<count {
        let start = try values.number()
        let end = kind == "IntervalTier" ? try values.number() : start
        let text = try values.text()
        if isWanted { times.add(text.composed, Interval(start: start, end: end)) }
      }
      if isWanted { return times }
      names.append(name)
    }
    throw refusal(
      "has no tier called words (\(names.isEmpty ? "no tier at all" : names.prefix(4).joined(separator: ", ")))",
      "a tier of intervals called words")
  }

  private static func scalars(of bytes: [UInt8]) throws -> [Unicode.Scalar] {
    let isBig = bytes.starts(with: [0xfe, 0xff])
    if isBig || bytes.starts(with: [0xff, 0xfe]) {
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map { index in
        let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
        return isBig ? first << 8 | second : second << 8 | first
      }
      guard bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
        throw refusal("is not UTF-16 throughout", "UTF-8 or UTF-16")
      }
      return Array(text.unicodeScalars)
    }
    let body = bytes.starts(with: ByteOrderMark.utf8) ? bytes[ByteOrderMark.utf8.count...] : bytes[...]
    guard let text = String(validating: body, as: UTF8.self) else {
      throw refusal("is neither UTF-8 nor UTF-16", "a text in one of them")
    }
    return Array(text.unicodeScalars)
  }

  fileprivate static func refusal(_ problem: String, _ expected: String) -> DataError {
    DataError(.badData, problem, expected: expected, advice: "Save it again with Praat.")
  }
}

/// The free-standing values of a text file of Praat's.
private struct Values {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var line = 1

  init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private enum Value {
    case text(String)
    case number(Double)
    case flag(String)
  }

  mutating func text() throws -> String {
    if case .text(let text) = try next() { return text }
    throw here("is no text in quotes")
  }

  mutating func number() throws -> Double {
    if case .number(let number) = try next() { return number }
    throw here("is no number")
  }

  mutating func flag() throws -> String {
    if case .flag(let flag) = try next() { return flag }
    throw here("is no flag")
  }

  /// A number of things that follow; not more than the file could hold.
  mutating func count() throws -> Int {
    let value = try number()
    guard let count = Int(exactly: value), 0...scalars.count ~= count else {
      throw here("\(value) is no number of entries")
    }
    return count
  }

  private func here(_ problem: String) -> DataError {
    var error = TextGridFile.refusal(problem, "a TextGrid as Praat writes it")
    error.place = "line \(line)"
    return error
  }

  private mutating func next() throws -> Value {
    while position < scalars.count {
      let scalar = scalars[position]
      if isBlank(scalar) {
        if scalar == "\n" { line += 1 }
        position += 1
      } else if scalar == "\"" {
        return .text(try quoted())
      } else if scalar == "!" {
        while position < scalars.count, scalars[position] != "\n" { position += 1 }
      } else {
        let start = position
        while position < scalars.count, !isBlank(scalars[position]) { position += 1 }
        if let value = value(scalars[start..<position]) { return value }
      }
    }
    throw here("ends early")
  }

  /// A word that stands free; nil for one that is for people, such as `xmin` or `[1]:`.
  private func value(_ word: ArraySlice<Unicode.Scalar>) -> Value? {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: word)
    if word.first == "<", word.last == ">", word.count > 2 { return .flag(String(String(text).dropFirst().dropLast())) }
    guard let first = word.first, "0"..."9" ~= first || first == "-" || first == "+" else { return nil }
    guard let number = Double(String(text)), number.isFinite else { return nil }
    return .number(number)
  }

  private mutating func quoted() throws -> String {
    var text = String.UnicodeScalarView()
    position += 1
    while position < scalars.count {
      let scalar = scalars[position]
      position += 1
      if scalar == "\"" {
        guard position < scalars.count, scalars[position] == "\"" else { return String(text) }
        position += 1
      }
      if scalar == "\n" { line += 1 }
      text.append(scalar)
    }
    throw here("a quote is not closed")
  }

  private func isBlank(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r"
  }
}
