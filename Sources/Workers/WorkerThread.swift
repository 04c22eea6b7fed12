import Files
import Foundation
import Signals
import Text

/// A thread of our own. Foundation's `Thread` does not report when the system refuses one, and whoever waits for its
/// work waits forever.
public enum WorkerThread {
  /// As large as the main thread's.
  private static let stackByteCount = 8 << 20

  /// What a thread runs.
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Starts a thread that runs `body` and ends.
  ///
  /// - Throws: `DataError` 71 when the system refuses one; `body` is then not called.
  public static func start(_ body: @escaping @Sendable () -> Void) throws {
    try withUnsafeTemporaryAllocation(of: pthread_attr_t.self, capacity: 1) { room in
      let attributes = room.baseAddress!  // room for one
      try check(pthread_attr_init(attributes))
      defer { pthread_attr_destroy(attributes) }
      try check(pthread_attr_setstacksize(attributes, stackByteCount))
      try check(pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED)))
      let box = Unmanaged.passRetained(Body(body))
      #if canImport(Darwin)
        var thread: pthread_t?
      #else
        var thread = pthread_t()
      #endif
      let result = pthread_create(&thread, attributes, threadMain, box.toOpaque())
      if result != 0 {
        box.release()
        try check(result)
      }
    }
  }

  #if canImport(Darwin)
    private static let threadMain: @convention(c) (UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? = { run($0) }
  #else
    private static let threadMain: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
      run($0!)  // what `start` handed over
    }
  #endif

  private static func run(_ body: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    LastWords.coverThread()
    Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run()
    return nil
  }

  private static func check(_ code: Int32) throws {
    if code == 0 { return }
    throw DataError(
      .systemRefused, "the system provides no thread: \(systemMessage(code))",
      advice: "Use fewer --threads, or raise the limits on processes and memory (ulimit -u, ulimit -v).")
  }
}

/// The machine's memory.
public enum MachineMemory {
  /// A quarter of it in bytes: what a preparation takes without `--memory`.
  ///
  /// - Throws: `DataError` 71 when the system does not say how much there is.
  public static func quarter() throws -> Int {
    let byteCount = ProcessInfo.processInfo.physicalMemory
    if byteCount > 0 { return Int(clamping: byteCount / 4) }
    throw DataError(
      .systemRefused, "the system does not say how much memory there is", advice: "Give --memory, e.g. --memory 1GiB.")
  }
}

/// The threads that somebody has started and will wait for.
///
/// `@unchecked Sendable`: `running` is read and written with `condition` locked, on which threads also wait; a `Mutex` has
/// no waiting.
final class RunningThreads: @unchecked Sendable {
  /// Guards what the threads share; signalled whenever one ends.
  let condition = NSCondition()
  /// How many have not ended; only for whoever holds `condition`.
  private(set) var running = 0

  /// Starts a thread.
  ///
  /// - Throws: `DataError` 71 when the system gives none.
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
}
