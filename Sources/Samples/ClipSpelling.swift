/// How the name of a clip is put together: the name of its recording, a separator, and what tells the clips apart.
struct ClipSpelling: Hashable, Sendable {
  /// What tells the clips of one recording apart.
  enum Tail: Hashable, Sendable {
    /// `3`, `003`.
    case number
    /// `12.5`: when the clip begins, in seconds.
    case time
    /// `12.500_15.000`: when it begins and ends, in any unit.
    case times
    /// `clip3`, `utt_03`.
    case markedNumber
    /// Whatever follows a name of eleven characters, as a video site assigns them.
    case anything
  }

  /// The text between the recording and the tail; may be empty before a marked number.
  let separator: String
  let tail: Tail

  /// Every spelling that is tried, the more specific of two that fit equally well first.
  static let all: [ClipSpelling] =
    separators.map { ClipSpelling(separator: $0, tail: .times) }
    + (separators + [""]).map { ClipSpelling(separator: $0, tail: .markedNumber) }
    + separators.map { ClipSpelling(separator: $0, tail: .time) }
    + separators.map { ClipSpelling(separator: $0, tail: .number) } + [ClipSpelling(separator: "", tail: .anything)]

  /// `$_$` is CH-SIMS's and MMSA's.
  private static let separators = [
    "$_$", "_", "-", "/", ".", "#", " ", ":", "@", "|", "~", "+", ";", ",", "=", "&", "\\", "\t", "(",
  ]
  /// What may separate two times.
  private static let between = [UInt8]("_-:~,| ".utf8)
  /// What people call a part of a recording before its number.
  private static let markers = [
    "utterance", "utt", "sentence", "sent", "segment", "seg", "snippet", "clip", "chunk", "part", "turn", "scene",
    "shot", "take", "frame", "index", "idx",
  ]
  /// Extensions, where file names stand for names.
  private static let suffixes = [
    ".mp4", ".avi", ".mkv", ".mov", ".webm", ".wav", ".flac", ".mp3", ".npy", ".npz", ".csv", ".json", ".txt", ".pt",
  ]

  /// The pattern, as a reader would write it.
  var pattern: String {
    let close = separator == "(" ? ")" : ""
    return switch tail {
    case .number: "<recording>\(separator)<number>\(close)"
    case .time: "<recording>\(separator)<time>\(close)"
    case .times: "<recording>\(separator)<start>_<end>\(close)"
    case .markedNumber: "<recording>\(separator)clip<number>\(close)"
    case .anything: "<eleven characters of a video's name><anything>"
    }
  }

  /// A name without the suffix of a media file.
  static func withoutSuffix(_ name: some StringProtocol) -> Substring.UTF8View {
    let name = Substring(name)
    let lowered = name.suffix(6).lowercased()
    guard let suffix = suffixes.first(where: { lowered.hasSuffix($0) && name.utf8.count > $0.utf8.count }) else {
      return name.utf8
    }
    return name.utf8.dropLast(suffix.utf8.count)
  }

  /// How many bytes of `name` name the recording; nil if it is not spelled that way.
  func recordingLength(in name: [UInt8]) -> Int? {
    var bytes = name[...]
    if separator == "(" {
      guard bytes.last == UInt8(ascii: ")") else { return nil }
      bytes.removeLast()
    }
    switch tail {
    case .number:
      let digits = Self.digits(endingAt: bytes)
      guard (1...Self.mostDigits).contains(digits.count), let stem = beforeSeparator(bytes.dropLast(digits.count)),
        !Self.isDate(stem, digits)
      else { return nil }
      return stem.count
    case .time:
      let time = Self.decimal(endingAt: bytes)
      guard time.contains(UInt8(ascii: ".")) else { return nil }
      return beforeSeparator(bytes.dropLast(time.count))?.count
    case .times: return timesLength(in: bytes)
    case .markedNumber: return markedLength(in: bytes)
    case .anything: return Self.videoNameLength(in: bytes)
    }
  }

  // MARK: - Tails

  /// A number with more digits than a time in milliseconds is not a clip's.
  private static let mostDigits = 9

  private func timesLength(in bytes: ArraySlice<UInt8>) -> Int? {
    let end = Self.decimal(endingAt: bytes)
    let beforeEnd = bytes.dropLast(end.count)
    guard !end.isEmpty, let joint = beforeEnd.last, Self.between.contains(joint) else { return nil }
    let start = Self.decimal(endingAt: beforeEnd.dropLast())
    guard !start.isEmpty, start.count <= 2 * Self.mostDigits, end.count <= 2 * Self.mostDigits,
      let first = Self.value(start), let last = Self.value(end), first < last,
      let stem = beforeSeparator(beforeEnd.dropLast(1 + start.count)),
      !Self.isYear(stem) || start.contains(UInt8(ascii: "."))
    else { return nil }
    return stem.count
  }

  private func markedLength(in bytes: ArraySlice<UInt8>) -> Int? {
    let digits = Self.digits(endingAt: bytes)
    guard (1...Self.mostDigits).contains(digits.count) else { return nil }
    var rest = bytes.dropLast(digits.count)
    if let last = rest.last, "_-. #".utf8.contains(last) { rest.removeLast() }
    guard let marker = Self.markers.first(where: { Self.ends(rest, with: $0) }) else { return nil }
    return beforeSeparator(rest.dropLast(marker.utf8.count))?.count
  }

  /// The part before the separator, if there is any.
  private func beforeSeparator(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let count = separator.utf8.count
    guard bytes.count > count, bytes.suffix(count).elementsEqual(separator.utf8) else { return nil }
    return bytes.dropLast(count)
  }

  /// A video site's name has letters of both cases and what follows it begins with no letter and no digit.
  private static func videoNameLength(in bytes: ArraySlice<UInt8>) -> Int? {
    let length = 11
    guard bytes.count > length else { return nil }
    let name = bytes.prefix(length)
    guard name.allSatisfy({ isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }),
      name.contains(where: { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }),
      name.contains(where: { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 }), let next = bytes.dropFirst(length).first,
      !isLetter(next), !isDigit(next)
    else { return nil }
    return length
  }

  // MARK: - Numbers

  private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte }
  private static func isLetter(_ byte: UInt8) -> Bool { UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 }

  private static func digits(endingAt bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    bytes.suffix(bytes.reversed().prefix { isDigit($0) }.count)
  }

  /// `12` or `12.5`, the longest match.
  private static func decimal(endingAt bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = digits(endingAt: bytes)
    let before = bytes.dropLast(digits.count)
    guard !digits.isEmpty, before.last == UInt8(ascii: ".") else { return digits }
    let whole = self.digits(endingAt: before.dropLast())
    return whole.isEmpty ? digits : bytes.suffix(whole.count + 1 + digits.count)
  }

  private static func value(_ decimal: ArraySlice<UInt8>) -> Double? {
    Double(String(decoding: decimal, as: UTF8.self))
  }

  /// Whether a stem and the digits after it are a date: `…2024-01` and `15`.
  private static func isDate(_ stem: ArraySlice<UInt8>, _ digits: ArraySlice<UInt8>) -> Bool {
    guard digits.count == 2, stem.count >= 7 else { return false }
    let month = stem.suffix(2)
    return month.allSatisfy(isDigit) && !isDigit(stem[stem.endIndex - 3]) && isYear(stem.dropLast(3))
  }

  /// Whether it ends with a year of this century or the last.
  private static func isYear(_ bytes: ArraySlice<UInt8>) -> Bool {
    let digits = digits(endingAt: bytes)
    return digits.count == 4 && (digits.starts(with: "19".utf8) || digits.starts(with: "20".utf8))
  }

  private static func ends(_ bytes: ArraySlice<UInt8>, with word: String) -> Bool {
    let word = word.utf8
    return bytes.count >= word.count && zip(bytes.suffix(word.count), word).allSatisfy { $0 | 0x20 == $1 }
  }
}
