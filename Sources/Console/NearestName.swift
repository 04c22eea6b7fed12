/// The candidate that looks most like `name`, where one is close enough to be what was meant.
///
/// Closeness is the number of characters to insert, delete, replace or swap; a third of the name may differ.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let allowed = max(1, (min(name.count, 12) + 1) / 3)
  return candidates.map { (distance: editDistance(name, $0), name: $0) }
    .filter { $0.distance <= allowed || $0.name.hasPrefix(name) && name.count >= 3 }
    .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// The Damerau-Levenshtein distance in its restricted form (swaps of neighbours count one).
private func editDistance(_ first: String, _ second: String) -> Int {
  let (rows, columns) = (Array(first), Array(second))
  var beforeLast: [Int] = []
  var last = Array(0...columns.count)
  for (i, a) in rows.enumerated() {
    var current = [i + 1]
    for (j, b) in columns.enumerated() {
      var best = min(last[j] + (a == b ? 0 : 1), last[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a == columns[j - 1], rows[i - 1] == b { best = min(best, beforeLast[j - 1] + 1) }
      current.append(best)
    }
    (beforeLast, last) = (last, current)
  }
  return last[columns.count]
}
