import Digests
import HDF5
import Samples
public import Text

/// What `msa-prep inspect` says about a .csd file.
public enum CSDInspection {
  /// Describes a file: what it calls itself, how much it holds and how, the time it spans, and what is wrong with its
  /// intervals. Features are not read.
  ///
  /// - Throws: as `CSDFile.open`, and `DataError` when intervals cannot be read.
  public static func describe(_ path: String, indexer: CSDIndexer) throws -> JSONValue {
    let file = try CSDFile.open(path, indexer: indexer)
    let times = try CSDTimes(of: file)
    let empty = file.entries.filter { $0.rowCount == 0 }
    let filled = file.entries.filter { $0.rowCount > 0 }
    return [
      "path": .string(path), "kind": "csd", "bytes": .integer(file.file.index.byteCount),
      "root_name": .string(file.rootName), "metadata": .object(file.metadata),
      "entries": .integer(file.entries.count), "recordings": .integer(file.recordings.count),
      "first_entries": list(file.entries.map(\.id), limit: 5), "rows": .integer(file.rowCount),
      "width": .integer(file.width), "type": list(filled.map { "\($0.features.type)" }, limit: 5),
      "interval_type": list(filled.map { "\($0.intervals.type)" }, limit: 5),
      "storage": list(filled.map { name(of: $0.features.storage) }, limit: 5),
      "seconds": times.span, "entries_without_rows": list(empty.map(\.id), limit: 20),
      "problems": .object(times.problems.filter { $0.value > 0 }.mapValues { .integer($0) }),
    ]
  }

  /// The distinct texts in the order of their first appearance; those beyond the limit are counted.
  private static func list(_ texts: [String], limit: Int) -> JSONValue {
    var seen: Set<String> = []
    let different = texts.filter { seen.insert($0).inserted }
    let rest = different.count - limit
    return .array(
      different.prefix(limit).map { .string($0) } + (rest > 0 ? [.string("and \(rest) more")] : []))
  }

  private static func name(of storage: HDF5Storage) -> String {
    switch storage {
    case .contiguous: "contiguous"
    case .chunked(let chunking):
      chunking.filters.isEmpty ? "chunks" : chunking.filters.map(name(of:)).joined(separator: ", ") + " chunks"
    case .scratch: "decoded by libhdf5"
    case .strings: "variable-length strings"
    case .none: "never written"
    }
  }

  private static func name(of filter: HDF5Filter) -> String {
    switch filter {
    case .deflate: "gzip"
    case .shuffle: "shuffle"
    case .fletcher32: "fletcher32"
    case .lzf: "lzf"
    }
  }
}

/// What the intervals of a file look like.
private struct CSDTimes {
  private var start = Double.infinity
  private var end = -Double.infinity
  /// How often each kind of problem occurs, in rows or in entries.
  private(set) var problems: [String: Int] = [:]

  init(of file: CSDFile) throws {
    let reader = HDF5Reader()
    // Only values are wanted here.
    var unused = Fingerprint()
    for entry in file.entries where entry.rowCount > 0 {
      let place = file.place(of: "intervals", in: entry)
      add(try reader.readDoubles(entry.intervals, of: file.file, place: place, fingerprint: &unused))
    }
    problems["entries without rows"] = file.entries.count { $0.rowCount == 0 }
  }

  /// The first start and the last end.
  var span: JSONValue {
    start <= end ? ["start": .number(start), "end": .number(end)] : .null
  }

  private mutating func add(_ times: [Double]) {
    var previous = -Double.infinity
    var isSorted = true
    for row in 0..<times.count / 2 {
      let interval = Interval(start: times[2 * row], end: times[2 * row + 1])
      if !interval.isFinite {
        count("rows with times that are not finite")
        continue
      }
      if interval.isEmpty {
        count("rows of no length")
      } else if interval.isReversed {
        count("rows that end before they start")
      }
      if interval.start < 0 { count("rows that start before 0") }
      if interval.start < previous { isSorted = false }
      previous = interval.start
      start = min(start, interval.start)
      end = max(end, interval.end)
    }
    if !isSorted { count("entries with rows out of order") }
  }

  private mutating func count(_ problem: String) { problems[problem, default: 0] += 1 }
}
