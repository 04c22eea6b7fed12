import Corpora
import Samples
import Text

/// Counts per split for the report's pictures.
enum Histograms {
  /// Edges of the seven sentiment classes, [−3, 3] rounded; values beyond count in the outermost class.
  static let labelEdges = [-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5]
  /// Edges of the length classes in rows; longer samples count in the last.
  static let lengthEdges = [0.0, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 200, 400]

  /// Names, oddities and the histogram of the sentiment column.
  static func labels(
    _ plan: PreparationPlan, _ tally: Tally, _ samples: [(split: Split, samples: [BlockSample])]
  ) -> JSONValue {
    let columns = plan.corpus.labels.columns
    var members: [String: JSONValue] = ["names": .array(columns.names.map { .string($0) })]
    if let column = columns.sentiment {
      members["histogram"] = histogram(edges: labelEdges, plan.division.splits, samples) { Double($0.labels[column]) }
    }
    if let classes = columns.classes {
      members["classes"] = counts(of: classes, columns.names, plan.division.splits, samples)
    }
    for name in ["above_range", "negative_start", "overlapping", "backward", "replaced"] {
      members[name] = .integer(tally["labels." + name])
    }
    return .object(members)
  }

  /// Samples of each class by split, by the largest share, the first of equals; `none` for a sample without one.
  private static func counts(
    of classes: LabelColumns.ClassColumns, _ columns: [String], _ splits: [Split],
    _ samples: [(split: Split, samples: [BlockSample])]
  ) -> JSONValue {
    func name(_ labels: [Float]) -> String? {
      switch classes {
      case .oneEach: return labels.firstIndex(of: 1).map { columns[$0] }
      case .shares: return labels.max().flatMap(labels.firstIndex(of:)).map { columns[$0] }
      case .numbered(let column, let names): return labels[column].isNaN ? nil : names[Int(labels[column])]
      }
    }
    var counts: [String: [Split: Int]] = [:]
    for part in samples {
      for sample in part.samples { counts[name(sample.labels) ?? "none", default: [:]][part.split, default: 0] += 1 }
    }
    return .object(
      counts.mapValues { counts in
        .object(Dictionary(uniqueKeysWithValues: splits.map { ($0.rawValue, .integer(counts[$0] ?? 0)) }))
      })
  }

  /// Rows per sample, of the text if there is text.
  static func lengths(_ plan: PreparationPlan, _ samples: [(split: Split, samples: [BlockSample])]) -> JSONValue {
    let modality = plan.modalities.last ?? .text
    return histogram(edges: lengthEdges, plan.division.splits, samples) { Double($0.rows[modality] ?? 0) }
  }

  private static func histogram(
    edges: [Double], _ splits: [Split], _ samples: [(split: Split, samples: [BlockSample])],
    _ value: (BlockSample) -> Double
  ) -> JSONValue {
    var members: [String: JSONValue] = ["edges": .array(edges.map { .number($0) })]
    for split in splits {
      var counts = [Int](repeating: 0, count: edges.count - 1)
      for part in samples where part.split == split {
        for value in part.samples.map(value) where !value.isNaN {
          let above = edges.dropFirst().firstIndex { value < $0 } ?? edges.count - 1
          counts[above - 1] += 1
        }
      }
      members[split.rawValue] = .array(counts.map { .integer($0) })
    }
    return .object(members)
  }
}
