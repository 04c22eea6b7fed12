import Files
import Foundation
import Signals
import Text

/// A program of the system that is run for its output, with limits of time and size.
struct ExternalProgram: Sendable {
  /// Where it is.
  let path: String

  init(path: String) { self.path = path }

  /// The first program of a name in a search path.
  ///
  /// - Parameter searchPath: folders separated by colons; nil for the environment's `PATH`.
  init?(named name: String, in searchPath: String? = nil) {
    let folders = (searchPath ?? ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    let paths = folders.map { $0 + "/" + name }
    guard let path = paths.first(where: { FileManager.default.isExecutableFile(atPath: $0) }) else { return nil }
    self.path = path
  }

  /// How a run ended.
  enum Ending: Hashable {
    /// With an exit status, or the number of a signal below zero.
    case exited(Int32)
    /// It was killed at the limit of time.
    case outOfTime
    /// It was killed at the limit of size.
    case tooMuch
  }

  /// What a run gave.
  struct Output {
    let ending: Ending
    /// Standard output.
    let bytes: [UInt8]
    /// The beginning of standard error.
    let message: String
  }

  /// The most bytes of standard error that are kept.
  private static let messageLimit = 1 << 14
  /// How long a wait lasts before an interrupt is looked for, in milliseconds.
  private static let step: Int32 = 200

  /// Runs the program without input.
  ///
  /// Everything that it started in its process group is killed when this returns.
  ///
  /// - Parameters:
  ///   - seconds: the limit of time.
  ///   - byteLimit: the limit of standard output.
  /// - Throws: `DataError` 71 when it cannot be started, 130 when the user interrupts.
  func run(_ arguments: [String], seconds: Double, byteLimit: Int) throws -> Output {
    let (output, error) = (try OutputPipe(self), try OutputPipe(self))
    let process = try start(arguments, output: output, error: error)
    output.closeWriteEnd()
    error.closeWriteEnd()
    var isRunning = true
    defer {
      // The group: a script's own children would otherwise go on.
      kill(-process, SIGKILL)
      if isRunning { _ = Self.end(of: process) }
    }
    let deadline = Date(timeIntervalSinceNow: seconds)
    var (bytes, message): ([UInt8], [UInt8]) = ([], [])
    var isOpen = (output: true, error: true)
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    func take(_ pipe: OutputPipe, _ events: Int16, _ keep: (ArraySlice<UInt8>) -> Void) throws -> Bool {
      if events == 0 { return true }
      let count = uninterrupted { read(pipe.readEnd, &piece, piece.count) }
      if count < 0 { throw DataError.failedCall(errno, file: path, "its output cannot be read") }
      keep(piece[..<count])
      return count > 0
    }
    while isOpen.output || isOpen.error {
      try Interrupt.check()
      if Date() > deadline { return Output(ending: .outOfTime, bytes: [], message: Self.text(message)) }
      var polled = [
        pollfd(fd: isOpen.output ? output.readEnd : -1, events: Int16(POLLIN), revents: 0),
        pollfd(fd: isOpen.error ? error.readEnd : -1, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&polled, 2, Self.step)
      if ready < 0, errno != EINTR { throw DataError.failedCall(errno, file: path, "its output cannot be awaited") }
      if ready <= 0 { continue }
      if isOpen.output { isOpen.output = try take(output, polled[0].revents) { bytes += $0 } }
      if isOpen.error {
        isOpen.error = try take(error, polled[1].revents) { message += $0.prefix(Self.messageLimit - message.count) }
      }
      if bytes.count > byteLimit { return Output(ending: .tooMuch, bytes: [], message: Self.text(message)) }
    }
    guard let status = try Self.end(of: process, before: deadline) else {
      return Output(ending: .outOfTime, bytes: [], message: Self.text(message))
    }
    isRunning = false
    let signal = status & 0x7f
    return Output(
      ending: .exited(signal == 0 ? status >> 8 & 0xff : -signal), bytes: bytes, message: Self.text(message))
  }

  private static func text(_ message: [UInt8]) -> String { String(decoding: message, as: UTF8.self) }

  // MARK: - The process

  private func start(_ arguments: [String], output: OutputPipe, error: OutputPipe) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output.writeEnd, 1)
    posix_spawn_file_actions_adddup2(&actions, error.writeEnd, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // This program ignores SIGPIPE, and its threads may block signals; the other one should not.
    var (none, usual) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigemptyset(&usual)
    for number in [SIGPIPE, SIGXFSZ, SIGINT, SIGTERM] { sigaddset(&usual, number) }
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &usual)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
    posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: Int(flags)))
    var process: pid_t = 0
    let environment = ProcessInfo.processInfo.environment.map { "\($0.key)=\($0.value)" }
    let result = Self.withCStrings([path] + arguments) { words in
      Self.withCStrings(environment) { posix_spawn(&process, path, &actions, &attributes, words, $0) }
    }
    if result != 0 { throw DataError.failedCall(result, file: path, "cannot be run") }
    return process
  }

  /// Calls `body` with a list of C strings that ends with nil.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }

  /// Waits for the end; returns the status as waitpid gives it.
  private static func end(of process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// The same, up to a time; nil if it still runs then, with its output closed.
  private static func end(of process: pid_t, before deadline: Date) throws -> Int32? {
    var status: Int32 = 0
    while uninterrupted({ waitpid(process, &status, WNOHANG) }) == 0 {
      try Interrupt.check()
      if Date() > deadline { return nil }
      usleep(2000)
    }
    return status
  }
}

/// The two ends of a pipe; what is still open is closed with the object.
private final class OutputPipe {
  let readEnd: Int32
  private(set) var writeEnd: Int32

  /// - Throws: `DataError` 71 when the system has no descriptors left.
  init(_ program: ExternalProgram) throws {
    var ends: [Int32] = [-1, -1]
    guard uninterrupted({ pipe(&ends) }) == 0 else {
      throw DataError.failedCall(errno, file: program.path, "its output cannot be read")
    }
    for end in ends { _ = uninterrupted { fcntl(end, F_SETFD, FD_CLOEXEC) } }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  func closeWriteEnd() {
    close(writeEnd)
    writeEnd = -1
  }

  deinit {
    close(readEnd)
    if writeEnd >= 0 { close(writeEnd) }
  }
}
