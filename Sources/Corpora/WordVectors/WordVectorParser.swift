import Text

/// Takes a word-vector file line by line and keeps the vectors of wanted words.
///
/// A line is `token number number …`. A token may contain blanks (`. . .` in GloVe's 840B file), so the numbers are
/// counted from the right. Lines of other words cost one look-up of their first part.
struct WordVectorParser {
  /// Numbers in a vector; nil until the first line came.
  private(set) var width: Int?
  /// The kept vectors, concatenated.
  private(set) var values: [Float] = []
  private var lineNumber = 0
  private let wanted: ByteTable
  /// Row of each wanted word, by its number in `wanted`; −1 until it is found.
  private var rows: [Int]
  /// First parts of all wanted words: `wanted` itself if none contains a blank.
  private let firstParts: ByteTable

  /// The most numbers in a vector: the largest public ones have 1,024, a BERT layer 4,096.
  private static let widthLimit = 1 << 16

  /// - Parameter wanted: words as spelled in the file.
  init(wanted words: [String]) {
    wanted = ByteTable(words.map { Array($0.utf8) })
    firstParts = ByteTable(words.map { Array($0.utf8.prefix { !LineScanner.isBlank($0) }) })
    rows = [Int](repeating: -1, count: wanted.count)
  }

  /// The row of a wanted word; nil if the file lacks it.
  func row(of word: String) -> Int? {
    let row = Array(word.utf8).withUnsafeBufferPointer { wanted.index(of: $0) }.map { rows[$0] }
    return row == -1 ? nil : row
  }

  /// The rows of wanted words; nil if the file lacks one of them.
  func rows(of words: [String]) -> [Int]? {
    let rows = words.compactMap { row(of: $0) }
    return rows.count == words.count ? rows : nil
  }

  /// Takes the next line.
  mutating func line(_ bytes: UnsafeBufferPointer<UInt8>) throws {
    lineNumber += 1
    let isMarked = lineNumber == 1 && bytes.starts(with: ByteOrderMark.utf8)
    let line = Self.trimmed(isMarked ? UnsafeBufferPointer(rebasing: bytes.dropFirst(3)) : bytes)
    if line.isEmpty { return }
    guard let width else { return try firstLine(line) }
    let end = line.firstIndex(where: LineScanner.isBlank) ?? line.count
    if firstParts.index(of: UnsafeBufferPointer(rebasing: line[..<end])) != nil { try keep(line, width: width) }
  }

  /// The first line gives the width: all its fields but one, or fewer if its token turns out to have several parts.
  private mutating func firstLine(_ line: UnsafeBufferPointer<UInt8>) throws {
    let fields = line.split(whereSeparator: LineScanner.isBlank)
    if fields.count == 2, let count = Self.integer(fields[0]), count >= 0, let width = Self.integer(fields[1]) {
      self.width = try checkedWidth(width)
      return
    }
    let numbers = fields.dropFirst().reversed().prefix { Self.number($0) != nil }
    let width = try checkedWidth(numbers.count)
    self.width = width
    try keep(line, width: width)
  }

  private func checkedWidth(_ width: Int) throws -> Int {
    if !(1...Self.widthLimit ~= width) {
      throw failure("\(width) numbers", expected: "a word and 1 to \(Self.widthLimit) numbers")
    }
    return width
  }

  /// Keeps the vector of a line whose first part is wanted, if its whole token is.
  private mutating func keep(_ line: UnsafeBufferPointer<UInt8>, width: Int) throws {
    let fields = line.split(whereSeparator: LineScanner.isBlank)
    if fields.count <= width { throw widthFailure(fields.count - 1, width) }
    let partCount = fields.count - width
    // From the start of the first part to the end of the last: blanks inside a token belong to it.
    let token = UnsafeBufferPointer(rebasing: line[..<fields[partCount - 1].endIndex])
    guard let index = wanted.index(of: token) else {
      // A token of several parts, or a line with too many numbers?
      let spare = fields[1..<partCount]
      if !spare.isEmpty, spare.allSatisfy({ Self.number($0) != nil }) { throw widthFailure(fields.count - 1, width) }
      return
    }
    if rows[index] >= 0 { return }
    rows[index] = values.count / width
    for (offset, field) in fields[partCount...].enumerated() {
      guard let number = Self.number(field) else {
        let text = String(decoding: field.prefix(20), as: UTF8.self)
        throw failure("number \(offset + 1) is \"\(text)\"", expected: "a finite number")
      }
      values.append(number)
    }
  }

  private func widthFailure(_ found: Int, _ width: Int) -> DataError {
    failure("\(found) numbers", expected: "\(width) as on the first line")
  }

  private func failure(_ problem: String, expected: String) -> DataError {
    DataError(
      .badData, place: "line \(lineNumber)", problem, expected: expected,
      advice: "Download the file again, or give --glove a file in GloVe's text format.")
  }

  private static func number(_ field: Slice<UnsafeBufferPointer<UInt8>>) -> Float? {
    var scanner = LineScanner(UnsafeBufferPointer(rebasing: field))
    guard let value = scanner.float(), scanner.isAtEnd else { return nil }
    return value
  }

  private static func integer(_ field: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    Int(String(decoding: field, as: UTF8.self))
  }

  private static func trimmed(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    var start = 0
    var end = bytes.count
    while end > 0, LineScanner.isBlank(bytes[end - 1]) { end -= 1 }
    while start < end, LineScanner.isBlank(bytes[start]) { start += 1 }
    return UnsafeBufferPointer(rebasing: bytes[start..<end])
  }
}
