package import Samples
import Text

/// The names of samples in arrays.
///
/// MMSA writes `video$_$segment`; MulT and MultiBench write [samples, 3]: the video, and the start and end of the
/// segment in seconds. If there are two columns, the second distinguishes the segments of a video.
package struct ArrayNames {
  /// The name of one sample.
  package struct Name: Sendable {
    package let id: String
    /// The recording it comes from.
    package let recording: String
    /// When it is said in the recording, if the name tells.
    package let interval: Interval?
  }

  let names: [Name]

  /// The possible keys of the column.
  static let keys = ["id", "ids"]

  /// - Throws: `DataError` 65 without a file name if the column holds neither texts in one to three columns nor
  ///   integers.
  init(_ column: some ArrayColumn, count: Int) throws {
    names = try Self.rows(column, count: count).map { Self.name($0) }
  }

  /// A segment's name in this project's notation: MMSA's `vid$_$3` becomes `vid[3]`.
  package static func segmentName(_ name: String) -> String {
    let parts = name.split(separator: "$_$", omittingEmptySubsequences: false)
    return parts.count == 2 && Int(parts[1]) != nil ? "\(parts[0])[\(parts[1])]" : name
  }

  private static func rows(_ column: some ArrayColumn, count: Int) throws -> [[String]] {
    do {
      return try column.integers(count: count).map { ["\($0)"] }
    } catch {
      // Most ids are texts, and the text reader gives the best message about other columns.
      return try column.textRows(count: count, widest: 3)
    }
  }

  private static func name(_ all: [String]) -> Name {
    // What is not known is left empty.
    var columns = all
    while columns.count > 1, columns.last == "" { columns.removeLast() }
    let first = segmentName(columns[0])
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
package struct ArrayLabels: Sendable {
  /// An array of numbers whose first axis is the samples.
  struct Numbers {
    let shape: [Int]
    let values: [Float]

    /// - Throws: `DataError` 65 without a file name if the first axis is not the samples.
    init(_ values: [Float], shape: [Int], count: Int) throws {
      guard shape.first == count else {
        throw DataError(.badData, "has the shape \(shape)", expected: "[\(count), …], one per sample")
      }
      (self.values, self.shape) = (values, shape)
    }
  }

  package private(set) var names: [String] = []
  /// One list per sample, in the order of `names`.
  package private(set) var rows: [[Float]]

  static let keys = [
    "labels", "label", "label_names", "regression_labels", "regression_labels_T", "regression_labels_A",
    "regression_labels_V", "classification_labels",
  ]

  init(count: Int) { rows = Array(repeating: [], count: count) }

  /// Adds the columns of an array of shape [N], [N, 1, 1] or [N, L]; for MulT's [N, L, 2], which has a "not"/"is" pair
  /// for each of L classes, the second of each pair.
  ///
  /// - Parameter known: the columns' names, if they are known and match in number.
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
