import Storage

/// One worker a thread, made when its thread first needs it.
///
/// `@unchecked Sendable`: slot n is only ever touched by thread n of one `OrderedWorkers` call.
final class WorkerPool: @unchecked Sendable {
  private let plan: PreparationPlan
  private let slots: UnsafeMutableBufferPointer<RecordingWorker?>

  init(plan: PreparationPlan, count: Int) {
    self.plan = plan
    slots = .allocate(capacity: count)
    slots.initialize(repeating: nil)
  }

  deinit {
    slots.deinitialize()
    slots.deallocate()
  }

  /// The worker of a thread.
  func worker(_ thread: Int) -> RecordingWorker {
    if let worker = slots[thread] { return worker }
    let worker = RecordingWorker(plan: plan)
    slots[thread] = worker
    return worker
  }
}

extension PreparationPlan {
  /// As many workers as threads were asked for and memory allows.
  ///
  /// - Throws: `DataError` 64 when not even one recording fits.
  func workerCount(threads: Int, memory: Int) throws -> Int {
    let largest =
      blocks.map { block in
        let recordings = recordings[block.recordings]
        return (recordings.map(\.inputBytes).max() ?? 0) + recordings.reduce(0) { $0 + $1.outputBytes }
      }.max() ?? 0
    if largest > memory {
      throw DataError(
        .usage, "the largest recording needs \(largest) bytes of memory, more than --memory \(memory)",
        advice: "Give a larger --memory, or leave that recording out of --folds.")
    }
    return max(1, min(threads, memory / max(1, largest)))
  }
}
