import Foundation
import Storage
import Synchronization

/// Bounded parallelism on threads of its own, with results in the order of their indices.
///
/// Work may block (reads, C libraries), which the cooperative pool of Swift's concurrency must not.
public struct OrderedWorkers: Sendable {
  /// How many threads work at once; at least 1.
  public let threadCount: Int

  /// The cores this process may use.
  public static var availableCores: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// - Parameter threadCount: at least 1.
  public init(threadCount: Int) {
    self.threadCount = max(1, threadCount)
  }

  /// Runs `work` for each index of `0 ..< count` and hands each result to `consume`, in the order of the indices, on
  /// the calling thread.
  ///
  /// At most `window` results wait at any time, by default `2 × threadCount`. `work` gets the number of its thread (`0 ..< threadCount`), for
  /// buffers that are kept from one item to the next.
  /// - Throws: the error of the lowest index that failed; later items are not started. `DataError` 130 when the user
  ///   interrupts, 71 when the system gives not all the threads.
  public func forEach<Result: Sendable>(
    count: Int, window: Int? = nil, work: @escaping @Sendable (_ index: Int, _ thread: Int) throws -> Result,
    consume: (_ index: Int, _ result: Result) throws -> Void
  ) throws {
    if count == 0 { return }
    if threadCount == 1 || count == 1 {
      for index in 0..<count {
        try Interrupt.check()
        try consume(index, try work(index, 0))
      }
      return
    }
    let queue = OrderedQueue<Result>(count: count, window: window ?? 2 * threadCount)
    defer { queue.stopAndWait() }
    for number in 0..<min(threadCount, count) {
      try queue.start {
        while let index = queue.claim() {
          queue.store(Swift.Result { try work(index, number) }, at: index)
        }
      }
    }
    for index in 0..<count {
      try Interrupt.check()
      try consume(index, try queue.take(index).get())
    }
  }

  /// The results of `work` for each index of `0 ..< count`, in order.
  public func map<Result: Sendable>(
    count: Int, work: @escaping @Sendable (_ index: Int, _ thread: Int) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(count)
    try forEach(count: count, work: work) { results.append($1) }
    return results
  }
}

/// Hands out indices in order and holds results until their turn comes.
private final class OrderedQueue<Result: Sendable>: @unchecked Sendable {
  // Every stored property is read and written with `condition` locked.
  private let condition = NSCondition()
  private let count: Int
  private let window: Int
  private var next = 0
  private var taken = 0
  private var running = 0
  private var isStopped = false
  private var waiting: [Int: Swift.Result<Result, any Error>] = [:]

  init(count: Int, window: Int) {
    self.count = count
    self.window = window
  }

  /// Starts a thread, which `stopAndWait` waits for.
  func start(_ body: @escaping @Sendable () -> Void) throws {
    condition.withLock { running += 1 }
    do {
      try WorkerThread.start {
        body()
        self.leave()
      }
    } catch {
      leave()
      throw error
    }
  }

  private func leave() {
    condition.withLock {
      running -= 1
      condition.broadcast()
    }
  }

  /// The next index to work on; nil when there is none left or the run was stopped.
  func claim() -> Int? {
    condition.withLock {
      while !isStopped, next < count, next >= taken + window { condition.wait() }
      if isStopped || next >= count { return nil }
      next += 1
      return next - 1
    }
  }

  func store(_ result: Swift.Result<Result, any Error>, at index: Int) {
    condition.withLock {
      waiting[index] = result
      condition.broadcast()
    }
  }

  func take(_ index: Int) throws -> Swift.Result<Result, any Error> {
    try condition.withLock {
      while waiting[index] == nil {
        // An interrupt must not wait for the item at hand to be long: look at the flag now and then.
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
        try Interrupt.check()
      }
      taken = index + 1
      condition.broadcast()
      return waiting.removeValue(forKey: index)!  // the loop above saw it
    }
  }

  func stopAndWait() {
    condition.withLock {
      isStopped = true
      condition.broadcast()
      while running > 0 { condition.wait() }
    }
  }
}
