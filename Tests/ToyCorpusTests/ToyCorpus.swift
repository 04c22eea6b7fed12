import Corpora
import Digests
import Files
import Foundation
import Options
import Samples
import Text

/// A corpus that no program ships: spoken diaries, text files of ten lines each.
///
/// The first line is the sentiment, and every other line a word: its start and end in seconds, the word, two visual
/// numbers and an acoustic one. It shows what a new corpus takes: this file, and one line in a registry.
struct ToyCorpus: Corpus {
  let name = "Toy diaries"
  let homepage: String? = "https://example.org/diaries"
  let citation: String? = "Nobody: Ten Lines a Day. 2026."
  let license: String? = "CC0-1.0"
  let group = GroupNoun(plural: "diaries", title: "Diary", singular: "diary")
  /// Whether the second visual number is a column: an option that affects bytes.
  var hasSecondVisual = true

  var optionDefinitions: [OptionDefinition<CorpusSettings>] {
    [
      .root(help: "The folder with the diaries."),
      .flag("first-visual-only", record: .members(write: Self.write, read: Self.read), help: "Only the first column.") {
        $0.corpus = ToyCorpus(hasSecondVisual: false)
      },
      .missing(default: defaultMissing, help: "A diary that lacks a modality: left out, or kept and masked."),
    ]
  }

  @Sendable private static func write(_ settings: CorpusSettings, _ members: inout [String: JSONValue]) {
    members["first-visual-only"] = .bool((settings.corpus as? ToyCorpus)?.hasSecondVisual == false)
  }

  @Sendable private static func read(_ settings: inout CorpusSettings, _ config: JSONValue) throws {
    guard let value = config["first-visual-only"]?.boolValue else {
      throw DataError.unknownRecord("first-visual-only")
    }
    settings.corpus = ToyCorpus(hasSecondVisual: !value)
  }

  func find(_ request: CorpusRequest) throws -> any FoundCorpus {
    let root = request.roots[0]
    let names = try Folder.names(in: root).filter { $0.hasSuffix(".txt") }
    var fingerprint = Fingerprint()
    var diaries: [String: Diary] = [:]
    for name in names {
      let text = String(decoding: try InputFile.contents(of: root + "/" + name, limit: 1 << 16), as: UTF8.self)
      fingerprint.update(name)
      fingerprint.update(text)
      diaries[String(name.dropLast(4))] = try Diary(text, path: root + "/" + name)
    }
    var source = try Source(role: "diaries", folder: root, files: names)
    source.fingerprint = fingerprint.hexDigest()
    source.facts = ["entries": .integer(names.count)]
    let columns: [Modality: [Int]] = [.visual: hasSecondVisual ? [0, 1] : [0], .audio: [2], .text: []]
    let features = request.readModalities.map { modality in
      (modality, DiarySequence(path: root, columns: columns[modality] ?? [], diaries: diaries))
    }
    var opened = OpenedCorpus(
      features: Dictionary(uniqueKeysWithValues: features), labels: DiaryLabels(path: root, diaries: diaries),
      sources: [source])
    let words = Set(diaries.values.flatMap { $0.lines.map(\.word) })
    opened.setVectors(HashedWordVectors.vectors(of: words), of: words)
    opened.sourceNames = [.text: HashedWordVectors.version, .visual: "diaries", .audio: "diaries"]
    return opened
  }
}

/// The content of a file.
struct Diary: Sendable {
  let sentiment: Float
  let lines: [(start: Double, end: Double, word: String, values: [Float])]

  init(_ text: String, path: String) throws {
    let rows = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    guard rows.count == 10, let sentiment = rows[0].first.flatMap(Float.init) else {
      throw DataError(.badData, file: path, "\(rows.count) lines", expected: "a sentiment and nine words")
    }
    self.sentiment = sentiment
    lines = try rows.dropFirst().map { row in
      guard row.count == 6, let start = Double(row[0]), let end = Double(row[1]) else {
        throw DataError(.badData, file: path, "\(row.count) cells", expected: "start, end, word and three numbers")
      }
      return (start, end, row[2], row[3...].map { Float($0) ?? .nan })
    }
  }
}

/// Some columns of the diaries, or their words if there are none.
private struct DiarySequence: ModalitySequence {
  let path: String
  let columns: [Int]
  let diaries: [String: Diary]

  var recordings: [String] { diaries.keys.sortedByBytes() }
  var rowCount: Int { diaries.values.reduce(0) { $0 + $1.lines.count } }
  var width: Int { columns.count }
  var isText: Bool { columns.isEmpty }
  func contains(_ recording: String) -> Bool { diaries[recording] != nil }
  func rowCount(of recording: String) -> Int { diaries[recording]?.lines.count ?? 0 }
  func makeReader() -> any SequenceReader { DiaryReader(self) }
}

private final class DiaryReader: SequenceReader {
  private let sequence: DiarySequence
  private var diary: Diary?

  init(_ sequence: DiarySequence) { self.sequence = sequence }

  // The fingerprint of the files is known: see `ToyCorpus.find`.
  var digest: String { "" }

  func open(_ recording: String) throws -> SequenceTimes {
    diary = sequence.diaries[recording]
    let lines = diary?.lines ?? []
    return SequenceTimes(
      intervals: lines.flatMap { [$0.start, $0.end] }, words: sequence.isText ? lines.map(\.word) : nil)
  }

  func readRows(_ body: (UnsafePointer<Float>, Int) throws -> Int) throws {
    let lines = diary?.lines ?? []
    let values = lines.flatMap { line in sequence.columns.map { line.values[$0] } }
    try values.withUnsafeBufferPointer { if let base = $0.baseAddress { _ = try body(base, lines.count) } }
  }
}

private struct DiaryLabels: CorpusLabels {
  let path: String
  let diaries: [String: Diary]

  var columns: LabelColumns { LabelColumns(names: ["sentiment"], sentiment: 0) }
  var recordings: [String] { diaries.keys.sortedByBytes() }
  var rowCount: Int { diaries.count }
  func rowCount(of recording: String) -> Int { diaries[recording] == nil ? 0 : 1 }

  func makeReader() -> (String, inout Fingerprint) throws -> [LabelRow] {
    { recording, fingerprint in
      guard let diary = diaries[recording], let last = diary.lines.last else { return [] }
      fingerprint.update("\(diary.sentiment)")
      let whole = Interval(start: 0, end: last.end)
      return [
        LabelRow(
          segment: LabelledSegment(id: SampleID(recording: recording), interval: whole, labels: [diary.sentiment]))
      ]
    }
  }
}
