import Foundation
import Synchronization
import Testing
import Text

@testable import Workers

/// Limits a process to this much more memory than it has.
private func limitMemory(toMore byteCount: Int) throws {
  let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
  let used = (Int(pages[0]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  var limit = rlimit(rlim_cur: rlim_t(used + byteCount), rlim_max: rlim_t(used + byteCount))
  setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
}

/// Ends the process as a program does: with the status of the error thrown.
private func end(_ body: () throws -> Void) -> Never {
  do {
    try body()
    exit(0)
  } catch {
    exit((error as? DataError)?.code.rawValue ?? 1)
  }
}

/// Each runs in its own process, with room for the stacks of two threads.
struct WorkerThreadTests {
  @Test("a thread that cannot be created is 71, and work on the others is stopped")
  func ordered() async {
    await #expect(processExitsWith: .exitCode(71)) {
      try limitMemory(toMore: 20 << 20)
      end {
        try OrderedWorkers(threadCount: 8).forEach(
          count: 1_000_000, work: { _ in usleep(10) }, consume: { _, _ in })
      }
    }
  }

  @Test("a queue's thread that cannot be created is 71, too")
  func queue() async {
    await #expect(processExitsWith: .exitCode(71)) {
      try limitMemory(toMore: 20 << 20)
      end { _ = try WorkQueue<Int>(threadCount: 8, costLimit: 1, state: {}) { _, _ in } }
    }
  }

  @Test("with room for all of its threads, the work runs to its end")
  func enough() async {
    await #expect(processExitsWith: .exitCode(0)) {
      try limitMemory(toMore: 20 << 20)
      end { try OrderedWorkers(threadCount: 2).forEach(count: 100, work: { $0 }, consume: { _, _ in }) }
    }
  }
}
