import Foundation
import Synchronization
import Workers

/// Work that two lanes do side by side.
protocol LaneWork: AnyObject {
  /// Does one lane's part of a job.
  func perform(_ job: Int, lane: Int)
}

/// Runs a job's two lanes: on the calling thread and one helper that lives as long as the team, or both on the calling
/// thread. Either way the lanes do the same, so the results have the same bits.
///
/// The helper spins for a moment when it has nothing to do, then sleeps: a step is many short jobs, but a core that
/// others need must not be held.
///
/// `@unchecked Sendable`: `work` and `job` are written before `started` is raised and read after it was seen.
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

  /// Looks at the flag this often before sleeping: some 50 µs.
  private static let spinCount = 50_000

  /// - Parameter threads: 1, or more for a helper.
  /// - Throws: `DataError` 71 when the system gives no thread for it.
  init(threads: Int) throws {
    hasHelper = threads > 1
    if hasHelper { try WorkerThread.start { [unowned self] in self.help() } }
  }

  /// Ends the helper; the team must not be used afterwards.
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
