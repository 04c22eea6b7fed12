import Foundation
import Synchronization
import Text

/// Ctrl-C and SIGTERM as a flag that long work polls between files.
///
/// The first signal asks the work to finish the current file and stop with exit status 130; the second ends the process
/// at once. Either way what is on disk resumes to the same bytes.
public enum Interrupt {
  private static let isRequested = Atomic<Bool>(false)

  /// Starts listening; call once, at the start of a program.
  public static func install() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { _ in
        if Interrupt.isRequested.exchange(true, ordering: .relaxed) { _exit(130) }
      }
    }
    // A closed pipe and a file beyond `ulimit -f` then become write errors, which say what happened.
    for number in [SIGPIPE, SIGXFSZ] { signal(number, SIG_IGN) }
    // A program that was started from a thread with blocked signals would never hear of Ctrl-C.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether the user asked to stop.
  public static var isPending: Bool { isRequested.load(ordering: .relaxed) }

  /// Stops the work at a safe place.
  ///
  /// - Throws: `DataError` 130 once a signal has come.
  public static func check() throws {
    if isPending {
      throw DataError(.interrupted, "interrupted", goingOn: .init())
    }
  }
}
