import Foundation
import Synchronization
import Workers

/// Work that two lanes do in parallel.
protocol LaneWork: AnyObject {
  /// Performs one lane's part of a job.
  func perform(_ job: Int, lane: Int)
}

/// Runs the two lanes of a job, either on the calling thread and a helper thread that lives as long as the team, or
/// both on the calling thread. The lanes do the same either way, so the results are bit-identical.
///
/// When idle, the helper spins for a moment and then sleeps: a step consists of many short jobs, but it must not hold a
/// core that others need.
///
/// `@unchecked Sendable`: `work` and `job` are written before `started` is raised and read after it has been seen.
final class LaneTeam: @unchecked Sendable {
  private let hasHelper: Bool
  private let started = Atomic<Int>(0)
  private let finished = Atomic<Int>(0)
  private let helperSleeps = Atomic<Bool>(false)
  private let isStopped = Atomic<Bool>(false)
  private let condition = NSCondition()
  // The caller keeps the work alive while it runs.
  private unowned(unsafe) var work: any LaneWork = NoWork.shared
  private var job = 0

  /// How often to check the flag before sleeping: for some 50 µs.
  private static let spinCount = 50_000

  /// - Parameter threads: 1 for the calling thread alone, more for a helper as well.
  /// - Throws: `DataError` 71 if the system cannot create the thread.
  init(threads: Int) throws {
    hasHelper = threads > 1
    if hasHelper { try WorkerThread.start { [unowned self] in self.help() } }
  }

  /// Ends the helper thread; the team must not be used afterwards.
  func stop() {
    if !hasHelper || isStopped.exchange(true, ordering: .sequentiallyConsistent) { return }
    wake()
    while finished.load(ordering: .acquiring) >= 0 { sched_yield() }
  }

  /// Runs both lanes of a job and returns when both are done.
  func run(_ work: any LaneWork, _ job: Int) {
    if !hasHelper {
      work.perform(job, lane: 0)
      work.perform(job, lane: 1)
      return
    }
    self.work = work
    self.job = job
    let turn = started.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue
    if helperSleeps.load(ordering: .sequentiallyConsistent) { wake() }
    work.perform(job, lane: 0)
    var spins = 0
    while finished.load(ordering: .acquiring) < turn {
      spins += 1
      if spins > Self.spinCount { sched_yield() }
    }
  }

  private func wake() {
    condition.lock()
    condition.signal()
    condition.unlock()
  }

  private func help() {
    var turn = 0
    while true {
      waitForTurn(after: turn)
      if isStopped.load(ordering: .sequentiallyConsistent) { break }
      turn += 1
      work.perform(job, lane: 1)
      finished.store(turn, ordering: .releasing)
    }
    finished.store(-1, ordering: .releasing)
  }

  private func waitForTurn(after turn: Int) {
    for _ in 0..<Self.spinCount
    where started.load(ordering: .acquiring) > turn || isStopped.load(ordering: .relaxed) { return }
    condition.lock()
    helperSleeps.store(true, ordering: .sequentiallyConsistent)
    while started.load(ordering: .sequentiallyConsistent) <= turn,
      !isStopped.load(ordering: .sequentiallyConsistent)
    {
      condition.wait()
    }
    helperSleeps.store(false, ordering: .sequentiallyConsistent)
    condition.unlock()
  }
}

private final class NoWork: LaneWork, Sendable {
  static let shared = NoWork()
  func perform(_ job: Int, lane: Int) {}
}
