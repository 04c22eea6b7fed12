import Samples
import Text

/// What the report says about a folder of recordings beyond what it says about every corpus.
struct ClipReport {
  private let found: IngestedRecordings
  private let clips: [Clip]
  private let table: ClipTable
  private let folder: MediaFolder
  private let request: CorpusRequest
  private let published: [Split: Int]

  /// Ids that are listed for a reason.
  private static let listedIDs = 100

  init(
    _ found: IngestedRecordings, clips: [Clip], table: ClipTable, folder: MediaFolder, request: CorpusRequest,
    published: [Split: Int]
  ) {
    self.found = found
    self.clips = clips
    self.table = table
    self.folder = folder
    self.request = request
    self.published = published
  }

  /// The skipped clips with their faults, in the order of the table.
  private var skipped: [(id: String, fault: ClipFault)] {
    clips.compactMap { clip in found.clips[clip.id]?.fault.map { (clip.id, $0) } }
  }

  var json: JSONValue {
    [
      "tables": .array(table.paths.map { .string($0) }), "grouped": .string(table.grouping),
      "skipped": .array(
        skipped.map { id, fault in
          ["id": .string(id), "reason": .string(fault.reason.rawValue), "cause": .string(fault.detail)]
        }),
      "media_without_a_line": .array(table.strays.map { .string($0) }),
      "missing": .object(
        Dictionary(uniqueKeysWithValues: request.readModalities.map { ($0.rawValue, missing($0)) })),
      "counts": found.tally.json,
    ]
  }

  /// The clips that lack a modality, by reason.
  private func missing(_ modality: Modality) -> JSONValue {
    let absent = clips.compactMap { clip in found.clips[clip.id]?.absent[modality].map { (clip.id, $0) } }
    return .array(
      Dictionary(grouping: absent, by: \.1).sorted { $0.key < $1.key }.map { reason, clips in
        [
          "reason": .string(reason), "count": .integer(clips.count),
          "ids": .array(clips.prefix(Self.listedIDs).map { .string($0.0) }),
        ]
      })
  }

  /// What the user should read before using the folder.
  var warnings: [String] {
    var list = table.groupsByNames ? ["Clips are kept together \(table.grouping)."] : []
    if !published.isEmpty, request.needsLabels, request.limit == nil, table.splitCounts != published {
      func text(_ counts: [Split: Int]) -> String {
        Split.allCases.map { "\($0) \((counts[$0] ?? 0).grouped)" }.joined(separator: ", ")
      }
      list.append("The tables list \(text(table.splitCounts)); published are \(text(published)).")
    }
    if let first = skipped.first {
      let count = skipped.count
      list.append(
        "\(count.counted("clip")) \(count.noun("is", plural: "are")) skipped; the first, \(first.id): \(first.fault.detail)"
          + (first.fault.detail.hasSuffix(".") ? "" : "."))
    }
    if let stray = table.strays.first {
      list.append(
        "\(table.strays.count.counted("medium", plural: "media")) without a line in the table, the first \(stray).")
    }
    let texts = found.texts
    if request.modalities.contains(.text), request.glove == nil, request.textFeatures == nil, texts.rows.isEmpty {
      list.append(HashedWordVectors.warning)
    }
    let untold = texts.rows.isEmpty ? [] : found.usable.keys.filter { texts.rows[$0] == nil }.sortedByBytes()
    if let first = untold.first {
      list.append(
        "\(untold.count.counted("clip")) \(untold.count.noun("has", plural: "have")) no text features, the first \(first): no "
          + "text there (mask 0).")
    }
    if !texts.rows.isEmpty, texts.areSentences, request.granularity != .utterance {
      list.append("text: one vector per text: all words of a sample have the same row.")
    }
    for (key, one, several, rest) in Self.warned where found.tally[key] > 0 {
      list.append("\(found.tally[key].counted(one, plural: several)) \(rest)")
    }
    return list
  }

  /// What is worth a warning: the count's key, what is counted in the singular and the plural, and the rest.
  private static let warned: [(key: String, one: String, several: String, rest: String)] = [
    (
      "words.spread_missing", "clip has", "clips have",
      "no word times; the words of the transcript are spread evenly over the clip."
    ),
    ("words.spread_words", "word has", "words have", "no times of its own: spread evenly within a longer stretch."),
    ("sound.none", "video has", "videos have", "no sound: no audio there (mask 0)."),
    ("sound.silent", "clip is", "clips are", "silent: no audio there (mask 0)."),
    ("visual.absent", "clip has", "clips have", "a table without any face or row: no picture there (mask 0)."),
    ("audio.absent", "clip has", "clips have", "a file of audio features without any number: no audio there (mask 0)."),
    ("sound.resampled", "sound is", "sounds are", "not of 16 kHz: resampled."),
    ("sound.mixed_down", "sound has", "sounds have", "several channels: their mean was taken."),
    ("sound.length_mended", "sound has", "sounds have", "a header that gives another length: read to the file's end."),
  ]
}
