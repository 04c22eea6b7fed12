import Leaks
import Samples
import Text

/// Who the samples of arrays are.
///
/// MMSA writes `video$_$segment`; MulT and MultiBench write [samples, 3]: the video, and where the segment begins and ends
/// in seconds. Of two columns the second tells the segments of a video apart.
struct ArrayNames {
  /// One sample.
  struct Name {
    let id: String
    /// The recording that it is from.
    let recording: String
    let interval: Interval?
  }

  let names: [Name]

  /// What the column is called.
  static let keys = ["id", "ids"]

  /// - Throws: `DataError` 65 without a file name when it holds neither texts in one to three columns nor whole numbers.
  init(_ column: some ArrayColumn, count: Int) throws {
    names = try Self.rows(column, count: count).map { Self.name($0) }
  }

  private static func rows(_ column: some ArrayColumn, count: Int) throws -> [[String]] {
    do {
      return try column.integers(count: count).map { ["\($0)"] }
    } catch {
      // Most ids are texts, and what is wrong with other columns the reader of texts says best.
      return try column.textRows(count: count, widest: 3)
    }
  }

  private static func name(_ columns: [String]) -> Name {
    let first = AuditedSample.segmentName(columns[0])
    let recording = SampleID(parsing: first).recording
    if columns.count == 1 { return Name(id: first, recording: recording, interval: nil) }
    if columns.count == 2 { return Name(id: "\(first)[\(columns[1])]", recording: recording, interval: nil) }
    let interval = Double(columns[1]).flatMap { start in
      Double(columns[2]).map { Interval(start: start, end: $0) }
    }.flatMap { $0.isFinite && !$0.isReversed ? $0 : nil }
    return Name(id: "\(first)[\(columns[1])-\(columns[2])]", recording: recording, interval: interval)
  }
}

/// The label columns of arrays, side by side.
struct ArrayLabels {
  /// An array of numbers whose first axis is that of the samples.
  struct Numbers {
    let shape: [Int]
    let values: [Float]

    /// - Throws: `DataError` 65 without a file name when the first axis is not that of the samples.
    init(_ values: [Float], shape: [Int], count: Int) throws {
      guard shape.first == count else {
        throw DataError(.badData, "has the shape \(shape)", expected: "[\(count), …], one a sample")
      }
      (self.values, self.shape) = (values, shape)
    }
  }

  private(set) var names: [String] = []
  /// One list a sample, in the order of `names`.
  private(set) var rows: [[Float]]

  static let keys = [
    "labels", "label", "label_names", "regression_labels", "regression_labels_T", "regression_labels_A",
    "regression_labels_V", "classification_labels",
  ]

  init(count: Int) { rows = Array(repeating: [], count: count) }

  /// Adds the columns of an array: [N], [N, 1, 1] or [N, L]; of MulT's [N, L, 2], which has a pair of "not" and "is" for each
  /// of L classes, the second.
  ///
  /// - Parameter known: the columns' names, where they are known and as many.
  mutating func add(_ numbers: Numbers?, names known: [String]?) throws {
    guard let numbers, !rows.isEmpty else { return }
    let size = numbers.values.count / rows.count
    let isPaired = numbers.shape.count == 3 && numbers.shape[2] == 2
    let width = isPaired ? size / 2 : size
    if let known, known.count == width {
      names += known
    } else if width == 1 {
      names.append("sentiment")
    } else {
      names += (0..<width).map { "\(isPaired ? "class" : "label")_\($0)" }
    }
    for sample in rows.indices {
      rows[sample] += (0..<width).map { numbers.values[sample * size + (isPaired ? 2 * $0 + 1 : $0)] }
    }
  }
}
