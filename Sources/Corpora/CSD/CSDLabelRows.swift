import Digests
import Files
import HDF5
import Samples

/// The labels of a computational sequence.
struct CSDLabelRows: CorpusLabels {
  let file: CSDFile
  let columns: LabelColumns
  /// How the columns got their names, if that is uncertain.
  let warning: String?

  /// - Parameter names: the user's names for the columns; nil to use the file's.
  /// - Throws: `DataError` 65 when the file holds words, or its columns cannot be told apart; 64 when `names` do not fit.
  init(_ file: CSDFile, names: [String]? = nil) throws {
    self.file = file
    let labels = try CSDLabels(of: file, names: names)
    columns = LabelColumns(names: labels.names, sentiment: labels.sentimentColumn)
    warning = labels.warning
  }

  var path: String { file.path }
  var recordings: [String] { file.recordings }
  var rowCount: Int { file.rowCount }
  func rowCount(of recording: String) -> Int { file.rowCount(of: recording) }

  func makeReader() -> (String, inout Fingerprint) throws -> [LabelRow] {
    let reader = HDF5Reader()
    let buffer = FloatBuffer()
    return { recording, fingerprint in
      var rows: [LabelRow] = []
      for entry in file.entries(of: recording) where entry.rowCount > 0 {
        let times = try reader.readDoubles(
          entry.intervals, of: file.file, place: file.place(of: "intervals", in: entry), fingerprint: &fingerprint)
        try reader.readFloats(
          entry.features, of: file.file, place: file.place(of: "features", in: entry), into: buffer,
          fingerprint: &fingerprint)
        for row in 0..<entry.rowCount {
          let values = UnsafeBufferPointer(start: buffer.base + row * file.width, count: file.width)
          rows.append(
            LabelRow(
              segment: LabelledSegment(
                id: Self.sampleID(entry, row: row),
                interval: Interval(start: times[2 * row], end: times[2 * row + 1]), labels: Array(values))))
        }
      }
      return rows
    }
  }

  /// Row k of `vid` is `vid[k]`; the only row of an entry `vid[k]` is that entry.
  private static func sampleID(_ entry: CSDEntry, row: Int) -> SampleID {
    let id = SampleID(parsing: entry.id)
    if id.segment != nil, entry.rowCount == 1 { return id }
    return SampleID(recording: entry.id, segment: row)
  }
}
