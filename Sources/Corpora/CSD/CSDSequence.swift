import Digests
public import Files
import HDF5
public import Samples
import TensorCore

extension CSDFile: ModalitySequence {
  /// Rows of a recording, over all its entries; 0 if the file lacks it.
  public func rowCount(of recording: String) -> Int { entries(of: recording).reduce(0) { $0 + $1.rowCount } }

  /// A reader for one thread.
  public func makeReader() -> any SequenceReader { CSDSequenceReader(self) }
}

/// Values of single entries; none of it goes into a fingerprint.
extension CSDFile {
  /// The intervals of entries' rows, concatenated.
  ///
  /// - Throws: `DataError` when they cannot be read.
  public func intervals(of entries: [CSDEntry]) throws -> [Interval] {
    let reader = HDF5Reader()
    var unused = Fingerprint()
    return try entries.flatMap { entry in
      let times = try reader.readDoubles(
        entry.intervals, of: file, place: place(of: "intervals", in: entry), fingerprint: &unused)
      return (0..<times.count / 2).map { Interval(start: times[2 * $0], end: times[2 * $0 + 1]) }
    }
  }

  /// The features of entries, concatenated: [rows of all, width].
  ///
  /// - Throws: `DataError` when they cannot be read.
  public func values(of entries: [CSDEntry]) throws -> FixedFloats {
    let reader = HDF5Reader()
    let part = FloatBuffer()
    var unused = Fingerprint()
    return try FixedFloats(count: entries.reduce(0) { $0 + $1.rowCount } * width) { output in
      var row = 0
      for entry in entries {
        try reader.readFloats(
          entry.features, of: file, place: place(of: "features", in: entry), into: part, fingerprint: &unused)
        let count = entry.rowCount * width
        output.part(from: row * width, count: count).take(UnsafeBufferPointer(part.values.part(from: 0, count: count)))
        row += entry.rowCount
      }
    }
  }

  /// The words of entries, concatenated.
  ///
  /// - Throws: `DataError` when they cannot be read.
  public func words(of entries: [CSDEntry]) throws -> [String] {
    let reader = HDF5Reader()
    var unused = Fingerprint()
    return try entries.flatMap {
      try reader.readStrings($0.features, of: file, place: place(of: "features", in: $0), fingerprint: &unused)
    }
  }
}

/// Reads a computational sequence: the entries of a recording, one after the other.
final class CSDSequenceReader: SequenceReader {
  private let file: CSDFile
  private let reader = HDF5Reader()
  /// Rows of the current recording, [rows, width].
  private let matrix = FloatBuffer()
  /// One entry's rows, if a recording has several.
  private let part = FloatBuffer()
  private var entries: [CSDEntry] = []
  private var fingerprint = Fingerprint()

  init(_ file: CSDFile) { self.file = file }

  var digest: String { fingerprint.hexDigest() }

  func open(_ recording: String) throws -> SequenceTimes {
    entries = file.entries(of: recording).filter { $0.rowCount > 0 }
    fingerprint = Fingerprint()
    var times = SequenceTimes()
    times.intervals.reserveCapacity(2 * entries.reduce(0) { $0 + $1.rowCount })
    for entry in entries {
      times.intervals += try reader.readDoubles(
        entry.intervals, of: file.file, place: file.place(of: "intervals", in: entry), fingerprint: &fingerprint)
    }
    if entries.contains(where: \.isText) {
      times.words = try entries.flatMap {
        try reader.readStrings(
          $0.features, of: file.file, place: file.place(of: "features", in: $0), fingerprint: &fingerprint)
      }
    }
    return times
  }

  func readRows(_ body: (UnsafePointer<Float>, Int) throws -> Int) throws {
    if entries.count == 1, HDF5Reader.canReadThroughWindow(entries[0].features) {
      try readThroughWindow(entries[0], body)
    } else if entries.count == 1 {
      try withoutActuallyEscaping(body) { body in
        try read(entries[0], into: matrix) { [matrix] in _ = try body(matrix.base, $0) }
      }
    } else {
      try readParts()
      _ = try body(matrix.base, entries.reduce(0) { $0 + $1.rowCount })
    }
  }

  private func read(_ entry: CSDEntry, into buffer: FloatBuffer, onRows: ((Int) throws -> Void)? = nil) throws {
    try reader.readFloats(
      entry.features, of: file.file, place: file.place(of: "features", in: entry), into: buffer,
      fingerprint: &fingerprint, onRows: onRows)
  }

  /// The rows pass through the cache.
  private func readThroughWindow(_ entry: CSDEntry, _ body: (UnsafePointer<Float>, Int) throws -> Int) throws {
    let width = file.width
    try reader.readThroughWindow(
      entry.features, of: file.file, place: file.place(of: "features", in: entry), buffer: part,
      fingerprint: &fingerprint
    ) { window in
      // Rows are counted from the first of the recording; no row before the window is touched.
      try body(window.values - window.rows.lowerBound * width, window.rows.upperBound)
    }
  }

  private func readParts() throws {
    matrix.reserve(entries.reduce(0) { $0 + $1.rowCount } * file.width)
    var row = 0
    for entry in entries {
      try read(entry, into: part)
      (matrix.base + row * file.width).update(from: part.base, count: entry.rowCount * file.width)
      row += entry.rowCount
    }
  }
}
