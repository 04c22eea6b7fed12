/// Samples that have to stay together, as sets that are joined (Tarjan's disjoint sets, with halved paths).
struct SampleComponents {
  private var parents: [Int]

  /// Each sample for itself.
  init(count: Int) { parents = Array(0..<count) }

  /// The one that stands for all of a sample's component.
  mutating func root(of sample: Int) -> Int {
    var place = sample
    while parents[place] != place {
      parents[place] = parents[parents[place]]
      place = parents[place]
    }
    return place
  }

  /// Puts the components of two samples together.
  ///
  /// - Returns: whether they were apart.
  @discardableResult
  mutating func join(_ first: Int, _ second: Int) -> Bool {
    let (one, two) = (root(of: first), root(of: second))
    if one == two { return false }
    // The smaller one stands for both, so that the order of joining does not matter.
    parents[max(one, two)] = min(one, two)
    return true
  }

  /// The samples of each component, by the first of each.
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
