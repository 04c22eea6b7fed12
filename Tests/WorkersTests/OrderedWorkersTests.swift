import Files
import Foundation
import Synchronization
import Testing

@testable import Workers

struct OrderedWorkersTests {
  private struct Failure: Error, Equatable {
    let index: Int
  }

  @Test("results come in index order, however long each takes", arguments: [1, 2, 7])
  func order(threads: Int) throws {
    let results = try OrderedWorkers(threadCount: threads).map(count: 50) { index in
      usleep(UInt32(index % 5) * 300)
      return index * index
    }
    #expect(results == (0..<50).map { $0 * $0 })
  }

  @Test("no work gives no results, and fewer threads than one count as one")
  func edges() throws {
    #expect(try OrderedWorkers(threadCount: 4).map(count: 0) { $0 }.isEmpty)
    #expect(OrderedWorkers(threadCount: -3).threadCount == 1)
    #expect(OrderedWorkers.availableCores >= 1)
  }

  @Test("of several errors the one with the lowest index is thrown, even if it comes last", arguments: [1, 2, 4])
  func lowestError(threads: Int) {
    #expect(throws: Failure(index: 5)) {
      try OrderedWorkers(threadCount: threads).map(count: 40) { index in
        if index == 5 { usleep(20_000) }
        if index >= 5 { throw Failure(index: index) }
      }
    }
  }

  @Test("no further item is started after an error", arguments: [1, 2, 4])
  func stops(threads: Int) {
    let highest = Mutex(0)
    #expect(throws: Failure.self) {
      try OrderedWorkers(threadCount: threads).map(count: 10_000) { index in
        highest.withLock { $0 = max($0, index) }
        if index == 3 { throw Failure(index: index) }
      }
    }
    #expect(highest.withLock { $0 } <= 3 + 2 * threads)
  }

  @Test("with a window as wide as the work, no item waits for a slow one before it")
  func wideWindow() throws {
    let started = Mutex(0)
    let results = Mutex([Int]())
    try OrderedWorkers(threadCount: 2).forEach(count: 12, window: 12) { index -> Int in
      started.withLock { $0 += 1 }
      // The first ends when all others have begun; a minute counts as forever.
      let deadline = Date(timeIntervalSinceNow: 60)
      while index == 0, started.withLock({ $0 }) < 12, Date() < deadline { usleep(100) }
      return started.withLock { $0 }
    } consume: { index, begun in
      if index == 0 { #expect(begun == 12) }
      results.withLock { $0.append(index) }
    }
    #expect(results.withLock { $0 } == Array(0..<12))
  }

  @Test("no item is started more than two per thread ahead of the last one taken", arguments: [2, 3])
  func window(threads: Int) throws {
    let taken = Mutex(0)
    let furthest = Mutex(0)
    try OrderedWorkers(threadCount: threads).forEach(count: 60) { index in
      let ahead = index - taken.withLock { $0 }
      furthest.withLock { $0 = max($0, ahead) }
    } consume: { index, _ in
      usleep(500)
      taken.withLock { $0 = index + 1 }
    }
    // This count is raised before the queue's own, so an item may look nearer than it is, but never further.
    #expect(furthest.withLock { $0 } <= 2 * threads)
  }

  @Test("an error in the consumer ends the work")
  func consumerError() {
    #expect(throws: Failure(index: 2)) {
      try OrderedWorkers(threadCount: 2).forEach(count: 1000) { index in
        index
      } consume: { index, _ in
        if index == 2 { throw Failure(index: index) }
      }
    }
  }

  /// Counts its items; not `Sendable`, so that the compiler ensures that no other thread gets one.
  private final class Tally {
    var items: [Int] = []
  }

  @Test("a worker keeps its own state from one item to the next", arguments: [1, 3])
  func state(threads: Int) throws {
    let made = Mutex(0)
    let busy = Mutex(Set<ObjectIdentifier>())
    let counts = try OrderedWorkers(threadCount: threads).map(
      count: 60,
      state: { () -> Tally in
        made.withLock { $0 += 1 }
        return Tally()
      }
    ) { index, tally in
      #expect(busy.withLock { $0.insert(ObjectIdentifier(tally)).inserted })
      usleep(200)
      tally.items.append(index)
      busy.withLock { _ = $0.remove(ObjectIdentifier(tally)) }
      return tally.items.count
    }
    #expect(made.withLock { $0 } <= threads)
    #expect(counts.reduce(0) { $0 + ($1 == 1 ? 1 : 0) } == made.withLock { $0 })
  }

  @Test("returned states hold every item once", arguments: [1, 2, 7])
  func states(threads: Int) throws {
    let tallies = try OrderedWorkers(threadCount: threads).states(count: 200, state: { Tally() }) { index, tally in
      tally.items.append(index)
    }
    #expect(tallies.count <= threads)
    #expect(tallies.flatMap(\.items).sorted() == Array(0..<200))
    #expect(try OrderedWorkers(threadCount: threads).states(count: 0, state: { Tally() }) { _, _ in }.isEmpty)
    #expect(throws: Failure(index: 9)) {
      try OrderedWorkers(threadCount: threads).states(count: 100, state: { Tally() }) { index, _ in
        if index == 9 { throw Failure(index: index) }
      }
    }
  }

  @Test("rows are written to their places, whichever thread makes them", arguments: [1, 2, 7])
  func rows(threads: Int) throws {
    var ranges: [Range<Int>] = []
    let table = try OrderedWorkers(threadCount: threads).rows(count: 10, width: 3, rowsPerTask: 4) { rows, output in
      #expect(output.count == 3 * rows.count)
      for index in output.indices { output[index] = Float(3 * rows.lowerBound + index) }
      return rows
    } consume: {
      ranges.append($0)
    }
    #expect(Array(table.values) == (0..<30).map { Float($0) })
    #expect(ranges == [0..<4, 4..<8, 8..<10])
  }
}
