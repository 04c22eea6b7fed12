public import Files
import Foundation
import Signals
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
  /// At most `window` results wait at any time, by default `2 × threadCount`.
  /// - Parameters:
  ///   - state: makes what a worker keeps from one item to the next, such as buffers. Each worker makes its own, on its
  ///     own thread, and no other thread ever sees it.
  ///   - work: gets the state of the worker that does it.
  /// - Throws: the error of the lowest index that failed; later items are not started. `DataError` 130 when the user
  ///   interrupts, 71 when the system does not provide all the threads.
  public func forEach<State: ~Copyable, Result: Sendable>(
    count: Int, window: Int? = nil, state makeState: @escaping @Sendable () -> State,
    work: @escaping @Sendable (_ index: Int, _ state: inout State) throws -> Result,
    consume: (_ index: Int, _ result: Result) throws -> Void
  ) throws {
    try run(count: count, window: window, state: makeState, work: work, consume: consume) { _, _ in }
  }

  /// Runs `work` for each index of `0 ..< count` and hands each result to `consume`, in the order of the indices, on
  /// the calling thread; as above, for workers that keep nothing.
  public func forEach<Result: Sendable>(
    count: Int, window: Int? = nil, work: @escaping @Sendable (_ index: Int) throws -> Result,
    consume: (_ index: Int, _ result: Result) throws -> Void
  ) throws {
    try forEach(count: count, window: window, state: {}, work: { index, _ in try work(index) }, consume: consume)
  }

  /// The results of `work` for each index of `0 ..< count`, in order.
  public func map<Result: Sendable>(
    count: Int, work: @escaping @Sendable (_ index: Int) throws -> Result
  ) throws -> [Result] {
    try map(count: count, state: {}) { index, _ in try work(index) }
  }

  /// The results of `work` for each index of `0 ..< count`, in order; `state` is as in `forEach`.
  public func map<State: ~Copyable, Result: Sendable>(
    count: Int, state: @escaping @Sendable () -> State,
    work: @escaping @Sendable (_ index: Int, _ state: inout State) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(count)
    try forEach(count: count, state: state, work: work) { results.append($1) }
    return results
  }

  /// Runs `work` for each index of `0 ..< count`, each worker adding to a state of its own.
  ///
  /// - Returns: the states of all workers that did something. Which items each holds depends on the threads' speed, so
  ///   only what is joined without regard to order, such as counts, may come out of them.
  /// - Throws: as `forEach`.
  public func states<State>(
    count: Int, state makeState: @escaping @Sendable () -> State,
    work: @escaping @Sendable (_ index: Int, _ state: inout State) throws -> Void
  ) throws -> [State] {
    let found = Mutex<[FinalState<State>]>([])
    try run(count: count, window: nil, state: makeState, work: work, consume: { _, _ in }) { worker, state in
      let final = FinalState(worker: worker, state: state)
      found.withLock { $0.append(final) }
    }
    return found.withLock { $0 }.sorted { $0.worker < $1.worker }.map(\.state)
  }

  /// Rows of float32 values that several threads make, each in its own place: [rowCount, width].
  ///
  /// - Parameters:
  ///   - rowsPerTask: rows that a worker makes before it takes the next ones.
  ///   - fill: writes each value of the given rows to `output`, which has room for just these.
  ///   - consume: gets what `fill` returns, in the order of the rows.
  /// - Throws: as `forEach`.
  public func rows<Result: Sendable>(
    count rowCount: Int, width: Int, rowsPerTask: Int,
    fill: @escaping @Sendable (_ rows: Range<Int>, _ output: UnsafeMutableBufferPointer<Float>) throws -> Result,
    consume: (_ result: Result) throws -> Void
  ) throws -> FixedFloats {
    try FixedFloats(count: rowCount * width) { values in
      // Each task writes to rows of its own.
      nonisolated(unsafe) let values = values
      try forEach(count: (rowCount + rowsPerTask - 1) / rowsPerTask) { task in
        let rows = task * rowsPerTask..<min((task + 1) * rowsPerTask, rowCount)
        let part = values[rows.lowerBound * width..<rows.upperBound * width]
        return try fill(rows, UnsafeMutableBufferPointer(rebasing: part))
      } consume: {
        try consume($1)
      }
    }
  }

  /// - Parameter end: gets a worker's number and its state after its last item, on its thread.
  private func run<State: ~Copyable, Result: Sendable>(
    count: Int, window: Int?, state makeState: @escaping @Sendable () -> State,
    work: @escaping @Sendable (_ index: Int, _ state: inout State) throws -> Result,
    consume: (_ index: Int, _ result: Result) throws -> Void,
    end: @escaping @Sendable (_ worker: Int, _ state: consuming State) -> Void
  ) throws {
    if count == 0 { return }
    if threadCount == 1 || count == 1 {
      var state = makeState()
      for index in 0..<count {
        try Interrupt.check()
        try consume(index, try work(index, &state))
      }
      end(0, state)
      return
    }
    let queue = OrderedQueue<Result>(count: count, window: window ?? 2 * threadCount)
    defer { queue.stopAndWait() }
    for worker in 0..<min(threadCount, count) {
      try queue.start {
        guard var index = queue.claim() else { return }
        var state = makeState()
        while true {
          queue.store(Swift.Result { try work(index, &state) }, at: index)
          guard let next = queue.claim() else { break }
          index = next
        }
        end(worker, state)
      }
    }
    for index in 0..<count {
      try Interrupt.check()
      try consume(index, try queue.take(index).get())
    }
    // States are complete when the threads have ended.
    queue.stopAndWait()
  }
}

/// What a worker leaves behind.
///
/// `@unchecked Sendable`: the worker ends with it, and only the caller has it then.
private struct FinalState<State>: @unchecked Sendable {
  let worker: Int
  let state: State
}

/// Hands out indices in order and holds results until their turn comes.
///
/// `@unchecked Sendable`: every stored property is read and written with `condition` locked, on which threads also wait;
/// a `Mutex` has no waiting.
private final class OrderedQueue<Result: Sendable>: @unchecked Sendable {
  private let threads = RunningThreads()
  private var condition: NSCondition { threads.condition }
  private let count: Int
  private let window: Int
  private var next = 0
  private var taken = 0
  private var isStopped = false
  private var waiting: [Int: Swift.Result<Result, any Error>] = [:]

  init(count: Int, window: Int) {
    self.count = count
    self.window = window
  }

  /// Starts a thread, which `stopAndWait` waits for.
  func start(_ body: @escaping @Sendable () -> Void) throws { try threads.start(body) }

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
        // An interrupt must not wait for a long item: look at the flag now and then.
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
      while threads.running > 0 { condition.wait() }
    }
  }
}
