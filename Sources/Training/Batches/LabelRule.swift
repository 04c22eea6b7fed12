import Samples
import Shards

/// How a sample's label is read from the label columns of one folder's shards.
struct LabelRule: Hashable {
  /// What is learnt.
  let target: LabelTarget
  /// The places of the target's columns, in its order; nil where the folder does not have them.
  private let columns: [Int]?

  /// Finds the columns of a target by their names.
  ///
  /// A folder that does not have them has no labels for this target; neither has one with other emotions, where none of
  /// the target's being there does not say that none is.
  init(_ target: LabelTarget, in folder: MappedFolder) {
    self.init(target, names: folder.manifest.labelNames)
    if target.hasNone, columns != nil, Set(LabelColumns(folder).choices) != Set(target.names) {
      self.init(target, names: [])
    }
  }

  /// - Parameter names: the folder's label columns.
  init(_ target: LabelTarget, names: [String]) {
    self.target = target
    let places = target.names.map { names.firstIndex(of: $0) }
    columns = places.contains(nil) ? nil : places.compactMap(\.self)
  }

  /// Adds a sample's labels to a list: one, or one an emotion; NaN where they are missing.
  func append(_ values: some Collection<Float>, to labels: inout [Float]) {
    guard let columns else {
      labels += [Float](repeating: .nan, count: target.width)
      return
    }
    let numbers = columns.map { values[values.index(values.startIndex, offsetBy: $0)] }
    switch target.kind {
    case .number, .classNumber: labels.append(numbers[0])
    case .present: labels += numbers.map { $0.isFinite ? ($0 > 0 ? 1 : 0) : $0 }
    case .strongest: labels.append(strongest(numbers))
    }
  }

  /// The number of the strongest emotion, the first of equals.
  private func strongest(_ numbers: [Float]) -> Float {
    if numbers.contains(where: \.isNaN) { return .nan }
    guard let most = numbers.max(), most > 0, let place = numbers.firstIndex(of: most) else {
      return target.hasNone ? 0 : .nan
    }
    return Float(place + (target.hasNone ? 1 : 0))
  }

  /// What the columns are called, for a message.
  var name: String { target.names.joined(separator: ", ") }
}
