import Storage

/// The label columns of arrays, side by side.
struct ArrayLabels {
  /// An array of numbers whose first axis is that of the samples.
  struct Numbers {
    let shape: [Int]
    let values: [Float]
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
