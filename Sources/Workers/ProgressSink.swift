/// Where long work says how far it is; safe to call from any thread.
public protocol ProgressSink: Sendable {
  /// A stage of the work starts: `total` steps counted in `unit`, e.g. 3,293 videos.
  func begin(_ stage: String, total: Int, unit: String)
  /// Steps of the current stage are done.
  func advance(by steps: Int)
  /// The current stage is over.
  func end()
  /// Something the user should read even when progress is off: a warning, a fallback that was taken.
  func warn(_ message: String)
}

/// Says nothing.
public struct SilentProgress: ProgressSink {
  public init() {}
  public func begin(_ stage: String, total: Int, unit: String) {}
  public func advance(by steps: Int) {}
  public func end() {}
  public func warn(_ message: String) {}
}
