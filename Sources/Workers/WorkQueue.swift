import Foundation
import Storage

/// Bounded parallelism for items that come one by one from a stream: the producer waits while too much is in flight.
///
/// Threads are the queue's own, as those of `OrderedWorkers`. Work may end in any order; whoever collects results must not
/// rely on it.
public final class WorkQueue<Item: Sendable>: Sendable {
  private let state: WorkQueueState<Item>
  private let work: @Sendable (_ item: Item, _ thread: Int) throws -> Void
  private let threadCount: Int

  /// Starts the threads; a single one is the caller's own, which does the work while it adds.
  ///
  /// - Parameters:
  ///   - threadCount: at least 1.
  ///   - costLimit: what may be in flight, in the unit of `add`'s `cost`, e.g. bytes.
  ///   - work: done with each item on the thread of that number (`0 ..< threadCount`).
  /// - Throws: `DataError` 71 when the system gives not all the threads.
  public init(
    threadCount: Int, costLimit: Int, work: @escaping @Sendable (_ item: Item, _ thread: Int) throws -> Void
  ) throws {
    state = WorkQueueState(costLimit: costLimit)
    self.work = work
    self.threadCount = max(1, threadCount)
    if self.threadCount == 1 { return }
    for number in 0..<self.threadCount {
      do {
        try state.start { [state] in
          while let (item, index, cost) = state.claim() {
            state.finish(index, cost: cost, Swift.Result { try work(item, number) })
          }
        }
      } catch {
        // Ends those that were started.
        try state.drain()
        throw error
      }
    }
  }

  /// Hands over an item; waits while what is in flight and the item together are beyond the limit. An item that is beyond
  /// it alone goes through alone.
  ///
  /// - Throws: what the work on an earlier item threw; `DataError` 130 when the user interrupts.
  public func add(_ item: Item, cost: Int) throws {
    if threadCount > 1 { return try state.add(item, cost: cost) }
    try Interrupt.check()
    do {
      try work(item, 0)
    } catch {
      state.note(error)
      throw error
    }
  }

  /// Waits until all items are done; must be called, also when the producer failed.
  ///
  /// - Throws: of all that the work threw, the error of the item that was added first; `DataError` 130 when the user
  ///   interrupts, after what had begun is done.
  public func finish() throws { try state.drain() }
}

/// The queue, what is in flight, and the first failure.
private final class WorkQueueState<Item: Sendable>: @unchecked Sendable {
  // Every stored property is read and written with `condition` locked.
  private let condition = NSCondition()
  private let costLimit: Int
  /// Items that wait, each nil once it is claimed.
  private var items: [Waiting?] = []
  /// Items of `items` before this one are claimed.
  private var next = 0
  private var added = 0
  private var costInFlight = 0
  private var inWork = 0
  private var isClosed = false
  private var running = 0
  private var failure: (index: Int, error: any Error)?

  typealias Waiting = (item: Item, index: Int, cost: Int)

  init(costLimit: Int) { self.costLimit = costLimit }

  /// Starts a thread, which `drain` waits for.
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

  func add(_ item: Item, cost: Int) throws {
    try condition.withLock {
      while failure == nil, costInFlight > 0, costInFlight + cost > costLimit {
        // An interrupt must not wait for a long item.
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
        try Interrupt.check()
      }
      if failure != nil {
        // What was added before the failed item may fail too, and then that is the error.
        while inWork > 0 { condition.wait() }
      }
      if let failure { throw failure.error }
      items.append((item, added, cost))
      added += 1
      costInFlight += cost
      condition.broadcast()
    }
  }

  func claim() -> Waiting? {
    condition.withLock {
      while next == items.count, !isClosed { condition.wait() }
      guard next < items.count, let claimed = items[next] else { return nil }
      items[next] = nil
      next += 1
      if 2 * next > items.count {
        items.removeFirst(next)
        next = 0
      }
      inWork += 1
      return claimed
    }
  }

  func finish(_ index: Int, cost: Int, _ result: Swift.Result<Void, any Error>) {
    condition.withLock {
      costInFlight -= cost
      inWork -= 1
      if case .failure(let error) = result {
        if index < failure?.index ?? .max { failure = (index, error) }
        dropWaiting()
      }
      condition.broadcast()
    }
  }

  /// Notes the error of work that was not queued.
  func note(_ error: any Error) { condition.withLock { failure = failure ?? (0, error) } }

  func drain() throws {
    try condition.withLock {
      isClosed = true
      condition.broadcast()
      while running > 0 {
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
        if Interrupt.isPending { dropWaiting() }
      }
      if let failure { throw failure.error }
    }
    try Interrupt.check()
  }

  /// What was claimed before goes on: it came first, and so may its error.
  private func dropWaiting() {
    for waiting in items[next...] { costInFlight -= waiting?.cost ?? 0 }
    items.removeAll()
    next = 0
  }
}
