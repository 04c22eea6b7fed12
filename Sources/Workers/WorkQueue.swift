import Foundation
import Signals

/// Bounded parallelism for items that come one by one from a stream: the producer waits while too much is in flight.
///
/// The threads are the queue's own, as in `OrderedWorkers`. Work may end in any order; collectors of results must not
/// rely on it.
public final class WorkQueue<Item: Sendable> {
  private let queue: WaitingItems<Item>
  /// Does the work on the caller's own thread; nil if the queue has threads.
  private let workHere: ((Item) throws -> Void)?

  /// Starts the threads; a single one is the caller's own, which does the work as it adds items.
  ///
  /// - Parameters:
  ///   - threadCount: at least 1.
  ///   - costLimit: what may be in flight, in the unit of `add`'s `cost`, e.g. bytes.
  ///   - state: makes what a worker keeps from one item to the next; each makes its own, on its own thread.
  ///   - work: done with each item; gets the state of the worker that does it.
  /// - Throws: `DataError` 71 when the system does not provide all the threads.
  public init<State>(
    threadCount: Int, costLimit: Int, state makeState: @escaping @Sendable () -> State,
    work: @escaping @Sendable (_ item: Item, _ state: inout State) throws -> Void
  ) throws {
    let queue = WaitingItems<Item>(costLimit: costLimit)
    self.queue = queue
    if threadCount <= 1 {
      var state = makeState()
      workHere = { try work($0, &state) }
      return
    }
    workHere = nil
    for _ in 0..<threadCount {
      do {
        try queue.start {
          var state = makeState()
          while let (item, index, cost) = queue.claim() {
            queue.finish(index, cost: cost, Swift.Result { try work(item, &state) })
          }
        }
      } catch {
        // Ends those that were started.
        try queue.drain()
        throw error
      }
    }
  }

  /// Hands over an item; waits while the item would bring what is in flight over the limit. An item over the limit by
  /// itself goes through alone.
  ///
  /// - Throws: what the work on an earlier item threw; `DataError` 130 when the user interrupts.
  public func add(_ item: Item, cost: Int) throws {
    guard let workHere else { return try queue.add(item, cost: cost) }
    try Interrupt.check()
    do {
      try workHere(item)
    } catch {
      queue.note(error)
      throw error
    }
  }

  /// Waits until all items are done; must be called even if the producer failed.
  ///
  /// - Throws: of all the errors thrown, that of the item that was added first; `DataError` 130 when the user
  ///   interrupts, after the work that had begun is done.
  public func finish() throws { try queue.drain() }
}

/// The items that wait, what is in flight, and the first failure.
///
/// `@unchecked Sendable`: every stored property is read and written with `condition` locked, on which threads also wait;
/// a `Mutex` has no waiting.
private final class WaitingItems<Item: Sendable>: @unchecked Sendable {
  private let threads = RunningThreads()
  private var condition: NSCondition { threads.condition }
  private let costLimit: Int
  /// Items that wait, each nil once it is claimed.
  private var items: [Waiting?] = []
  /// Items of `items` before this one are claimed.
  private var next = 0
  private var added = 0
  private var costInFlight = 0
  private var inWork = 0
  private var isClosed = false
  private var failure: (index: Int, error: any Error)?

  typealias Waiting = (item: Item, index: Int, cost: Int)

  init(costLimit: Int) { self.costLimit = costLimit }

  /// Starts a thread, which `drain` waits for.
  func start(_ body: @escaping @Sendable () -> Void) throws { try threads.start(body) }

  func add(_ item: Item, cost: Int) throws {
    try condition.withLock {
      while failure == nil, costInFlight > 0, costInFlight + cost > costLimit {
        // An interrupt must not wait for a long item.
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
        try Interrupt.check()
      }
      if failure != nil {
        // Items added before the failed one may fail too, and then theirs is the error.
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

  /// Records the error of work that was not queued.
  func note(_ error: any Error) { condition.withLock { failure = failure ?? (0, error) } }

  func drain() throws {
    try condition.withLock {
      isClosed = true
      condition.broadcast()
      while threads.running > 0 {
        _ = condition.wait(until: Date(timeIntervalSinceNow: 0.2))
        if Interrupt.isPending { dropWaiting() }
      }
      if let failure { throw failure.error }
    }
    try Interrupt.check()
  }

  /// Items claimed earlier continue: they came first, and so may their error.
  private func dropWaiting() {
    for waiting in items[next...] { costInFlight -= waiting?.cost ?? 0 }
    items.removeAll()
    next = 0
  }
}
