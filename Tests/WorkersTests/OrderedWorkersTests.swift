import Foundation
import Storage
import Synchronization
import Testing

@testable import Workers

struct OrderedWorkersTests {
  private struct Failure: Error, Equatable {
    let index: Int
  }

  @Test("results come in the order of their indices, however long each takes", arguments: [1, 2, 7])
  func order(threads: Int) throws {
    let results = try OrderedWorkers(threadCount: threads).map(count: 50) { index, thread in
      usleep(UInt32(index % 5) * 300)
      #expect((0..<threads).contains(thread))
      return index * index
    }
    #expect(results == (0..<50).map { $0 * $0 })
  }

  @Test("no work gives no results, and fewer threads than one are one")
  func edges() throws {
    #expect(try OrderedWorkers(threadCount: 4).map(count: 0) { index, _ in index }.isEmpty)
    #expect(OrderedWorkers(threadCount: -3).threadCount == 1)
    #expect(OrderedWorkers.availableCores >= 1)
  }

  @Test("of several errors the one of the lowest index is thrown, also when it comes last", arguments: [1, 2, 4])
  func lowestError(threads: Int) {
    #expect(throws: Failure(index: 5)) {
      try OrderedWorkers(threadCount: threads).map(count: 40) { index, _ in
        if index == 5 { usleep(20_000) }
        if index >= 5 { throw Failure(index: index) }
      }
    }
  }

  @Test("after an error no later item is started", arguments: [1, 2, 4])
  func stops(threads: Int) {
    let highest = Mutex(0)
    #expect(throws: Failure.self) {
      try OrderedWorkers(threadCount: threads).map(count: 10_000) { index, _ in
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
    try OrderedWorkers(threadCount: 2).forEach(count: 12, window: 12) { index, _ -> Int in
      started.withLock { $0 += 1 }
      // The first ends when all others have begun; a minute is for ever.
      let deadline = Date(timeIntervalSinceNow: 60)
      while index == 0, started.withLock({ $0 }) < 12, Date() < deadline { usleep(100) }
      return started.withLock { $0 }
    } consume: { index, begun in
      if index == 0 { #expect(begun == 12) }
      results.withLock { $0.append(index) }
    }
    #expect(results.withLock { $0 } == Array(0..<12))
  }

  @Test("no item is started more than two a thread ahead of the last that was taken", arguments: [2, 3])
  func window(threads: Int) throws {
    let taken = Mutex(0)
    let furthest = Mutex(0)
    try OrderedWorkers(threadCount: threads).forEach(count: 60) { index, _ in
      let ahead = index - taken.withLock { $0 }
      furthest.withLock { $0 = max($0, ahead) }
    } consume: { index, _ in
      usleep(500)
      taken.withLock { $0 = index + 1 }
    }
    // The count here is raised before the queue's own, so an item may look nearer than it is, but never further.
    #expect(furthest.withLock { $0 } <= 2 * threads)
  }

  @Test("an error of the consumer ends the work")
  func consumerError() {
    #expect(throws: Failure(index: 2)) {
      try OrderedWorkers(threadCount: 2).forEach(count: 1000) { index, _ in
        index
      } consume: { index, _ in
        if index == 2 { throw Failure(index: index) }
      }
    }
  }

  @Test("a thread's number belongs to one item at a time")
  func threadNumbers() throws {
    let busy = Mutex(Set<Int>())
    try OrderedWorkers(threadCount: 3).forEach(count: 60) { _, thread in
      #expect(busy.withLock { $0.insert(thread).inserted })
      usleep(200)
      busy.withLock { _ = $0.remove(thread) }
    } consume: { _, _ in
    }
  }
}
