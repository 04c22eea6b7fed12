import Foundation
package import Text

/// Repeats a call as long as a signal interrupts it.
///
/// - Returns: what the call returns: −1 with `errno` set, but never `EINTR`.
package func uninterrupted<Result: SignedInteger>(_ call: () -> Result) -> Result {
  while true {
    let result = call()
    if result != -1 || errno != EINTR { return result }
  }
}

extension DataError {
  /// Whether `errno` says that the system lacked something: a thread, a process, memory, a descriptor.
  package static func isLack(_ code: Int32) -> Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(code) }

  /// The error for a failed call that concerns no file of the user's: 71 if the system lacked something, else 74.
  ///
  /// - Parameter problem: what could not be done, without the system's message.
  package static func failedCall(_ code: Int32, file: String? = nil, _ problem: String) -> DataError {
    DataError(
      isLack(code) ? .systemRefused : .ioFailed, file: file, "\(problem): \(systemMessage(code))",
      advice: advice(for: code))
  }

  /// What can be done about an `errno`; nil if that depends.
  package static func advice(for code: Int32) -> String? {
    switch code {
    case EAGAIN: "Use fewer --threads, or raise the limits on processes and memory (ulimit -u, ulimit -v)."
    case ENOMEM: "Run again when more memory is free, or raise the limit (ulimit -v)."
    case EMFILE, ENFILE: "Raise the limit on open files (ulimit -n), and run again."
    case EFBIG: "Raise the limit on the size of a file (ulimit -f), or write to another file system."
    default: nil
    }
  }
}
