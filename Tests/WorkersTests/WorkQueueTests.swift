import Foundation
import Synchronization
import Testing
import Text

@testable import Workers

@Suite("Streams of work")
struct WorkQueueTests {
  @Test("every item is done once, for any number of threads", arguments: [1, 2, 5])
  func all(threads: Int) throws {
    let sum = Mutex(0)
    let most = Mutex(0)
    let queue = try WorkQueue<Int>(threadCount: threads, costLimit: 10, state: { 0 }) { item, own in
      own += item
      sum.withLock { $0 += item }
      most.withLock { $0 = max($0, own) }
    }
    for item in 1...500 { try queue.add(item, cost: 3) }
    try queue.finish()
    #expect(sum.withLock { $0 } == 500 * 501 / 2)
    // The largest share of the workers is at least the average.
    #expect(threads * most.withLock { $0 } >= 500 * 501 / 2)
  }

  @Test(
    "no more than the limit is in flight, and a larger item goes through alone",
    arguments: [([4, 4, 4, 4, 10, 1, 9, 4, 4], 10), ([4, 25, 4, 30, 4], 30)])
  func limit(costs: [Int], most: Int) throws {
    let inFlight = Mutex((now: 0, most: 0))
    let queue = try WorkQueue<Int>(threadCount: 4, costLimit: 10, state: {}) { cost, _ in
      Thread.sleep(forTimeInterval: 0.001)
      inFlight.withLock { $0.now -= cost }
    }
    for cost in costs {
      try queue.add(cost, cost: cost)
      inFlight.withLock {
        $0.now += cost
        $0.most = max($0.most, $0.now)
      }
    }
    try queue.finish()
    #expect(inFlight.withLock { $0.most } <= most)
    #expect(inFlight.withLock { $0.now } == 0)
  }

  @Test("of several failures the one added first is thrown", arguments: [1, 2, 4])
  func failures(threads: Int) throws {
    let queue = try WorkQueue<Int>(threadCount: threads, costLimit: 1000, state: {}) { item, _ in
      if item == 7 { Thread.sleep(forTimeInterval: 0.02) }
      if item >= 7 { throw DataError(.badData, "item \(item)") }
    }
    let error = #expect(throws: DataError.self) {
      do {
        for item in 0..<2000 { try queue.add(item, cost: 1) }
      } catch {
        #expect((error as? DataError)?.problem == "item 7")
      }
      try queue.finish()
    }
    #expect(error?.problem == "item 7")
  }
}
