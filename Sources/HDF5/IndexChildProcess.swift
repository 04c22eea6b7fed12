import Foundation
import Storage

/// Runs a process that indexes one file and gathers what it writes.
struct IndexChildProcess {
  /// The program and its first argument turn into `HDF5IndexChild.main`.
  let executable: String
  let path: String
  let scratch: ScratchFile
  /// Seconds without a byte after which the process is ended.
  let patience: Double
  /// Bytes after which the process is ended.
  let byteLimit: Int

  /// The stream that the process wrote.
  ///
  /// - Throws: `DataError` 65 when it crashed, fell silent or wrote too much; 70 when it cannot be started; 130 when
  ///   the user interrupts.
  func run() throws -> [UInt8] {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw cannotStart(errno) }
    // A child for another file that starts in between may get a copy; it closes what it does not know.
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process: pid_t
    do {
      defer { close(ends[1]) }
      process = try start(writeEnd: ends[1])
    } catch {
      close(ends[0])
      throw error
    }
    defer { close(ends[0]) }
    let bytes: [UInt8]
    do {
      bytes = try gather(from: ends[0])
    } catch {
      kill(process, SIGKILL)
      _ = wait(for: process)
      throw error
    }
    let status = wait(for: process)
    // Ctrl-C reaches the child too.
    try Interrupt.check()
    if status != 0 { throw died(status) }
    return bytes
  }

  /// Starts the process; it is given the null device, the pipe and the scratch file.
  private func start(writeEnd: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The pipe and the scratch file may stand at 3 and 4 already: move them out of the way first.
    let spares = [fcntl(writeEnd, F_DUPFD_CLOEXEC, 10), fcntl(scratch.descriptor, F_DUPFD_CLOEXEC, 10)]
    defer { for spare in spares where spare >= 0 { close(spare) } }
    guard spares.allSatisfy({ $0 >= 0 }) else { throw cannotStart(errno) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, spares[0], HDF5IndexChild.indexDescriptor)
    posix_spawn_file_actions_adddup2(&actions, spares[1], HDF5IndexChild.scratchDescriptor)
    let arguments = [executable, HDF5IndexChild.argument, path]
    // A crash is expected now and then: no backtrace, which would take seconds.
    let environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { _, new in new }
    var process: pid_t = 0
    let result = Self.withCStrings(arguments) { arguments in
      Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { environment in
        posix_spawn(&process, executable, &actions, nil, arguments, environment)
      }
    }
    if result != 0 { throw cannotStart(result) }
    return process
  }

  private func gather(from descriptor: Int32) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    var deadline = Date(timeIntervalSinceNow: patience)
    while true {
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      // Short waits, so that an interrupt is seen soon.
      let ready = poll(&poller, 1, 200)
      try Interrupt.check()
      if ready < 0, errno != EINTR { throw cannotStart(errno) }
      if ready <= 0 {
        if Date() > deadline { throw silent() }
        continue
      }
      let count = read(descriptor, &piece, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw cannotStart(errno)
      }
      if count == 0 { return bytes }
      bytes += piece[..<count]
      deadline = Date(timeIntervalSinceNow: patience)
      if bytes.count > byteLimit {
        throw DataError(.badData, file: path, "its index is larger than \(byteLimit) bytes", advice: HDF5Advice.harmful)
      }
    }
  }

  /// The exit status as waitpid gives it.
  private func wait(for process: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  private func died(_ status: Int32) -> DataError {
    let signal = status & 0x7f
    let how = signal == 0 ? "ended with status \(status >> 8)" : "was stopped by signal \(signal)"
    return DataError(
      .badData, file: path, "reading its structure crashes libhdf5 (the process that indexes it \(how))",
      advice: HDF5Advice.harmful)
  }

  private func silent() -> DataError {
    DataError(
      .badData, file: path, "libhdf5 says nothing for \(Int(patience)) s while it reads the structure",
      advice: HDF5Advice.harmful)
  }

  private func cannotStart(_ code: Int32) -> DataError {
    DataError(
      .internalBug, file: path, "the process that indexes it cannot be run: \(systemMessage(code))",
      advice: "Check that \(executable) may be run and that there is memory left.")
  }

  /// Calls `body` with a list of C strings that ends with nil.
  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
  }
}
