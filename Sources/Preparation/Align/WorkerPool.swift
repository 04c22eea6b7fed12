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
