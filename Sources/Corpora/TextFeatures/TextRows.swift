import Digests
import Files
import Text

/// Rows of text features in a store: of a sample, or of a whole recording.
struct TextRows: Hashable, Sendable {
  /// Where they begin in the file, in bytes.
  let offset: Int
  let rowCount: Int
  let width: Int
  /// XXH3-128 of the values.
  let digest: String
}

extension TextRows {
  /// `[offset, rows, width, digest]`
  var json: JSONValue { [.integer(offset), .integer(rowCount), .integer(width), .string(digest)] }

  /// Reads what `json` wrote; nil when it is something else.
  init?(json: JSONValue) {
    guard let list = json.elements, list.count == 4, let offset = list[0].count,
      let rowCount = list[1].integer(in: 1...FeatureFile.valueLimit),
      let width = list[2].integer(in: 1...FeatureFile.valueLimit / rowCount), let digest = list[3].text
    else { return nil }
    self.init(offset: offset, rowCount: rowCount, width: width, digest: digest)
  }

  /// XXH3-128 of values.
  static func digest(of values: [Float]) -> String {
    var fingerprint = Fingerprint()
    values.withUnsafeBytes { fingerprint.update($0) }
    return fingerprint.hexDigest()
  }

  /// Makes sure that what was read of a store is what was put there.
  ///
  /// - Throws: `DataError` 65.
  static func check(_ bytes: UnsafeRawBufferPointer, digest: String, of store: InputFile) throws {
    var fingerprint = Fingerprint()
    fingerprint.update(bytes)
    guard fingerprint.hexDigest() == digest else {
      throw DataError(
        .badData, file: store.path, "is damaged", expected: "the features that an earlier run stored",
        advice: "Run again with --overwrite to start over.")
    }
  }
}

extension SequenceStoreWriter {
  /// Appends the rows of a text.
  ///
  /// - Throws: `DataError` 74 when writing fails.
  func append(text values: [Float], width: Int) throws -> TextRows {
    let digest = TextRows.digest(of: values)
    return TextRows(
      offset: try append(untimed: values, digest: digest), rowCount: values.count / width, width: width, digest: digest)
  }
}

/// All rows of text features, by the names of what they are of.
struct TextFeatures: IngestIndex {
  var rows: [String: TextRows] = [:]
  /// `texts.subword`, texts whose tokens were averaged; `words.without_token`; `indices.without_rows`.
  var tally = Tally()

  /// Columns, the same for all.
  var width: Int { rows.values.first?.width ?? 0 }
  /// Whether each text has one row, which is then all of it.
  var areSentences: Bool { rows.values.allSatisfy { $0.rowCount == 1 } }

  init() {}

  var json: JSONValue {
    [
      "rows": .object(
        rows.mapValues(\.json)),
      "tally": tally.json,
    ]
  }

  init?(json: JSONValue) {
    guard let members = json["rows"]?.members, let tally = json["tally"].flatMap(Tally.init(json:)) else { return nil }
    self.tally = tally
    for (name, value) in members {
      guard let own = TextRows(json: value) else { return nil }
      rows[name] = own
    }
  }
}
