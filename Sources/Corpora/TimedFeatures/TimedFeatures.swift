import Digests
import Files
import HDF5
import Samples
import Text
import Workers

/// All rows of ready-made features of a modality, by the names of what they are of.
struct TimedFeatures: IngestIndex {
  var rows: [String: StoredRows] = [:]
  /// The names of the columns; empty if the files have none.
  var columns: [String] = []
  /// Files without a row, without a number, and with faces: `empty`, `blank`, `with_faces`.
  var tally = Tally()

  init() {}

  var json: JSONValue {
    [
      "rows": .object(rows.mapValues(\.json)), "columns": .array(columns.map { .string($0) }), "tally": tally.json,
    ]
  }

  init?(json: JSONValue) {
    guard let members = json["rows"]?.members, let columns = json["columns"]?.elements?.compactMap(\.text),
      let tally = json["tally"].flatMap(Tally.init(json:))
    else { return nil }
    (self.columns, self.tally) = (columns, tally)
    for (name, value) in members {
      guard let own = StoredRows(json: value) else { return nil }
      rows[name] = own
    }
  }

  /// XXH3-128 over the names and rows, whatever the form and order of the files.
  var fingerprint: String {
    var fingerprint = Fingerprint()
    for (name, rows) in rows.sortedByBytes(\.key) {
      fingerprint.update(name)
      fingerprint.update("\(rows.rowCount) \(rows.width) \(rows.digest)")
    }
    return fingerprint.hexDigest()
  }
}

extension FeatureFiles {
  /// Reads everything.
  ///
  /// - Throws: `DataError` 65 that names the file at fault, 64 when `--face` chooses among faces that no table has.
  func read(into store: SequenceStoreWriter, indexer: HDF5Indexer, _ progress: any ProgressSink) throws -> TimedFeatures
  {
    var found = TimedFeatures()
    var first: (name: String, place: String, width: Int)?
    var namesOfColumns: (name: String, columns: [String])?
    progress.begin(modality == .audio ? "Audio" : "Visual", total: source.members.count, unit: "file")
    try forEach(indexer) { name, place, file in
      progress.advance(by: 1)
      if file.hasFaces { found.tally.add(1, to: "with_faces") }
      guard file.rowCount > 0 else { return found.tally.add(1, to: "empty") }
      guard file.values.contains(where: \.isFinite) else { return found.tally.add(1, to: "blank") }
      if let first, first.width != file.width {
        throw DataError(
          .badData, place: place, "\(file.width) columns", expected: "\(first.width) as \(first.place) has",
          advice: "Make all features with one extractor.")
      }
      first = first ?? (name, place, file.width)
      if let columns = file.names, name.precedesInBytes(namesOfColumns?.name ?? name + "x") {
        namesOfColumns = (name, columns)
      }
      if found.rows.updateValue(try store.append(file, rate: rate), forKey: name) != nil {
        throw DataError(
          .badData, "\(name) occurs a second time", expected: "one file for a name", advice: "Keep one of them.")
      }
    }
    progress.end()
    found.columns = namesOfColumns?.columns ?? []
    if let face, found.tally["with_faces"] == 0 {
      throw DataError(
        .usage, file: path, "--face \(face) is given, but no table has a column face_id", advice: "Leave --face out.")
    }
    guard !found.rows.isEmpty else {
      throw DataError(
        .badData, file: path, "has no \(modality) features", expected: "files named after recordings or samples",
        advice: "Call them <video>.npy, .csv or .mat, or <video>[k].npy for single samples.")
    }
    return found
  }
}
