import Leaks
import Samples

/// The folds of a cross-validation that hold out each sample for test exactly once, and will again when they are divided.
struct CompleteFolds {
  /// For each fold, the number of each of its samples in the first.
  let places: [[Int]]
  private let folds: [AuditedDataset]

  /// - Returns: nil for any other protocol, in which each fold is a division of its own.
  init?(_ folds: [AuditedDataset]) {
    guard folds.count > 1 else { return nil }
    let names = folds[0].samples.map(\.id)
    let numbers = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    if numbers.count < names.count { return nil }
    places = folds.map { fold in fold.samples.compactMap { numbers[$0.id] } }
    let tested = zip(folds, places).flatMap { fold, places in
      fold.indices(of: .test).compactMap { places.indices.contains($0) ? places[$0] : nil }
    }
    let all = Array(names.indices)
    guard places.allSatisfy({ $0.sorted() == all }), folds.allSatisfy({ $0.samples.count == names.count }),
      tested.sorted() == all
    else { return nil }
    self.folds = folds
  }

  /// Divides components: first into the folds' test splits, then what is left of each fold into train and valid.
  ///
  /// - Parameters:
  ///   - members: the samples of each component, by their numbers.
  ///   - weights: as `BalancedDivision` takes them.
  /// - Returns: for each fold, the split of each sample, by its number.
  func splits(of members: [[Int]], weights: [[Double]], seed: UInt64) -> [[Split]] {
    let test = BalancedDivision(weights: weights, sizes: folds.map { $0.indices(of: .test).count }, seed: seed)
    return folds.indices.map { fold in
      let rest = members.indices.filter { test.parts[$0] != fold }
      let division = BalancedDivision(
        weights: rest.map { weights[$0] }, sizes: [Split.train, .valid].map { folds[fold].indices(of: $0).count },
        seed: seed)
      var splits = Array(repeating: Split.test, count: places[0].count)
      for (component, part) in zip(rest, division.parts) {
        for sample in members[component] { splits[sample] = part == 0 ? .train : .valid }
      }
      return splits
    }
  }
}
