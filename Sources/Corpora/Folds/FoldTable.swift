import Samples
import Tables
import Text

/// A fold list as a table: a row for each recording or for each clip of it, with a column of ids and a column of splits.
///
/// MMSA's `label.csv` is one: `video_id`, `clip_id`, …, `mode`. A split belongs to a whole recording, so a video whose clips
/// are in different splits is refused. Without a header line, two columns are an id and a split.
package struct FoldTable {
  private var rows: [Row] = []

  private struct Row {
    /// What the row names: a recording, or a clip of it.
    let name: String
    /// The recording.
    let id: String
    let split: Split
    let line: Int
  }

  /// Names of columns with ids, without blanks, dashes and underscores; the first that a table has counts.
  static let idColumns = [
    "videoid", "vid", "video", "recordingid", "recording", "groupid", "group", "dialogid", "dialogueid", "dialog",
    "dialogue", "id", "ids", "sampleid", "sample", "utteranceid", "turnid", "segmentid", "filename", "file", "name",
    "key",
    "utterance", "turn", "segment", "speakerid", "speaker", "sessionid", "session",
  ]
  /// Names of columns with splits, in the same way.
  package static let splitColumns = ["mode", "split", "partition", "subset", "set", "fold"]

  /// Reads a table; nil if the text is not a table.
  ///
  /// - Throws: `DataError` 65, without the file, when it is a table that cannot be used.
  init?(_ bytes: [UInt8]) throws {
    guard Self.mayBeTable(bytes) else { return nil }
    var text = try DelimitedText(bytes)
    guard let first = try text.next(), first.cells.count > 1 else { return nil }
    let header = first.cells.map { Self.plain(String(decoding: $0, as: UTF8.self)) }
    let candidates = Self.splitColumns.compactMap(header.firstIndex)
    guard let column = Self.idColumns.lazy.compactMap(header.firstIndex).first else {
      if !candidates.isEmpty { throw Self.missing("ids", "video_id or id", in: first) }
      guard let rows = try Self.rows(withoutHeader: bytes) else { return nil }
      self.rows = rows
      return
    }
    if candidates.isEmpty {
      throw Self.missing(
        "splits", "split, mode, fold, partition, subset or set with train, valid and test in it", in: first)
    }
    while let record = try text.next() {
      try Self.check(record, width: header.count)
      guard let split = try Self.split(of: record, candidates, names: header) else { continue }
      try Self.append(record.text(column), split, line: record.line, to: &rows)
    }
  }

  private static func rows(withoutHeader bytes: [UInt8]) throws -> [Row]? {
    var text = try DelimitedText(bytes)
    var rows: [Row] = []
    while let record = try text.next() {
      guard record.cells.count == 2 else { return nil }
      let cells = try [record.text(0), record.text(1)]
      guard let column = cells.firstIndex(where: { word($0) != nil }), let split = word(cells[column]) else {
        return nil
      }
      try append(cells[1 - column], split, line: record.line, to: &rows)
    }
    return rows
  }

  private static func missing(_ what: String, _ expected: String, in header: DelimitedText.Record) -> DataError {
    let names = header.cells.prefix(12).map { String(decoding: $0, as: UTF8.self) }
    return DataError(
      .badData, place: "line \(header.line)", "has no column of \(what) (\(names.joined(separator: ", ")))",
      expected: "a column \(expected)", advice: "Name the columns on the first line.")
  }

  /// A table does not begin as Python or JSON does.
  private static func mayBeTable(_ bytes: [UInt8]) -> Bool {
    let line = bytes.drop(while: FoldFile.isBlank).prefix { $0 != UInt8(ascii: "\n") }
    let isCode = line.first.map { "{[#".utf8.contains($0) } ?? true
    return !isCode && !line.contains(UInt8(ascii: "="))
  }

  /// A name without the parts that vary in spelling: `Video ID`, `video_id`, `videoId`.
  package static func plain(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

  private static func check(_ record: DelimitedText.Record, width: Int) throws {
    if record.cells.count == width { return }
    throw DataError(
      .badData, place: "line \(record.line)", "\(record.cells.count) cells", expected: "\(width) as on the first line")
  }

  /// The split of a row; nil if it has none. Several columns that say it must agree.
  private static func split(
    of record: DelimitedText.Record, _ columns: [Int], names: [String]
  ) throws -> Split? {
    let cells = try columns.map { try record.text($0) }
    let splits = cells.map { word($0) }
    if let first = splits.firstIndex(where: { $0 != nil }) {
      if let other = splits.firstIndex(where: { $0 != nil && $0 != splits[first] }) {
        throw DataError(
          .badData, place: "line \(record.line)",
          "\(names[columns[first]]) is \(cells[first]), but \(names[columns[other]]) is \(cells[other])",
          expected: "one split per row", advice: "Remove one of the two columns.")
      }
      return splits[first]
    }
    guard let odd = cells.firstIndex(where: { !$0.isEmpty }) else { return nil }
    throw DataError(
      .badData, place: "line \(record.line)", "\"\(cells[odd])\" names no split", expected: "train, valid or test",
      advice: "Leave the cell empty in rows that belong to no split.")
  }

  /// The split that a whole cell names.
  private static func word(_ cell: String) -> Split? { Split(named: cell) }

  private static func append(_ id: String, _ split: Split, line: Int, to rows: inout [Row]) throws {
    if id.isEmpty {
      throw DataError(.badData, place: "line \(line)", "a row of \(split) without an id", expected: "an id in each row")
    }
    if rows.count >= FoldFile.idLimit {
      throw DataError(.badData, "more than \(FoldFile.idLimit) rows", expected: "a row for each clip")
    }
    rows.append(Row(name: id, id: recording(of: id), split: split, line: line))
  }

  /// The recording of a clip: MMSA joins a video and the number of its clip by `$_$`, the CMU SDK writes `video[3]`.
  private static func recording(of id: String) -> String {
    guard let mark = id.firstRange(of: "$_$"), mark.lowerBound > id.startIndex,
      id[mark.upperBound...].allSatisfy(\.isNumber)
    else { return SampleID.recording(of: id) }
    return String(id[..<mark.lowerBound])
  }

  /// One list per split, with each id once, in the order of the rows.
  ///
  /// - Parameter allowsRepeats: whether a recording may have rows in several splits; the lists then name what the rows name,
  ///   recordings or clips.
  /// - Throws: `DataError` 65, without the file, when a recording has rows in two splits.
  func lists(allowsRepeats: Bool) throws -> [NamedList] {
    var ids: [Split: [String]] = [:]
    var first: [String: [Split: Int]] = [:]
    for row in rows {
      let name = allowsRepeats ? row.name : row.id
      let known = first[name] ?? [:]
      if known[row.split] != nil { continue }
      if let other = known.min(by: { $0.value < $1.value }), !allowsRepeats {
        throw DataError(
          .badData, place: row.id,
          "has rows in \(other.key) (line \(other.value)) and in \(row.split) (line \(row.line)), which id-overlap forbids",
          expected: "all clips of a recording in one split",
          advice: "A model would know the recording it is tested on: divide by recording, e.g. with --ratios.")
      }
      first[name, default: [:]][row.split] = row.line
      ids[row.split, default: []].append(name)
    }
    return Split.allCases.compactMap { split in
      ids[split].map { NamedList(name: split.rawValue, place: nil, ids: $0) }
    }
  }
}
