import Digests
import Files
import HDF5
import Text

/// What label columns without usable names are taken for, and why.
struct LabelColumnGuess {
  let names: [String]
  /// Nil if the file is one that the CMU SDK offers, whose only column needs no name.
  let warning: String?

  /// - Parameter found: the contents of `dimension names`, which do not fit.
  /// - Throws: `DataError` 65 when the columns cannot be told apart, or their values cannot be read.
  init(_ file: CSDFile, found: [String]) throws {
    let width = file.width
    let name = Folder.name(of: file.path)
    let shown = found.prefix(8).joined(separator: ", ") + (found.count > 8 ? ", …" : "")
    let problem =
      found.isEmpty
      ? "has no names for its \(width.counted("label column")) (\"dimension names\")"
      : found.count == width
        ? "repeats or leaves out a name among its \"dimension names\" (\(shown))"
        : "has \(found.count) \"dimension names\" (\(shown)) for \(width.counted("label column"))"
    guard let (names, reason) = try Self.names(of: file, found: found) else {
      throw DataError(
        .badData, file: file.path, place: file.rootName, problem,
        expected: "a name for each, or one of the forms of CMU-MOSEI and CMU-MOSI",
        advice:
          "Name them with --label-names, e.g. --label-names \(Self.example(width)), or give another file with --labels."
      )
    }
    self.names = names
    let isKnown = width == 1 && found.isEmpty && Self.knownRootNames.contains(file.rootName)
    warning =
      isKnown
      ? nil
      : "\(name) \(problem); \(width == 1 ? "it is" : "they are") taken as \(names.joined(separator: ", ")), \(reason). "
        + "Name them with --label-names if that is wrong."
  }

  /// Root names of the CMU SDK's files with the sentiment as their only column.
  private static let knownRootNames: Set<String> = ["Opinion Segment Labels", "Sentiment Labels"]

  private static func example(_ width: Int) -> String {
    (CSDLabels.mosei + (0..<width).map { "label_\($0)" }).prefix(max(1, min(width, 8))).joined(separator: ",")
  }

  private static func names(of file: CSDFile, found: [String]) throws -> (names: [String], reason: String)? {
    let emotions = Array(CSDLabels.mosei.dropFirst())
    switch file.width {
    case 1: return ([CSDLabels.sentiment], "the only column")
    case emotions.count where file.rootName.lowercased().contains("emotion"):
      if try !LabelRanges(of: file).negativeColumns.isEmpty { return nil }
      return (emotions, "as in CMU-MOSEI's file of emotions")
    case CSDLabels.mosei.count:
      let negative = try LabelRanges(of: file).negativeColumns
      // Names for all but the sentiment, in the file's own order.
      let isRest =
        found.count == emotions.count && Set(found).count == found.count && !found.contains("")
        && !found.contains { $0.lowercased().hasPrefix(CSDLabels.sentiment) }
      let others = isRest ? found : emotions
      guard negative.count == 1, let column = negative.first, column > 0 else {
        // No column, or the first, is named sentiment: CMU-MOSEI's own order, unless the values contradict it.
        return negative.isEmpty || negative.contains(0)
          ? ([CSDLabels.sentiment] + others, "in the order of CMU-MOSEI") : nil
      }
      var names = others
      names.insert(CSDLabels.sentiment, at: column)
      return (names, "because only column \(column + 1) has values below 0, which emotions do not have")
    default: return nil
    }
  }
}

/// The least value of each label column, over all entries.
struct LabelRanges {
  /// [columns]; infinite if a column has no finite value.
  private(set) var lowest: [Float]

  /// Columns with a value below 0.
  var negativeColumns: [Int] { lowest.indices.filter { lowest[$0] < 0 } }

  /// Reads the labels of a file.
  ///
  /// - Throws: `DataError` 65 or 74 when they cannot be read.
  init(of file: CSDFile) throws {
    lowest = [Float](repeating: .infinity, count: file.width)
    let reader = HDF5Reader()
    let buffer = FloatBuffer()
    // Only values are wanted here.
    var unused = Fingerprint()
    for entry in file.entries where entry.rowCount > 0 {
      let place = file.place(of: "features", in: entry)
      try reader.readFloats(entry.features, of: file.file, place: place, into: buffer, fingerprint: &unused)
      for index in 0..<entry.rowCount * file.width {
        let value = buffer.base[index]
        if value.isFinite { lowest[index % file.width] = min(lowest[index % file.width], value) }
      }
    }
  }
}
