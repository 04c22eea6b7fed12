/// One output row: the mean of some rows of the source matrix.
struct RowTask: Sendable {
  /// The row of the output that is filled.
  let destination: Int
  /// The source rows: a stretch of the matrix, or a stretch of `RowTasks.pool` if they are not contiguous.
  let source: Source
  /// The first of the source rows.
  let firstRow: Int
  /// The task can run once this many rows of the matrix have arrived.
  let neededRows: Int

  enum Source: Sendable {
    case rows(Range<Int>)
    case pooled(Range<Int>)
  }
}

/// The tasks of one modality of one recording.
struct RowTasks: Sendable {
  private(set) var list: [RowTask] = []
  /// Row numbers of tasks whose rows are not contiguous.
  private(set) var pool: [Int] = []

  /// Reserves room for tasks.
  mutating func reserve(_ count: Int) { list.reserveCapacity(count) }

  /// Empties both lists and keeps their memory.
  mutating func removeAll() {
    list.removeAll(keepingCapacity: true)
    pool.removeAll(keepingCapacity: true)
  }

  /// Adds a task for the mean of `rows` (not empty), numbers in the source matrix in any order.
  mutating func append(destination: Int, rows: [Int]) {
    let first = rows[0]
    let isStretch = rows.indices.allSatisfy { rows[$0] == first + $0 }
    if isStretch {
      let end = first + rows.count
      list.append(RowTask(destination: destination, source: .rows(first..<end), firstRow: first, neededRows: end))
    } else {
      let start = pool.count
      pool.append(contentsOf: rows)
      let (lowest, highest) = rows.reduce((first, first)) { (min($0.0, $1), max($0.1, $1)) }
      list.append(
        RowTask(
          destination: destination, source: .pooled(start..<pool.count), firstRow: lowest, neededRows: highest + 1))
    }
  }

  /// For each task, in the order of `list`, the first row that it or a later one needs.
  var firstRowsFromHere: [Int] {
    var lowest = Int.max
    return Array(
      list.reversed().map { task in
        lowest = min(lowest, task.firstRow)
        return lowest
      }.reversed())
  }

  /// Sorts by when the tasks can run, so that they can follow a matrix as it arrives.
  mutating func sortByNeed() {
    list.sort { ($0.neededRows, $0.destination) < ($1.neededRows, $1.destination) }
  }
}
