/// Samples that must stay together, as disjoint sets (Tarjan's union-find with path halving).
struct SampleComponents {
  private var parents: [Int]

  /// Creates one component per sample.
  init(count: Int) { parents = Array(0..<count) }

  /// Returns the representative of a sample's component.
  mutating func root(of sample: Int) -> Int {
    var place = sample
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  /// Merges the components of two samples.
  ///
  /// - Returns: whether they were separate before.
  @discardableResult
  mutating func join(_ first: Int, _ second: Int) -> Bool {
    let (one, two) = (root(of: first), root(of: second))
    if one == two { return false }
    // The smaller number becomes the representative, so that the order of joining does not matter.
    parents[max(one, two)] = min(one, two)
    return true
  }

  /// Returns the samples of each component, ordered by their first samples.
  mutating func members() -> [[Int]] {
    var places: [Int: Int] = [:]
    var members: [[Int]] = []
    for sample in parents.indices {
      let root = root(of: sample)
      if let place = places[root] {
        members[place].append(sample)
      } else {
        places[root] = members.count
        members.append([sample])
      }
    }
    return members
  }
}
