import Synchronization
import Text
public import Workers

/// One line on standard error that shows progress, redrawn at most ten times a second.
public final class TerminalProgress: ProgressSink {
  /// How progress is shown.
  enum Style: Sendable {
    /// One line that is redrawn over and over.
    case bar
    /// A line when the first step of a stage is done and one when it ends.
    case lines
    case silent

    /// - Parameters:
    ///   - isTerminal: whether standard error is one; a file gets lines only where they are asked for.
    ///   - canRedraw: whether that terminal can go back to the start of a line.
    init(_ mode: ProgressMode, quiet: Bool, verbose: Bool, isTerminal: Bool, canRedraw: Bool) {
      switch mode {
      case .never: self = .silent
      case .always: self = .bar
      case .auto:
        if quiet || !isTerminal && !verbose {
          self = .silent
        } else {
          self = verbose || !canRedraw ? .lines : .bar
        }
      }
    }
  }

  private struct State {
    var line: ProgressLine?
    /// Whether the stage's first line is written.
    var isAnnounced = false
    var started: ContinuousClock.Instant
    var drawn: ContinuousClock.Instant?
    var drawnWidth = 0
  }

  private static let redrawInterval = Duration.milliseconds(100)

  private let style: Style
  private let columns: @Sendable () -> Int
  private let isUnicode: Bool
  private let warningLabel: String
  private let write: @Sendable (String) -> Void
  private let now: @Sendable () -> ContinuousClock.Instant
  private let state: Mutex<State>

  init(
    style: Style, columns: @escaping @Sendable () -> Int, isUnicode: Bool, warningLabel: String,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.style = style
    self.columns = columns
    self.isUnicode = isUnicode
    self.warningLabel = warningLabel
    self.write = write
    self.now = now
    state = Mutex(State(started: now()))
  }

  /// Ends the previous stage and starts one.
  public func begin(_ stage: String, total: Int, unit: String) {
    state.withLock { state in
      finish(&state)
      // A stage may be named after a folder.
      let stage = PrintableText.line(stage)
      state.line = ProgressLine(stage: stage, done: 0, total: total, unit: unit)
      state.started = now()
      state.drawn = nil
      state.isAnnounced = false
      if style == .bar { draw(&state) }
    }
  }

  /// Counts steps; redraws the line if it was last drawn long enough ago.
  public func advance(by steps: Int) {
    state.withLock { state in
      state.line?.done += steps
      if style == .lines, steps > 0 { announce(&state) }
      guard style == .bar, state.line != nil else { return }
      if let drawn = state.drawn, now() - drawn < Self.redrawInterval { return }
      draw(&state)
    }
  }

  /// Leaves the finished stage on the screen.
  public func end() {
    state.withLock { finish(&$0) }
  }

  /// Prints a warning above the line, whatever the style.
  public func warn(_ message: String) {
    state.withLock { state in
      erase(&state)
      write(
        warningLabel + PrintableText.line(PrintableText.bounded(message, limit: 4 * PrintableText.partLimit)) + "\n")
      if style == .bar, state.line != nil { draw(&state) }
    }
  }

  /// Leaves the last state of a stage on the screen and goes to the next line.
  private func finish(_ state: inout State) {
    guard let line = state.line else { return }
    switch style {
    case .bar:
      draw(&state)
      write("\n")
    // Of a stage that never began to count there is nothing to say.
    case .lines where state.isAnnounced: write(line.summary(elapsed: now() - state.started) + "\n")
    case .lines: break
    case .silent: break
    }
    state.drawnWidth = 0
    state.line = nil
  }

  /// Says once what a stage is about, when something of it is done: an error before that stands alone.
  private func announce(_ state: inout State) {
    guard let line = state.line, !state.isAnnounced else { return }
    state.isAnnounced = true
    write("\(line.stage): \(line.total > 0 ? line.count : "started")\n")
  }

  private func draw(_ state: inout State) {
    guard let line = state.line else { return }
    let text = line.text(elapsed: now() - state.started, columns: columns() - 1, isUnicode: isUnicode)
    let blanks = String(repeating: " ", count: max(0, state.drawnWidth - text.count))
    write("\r" + text + blanks)
    state.drawnWidth = text.count
    state.drawn = now()
  }

  /// Blanks work on every terminal; escape sequences do not.
  private func erase(_ state: inout State) {
    guard state.drawnWidth > 0 else { return }
    write("\r" + String(repeating: " ", count: state.drawnWidth) + "\r")
    state.drawnWidth = 0
  }
}
