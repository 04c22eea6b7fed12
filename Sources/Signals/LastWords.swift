import CSignals
import Foundation
import Synchronization
public import Text

/// What a program says when it ends unexpectedly.
///
/// A trap, a bad address or an abort is a bug: one line and 70. Out of memory is one line and 71, and a mapped file
/// that somebody else cut short is one line and 65. There is never a backtrace, unless `SWIFT_BACKTRACE` asks for it.
public enum LastWords {
  /// Prepares for such an end; call once, before anything else.
  ///
  /// - Parameters:
  ///   - program: what the line begins with.
  ///   - goingOn: the sentence that names the command that goes on.
  public static func prepare(
    program: String, goingOn: @escaping @Sendable (DataError.GoingOn) -> String = { _ in "Run again." }
  ) {
    let wish = ProcessInfo.processInfo.environment["SWIFT_BACKTRACE"] ?? ""
    if wish.contains("enable=yes") || wish.contains("enable=on") { return }
    msa_last_words_prepare(program)
    sentence.withLock { $0 = goingOn }
  }

  /// What `prepare` was told; nil in a process whose ends are its own.
  private static let sentence = Mutex<(@Sendable (DataError.GoingOn) -> String)?>(nil)

  /// From now on the work goes on by another command than the one that is running, should the processor's time be over.
  public static func goOn(_ goingOn: DataError.GoingOn) {
    if let text = sentence.withLock({ $0 })?(goingOn) { msa_last_words_advise(text) }
  }

  /// From now on something else has to be done before the command is run again, should the processor's time be over.
  public static func advise(_ text: String) { msa_last_words_advise(text) }

  /// What a C library printed on its own account; nil where none did.
  public static var heard: String? {
    let text = String(cString: msa_last_words_heard()).split(separator: "\n").first.map(String.init)
    return text?.isEmpty ?? true ? nil : text
  }

  /// For a forked process whose end another one reports: it exits with 71 if there is no memory, otherwise dies of its
  /// signal, and prints nothing.
  package static func leaveToParent() { msa_last_words_be_silent() }

  /// Does the same for an overflow of this thread's stack.
  package static func coverThread() { msa_last_words_cover_thread() }
}

/// Tells `LastWords` which file some bytes are mapped from, as long as it lives.
package final class MappingNote: @unchecked Sendable {
  // Set once; what it points to is guarded by the C functions.
  private let mapping: UnsafeMutableRawPointer?

  /// Notes the mapping.
  package init(_ bytes: UnsafeRawBufferPointer, path: String) {
    mapping = msa_mapping_note(bytes.baseAddress, bytes.count, path)
  }

  deinit { msa_mapping_forget(mapping) }
}
