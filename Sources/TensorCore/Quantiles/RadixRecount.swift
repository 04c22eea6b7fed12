import Workers

/// Exact order statistics of a few columns by two counting passes over the upper and the lower 16 bits of their keys:
/// slow, but independent of any guess. This finds what a bracket missed.
struct RadixRecount {
  let rows: any RowSource
  let workers: OrderedWorkers
  /// The most bytes of histograms, beyond those of one column.
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
    let columnsAtOnce = max(1, byteLimit / (workers.threadCount * most * Self.bins * MemoryLayout<UInt32>.size))
    var found: [[Float]] = []
    for start in stride(from: 0, to: requests.count, by: columnsAtOnce) {
      found += try count(Array(requests[start..<min(start + columnsAtOnce, requests.count)]))
    }
    return found
  }

  private func count(_ requests: [Request]) throws -> [[Float]] {
    let columns = requests.map(\.column)
    let upper = try histograms(columns.count) { cells, rowCount, width, histograms in
      for (index, column) in columns.enumerated() {
        let bins = histograms.part(from: index * Self.bins, count: Self.bins).start
        for row in 0..<rowCount where !cells[row * width + column].isNaN {
          bins[Int(SortableKey.key(cells[row * width + column]) >> 16)] &+= 1
        }
      }
    }
    // Each rank's upper half, and how many cells have a smaller one.
    let located = requests.indices.map { index in requests[index].ranks.map { Self.locate(rank: $0, index, in: upper) }
    }
    let prefixes = located.map { places in Set(places.map { UInt32($0.bin) }).sorted() }
    let lowerCount = prefixes.map(\.count)
    let firstOfColumn = lowerCount.indices.map { lowerCount[..<$0].reduce(0, +) }
    let lower = try histograms(lowerCount.reduce(0, +)) { cells, rowCount, width, histograms in
      for (index, column) in columns.enumerated() {
        for (number, prefix) in prefixes[index].enumerated() {
          let bins = histograms.part(from: (firstOfColumn[index] + number) * Self.bins, count: Self.bins).start
          for row in 0..<rowCount {
            let cell = cells[row * width + column]
            let key = SortableKey.key(cell)
            if key >> 16 == prefix, !cell.isNaN { bins[Int(key & 0xffff)] &+= 1 }
          }
        }
      }
    }
    return requests.indices.map { index in
      zip(requests[index].ranks, located[index]).map { rank, place in
        let prefix = UInt32(place.bin)
        let number = prefixes[index].firstIndex(of: prefix)!  // the list was made from these places
        let low = Self.locate(rank: rank - place.before, firstOfColumn[index] + number, in: lower).bin
        return SortableKey.value(prefix << 16 | UInt32(low))
      }
    }
  }

  /// Histograms of 65,536 bins, one after the other, as many lists of them as there were workers.
  private func histograms(
    _ count: Int,
    _ body:
      @escaping @Sendable (
        _ cells: UnsafePointer<Float>, _ rowCount: Int, _ width: Int, _ histograms: UnsafeMutableBufferPointer<UInt32>
      ) -> Void
  ) throws -> [[UInt32]] {
    let rows = rows
    let counts = rows.pieceRowCounts
    return try workers.states(
      count: counts.count, state: { [UInt32](repeating: 0, count: count * Self.bins) }
    ) { piece, histograms in
      try histograms.withUnsafeMutableBufferPointer { histograms in
        try rows.withPiece(piece) { cells in
          require(cells.count == checkedCount(counts[piece], rows.width), "a piece has its rows")
          body(cells.start, counts[piece], rows.width, histograms)
        }
      }
    }
  }

  /// The bin that holds a rank, and how many cells lie in lower bins.
  private static func locate(rank: Int, _ index: Int, in lists: [[UInt32]]) -> (bin: Int, before: Int) {
    var before = 0
    for bin in 0..<bins {
      let here = lists.reduce(0) { $0 + Int($1[index * bins + bin]) }
      if rank < before + here { return (bin, before) }
      before += here
    }
    promiseBroken("a rank lies among the valid cells of its column")
  }
}
