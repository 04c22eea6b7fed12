import Foundation

extension InputFile {
  /// Refuses an open descriptor of anything but a file with contents of its own, and lets later reads wait.
  ///
  /// The path may lead elsewhere by now: what counts is what was opened.
  ///
  /// - Parameter status: what the system says of the descriptor, which was opened with `O_NONBLOCK`.
  /// - Throws: `DataError` 65 for another kind, 71 or 74 when it cannot be looked at.
  static func requireFile(_ descriptor: Int32, _ status: stat, path: String) throws {
    let kind = NodeKind(status)
    if kind != .file { throw kind.refusal(of: path) }
    if status.st_size == 0 { try requireEmpty(descriptor, path: path) }
    let flags = uninterrupted { fcntl(descriptor, F_GETFL) }
    if flags < 0 || uninterrupted({ fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) }) != 0 {
      let code = errno
      throw DataError.unreadable(code, file: path, "cannot be set to wait for its contents: \(systemMessage(code))")
    }
  }

  /// Files of `/proc` say that they are empty, and are made anew by each read.
  private static func requireEmpty(_ descriptor: Int32, path: String) throws {
    var byte: UInt8 = 0
    var count = 0
    repeat { count = pread(descriptor, &byte, 1, 0) } while count < 0 && errno == EINTR
    if count == 0 { return }
    let code = errno
    if count < 0, code != EAGAIN {
      throw DataError.unreadable(code, file: path, "\(systemMessage(code)) while reading at byte 0")
    }
    throw DataError(
      .badData, file: path, "is made by the system while it is read, and has no size", expected: "a file",
      advice: "Copy what it holds into a file, and give that.")
  }
}
