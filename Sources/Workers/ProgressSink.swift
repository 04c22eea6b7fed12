/// Where long work reports its progress; safe to call from any thread.
public protocol ProgressSink: Sendable {
  /// A stage of the work starts: so many steps of one `unit`, e.g. 3,293 of a `video`; 0 where nobody knows how many.
  func begin(_ stage: String, total: Int, unit: String)
  /// Steps of the current stage are done.
  func advance(by steps: Int)
  /// The current stage is over.
  func end()
  /// Something the user should read even when progress is off, such as a warning or a fallback that was taken.
  func warn(_ message: String)
}

/// Says nothing.
public struct SilentProgress: ProgressSink {
  /// A sink that drops everything.
  public init() {}
  /// Does nothing.
  public func begin(_ stage: String, total: Int, unit: String) {}
  /// Does nothing.
  public func advance(by steps: Int) {}
  /// Does nothing.
  public func end() {}
  /// Does nothing.
  public func warn(_ message: String) {}
}
