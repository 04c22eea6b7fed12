import Foundation
import Storage

/// Standard output or standard error, written without buffering.
struct StandardStream: Sendable {
  let descriptor: Int32

  static let output = StandardStream(descriptor: STDOUT_FILENO)
  static let error = StandardStream(descriptor: STDERR_FILENO)

  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// The number of columns of the terminal; nil where it is not one.
  var columns: Int? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Writes all of `text`; a reader that has gone away (`| head`) is not an error.
  ///
  /// - Throws: `DataError` 74 for anything else, e.g. a full disk behind a redirection.
  func write(_ text: String) throws {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 {
        if errno == EINTR { continue }
        if errno == EPIPE { return }
        let code = errno
        throw DataError(
          DataError.isLack(code) ? .systemRefused : .ioFailed, file: "standard output",
          "\(systemMessage(code)) while writing it", advice: DataError.advice(for: code))
      }
      bytes = bytes.dropFirst(written)
    }
  }
}
