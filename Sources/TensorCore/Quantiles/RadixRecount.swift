import Processor

/// Exact order statistics of a few columns by two counting passes over the upper and the lower 16 bits of their keys:
/// slow, but independent of any guess. What a bracket has missed is found here.
struct RadixRecount {
  let rows: any RowSource
  let threadCount: Int
  let parallel: ColumnQuartiles.Parallel
  /// Bytes of histograms at most, beyond those of one column.
  let byteLimit: Int

  private static let bins = 1 << 16

  /// A column and the ranks of its valid cells to find.
  struct Request: Sendable {
    var column: Int
    var ranks: [Int]
  }

  /// The values at the ranks of each request, in order.
  func values(_ requests: [Request]) throws -> [[Float]] {
    let most = requests.map(\.ranks.count).max() ?? 1
    let columnsAtOnce = max(1, byteLimit / (threadCount * most * Self.bins * MemoryLayout<UInt32>.size))
    var found: [[Float]] = []
    for start in stride(from: 0, to: requests.count, by: columnsAtOnce) {
      found += try count(Array(requests[start..<min(start + columnsAtOnce, requests.count)]))
    }
    return found
  }

  private func count(_ requests: [Request]) throws -> [[Float]] {
    let columns = requests.map(\.column)
    let upper = Histograms(columns.count, threadCount)
    try forEachPiece { cells, rowCount, width, thread in
      for (index, column) in columns.enumerated() {
        let bins = upper.bins(index, thread)
        for row in 0..<rowCount where !cells[row * width + column].isNaN {
          bins[Int(SortableKey.key(cells[row * width + column]) >> 16)] += 1
        }
      }
    }
    // Each rank's upper half, and how many cells have a smaller one.
    let located = requests.indices.map { index in requests[index].ranks.map { upper.locate(rank: $0, index) } }
    let prefixes = located.map { places in Set(places.map { UInt32($0.bin) }).sorted() }
    let lowerCount = prefixes.map(\.count)
    let lower = Histograms(lowerCount.reduce(0, +), threadCount)
    let firstOfColumn = lowerCount.indices.map { lowerCount[..<$0].reduce(0, +) }
    try forEachPiece { cells, rowCount, width, thread in
      for (index, column) in columns.enumerated() {
        for (number, prefix) in prefixes[index].enumerated() {
          let bins = lower.bins(firstOfColumn[index] + number, thread)
          for row in 0..<rowCount {
            let cell = cells[row * width + column]
            let key = SortableKey.key(cell)
            if key >> 16 == prefix, !cell.isNaN { bins[Int(key & 0xffff)] += 1 }
          }
        }
      }
    }
    return requests.indices.map { index in
      zip(requests[index].ranks, located[index]).map { rank, place in
        let prefix = UInt32(place.bin)
        let number = prefixes[index].firstIndex(of: prefix)!  // the list was made from these places
        let low = lower.locate(rank: rank - place.before, firstOfColumn[index] + number).bin
        return SortableKey.value(prefix << 16 | UInt32(low))
      }
    }
  }

  private func forEachPiece(
    _ body:
      @escaping @Sendable (
        _ cells: UnsafePointer<Float>, _ rowCount: Int, _ width: Int, _ thread: Int
      ) -> Void
  ) throws {
    let rows = rows
    let counts = rows.pieceRowCounts
    try parallel(counts.count) { piece, thread in
      try rows.withPiece(piece) { cells in
        require(cells.count == checkedCount(counts[piece], rows.width), "a piece has its rows")
        body(cells.start, counts[piece], rows.width, thread)
      }
    }
  }

  /// Histograms of 65,536 bins, each with a copy a thread.
  private final class Histograms: @unchecked Sendable {
    // Each thread writes its own copy; they are added up when the threads have been joined.
    private let counts: UnsafeMutablePointer<UInt32>
    private let histogramCount: Int
    private let threadCount: Int

    init(_ histogramCount: Int, _ threadCount: Int) {
      self.histogramCount = histogramCount
      self.threadCount = threadCount
      counts = .allocate(capacity: histogramCount * threadCount * RadixRecount.bins)
      counts.initialize(repeating: 0, count: histogramCount * threadCount * RadixRecount.bins)
    }

    deinit { counts.deallocate() }

    func bins(_ index: Int, _ thread: Int) -> UnsafeMutablePointer<UInt32> {
      counts + (thread * histogramCount + index) * RadixRecount.bins
    }

    /// The bin that holds a rank, and how many cells lie in lower bins.
    func locate(rank: Int, _ index: Int) -> (bin: Int, before: Int) {
      var before = 0
      for bin in 0..<RadixRecount.bins {
        var here = 0
        for thread in 0..<threadCount { here += Int(bins(index, thread)[bin]) }
        if rank < before + here { return (bin, before) }
        before += here
      }
      promiseBroken("a rank lies among the valid cells of its column")
    }
  }
}
