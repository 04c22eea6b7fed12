import Files
import Foundation
import Signals
import Text

/// A process that indexes one file, and its output. It ends with the object at the latest.
final class IndexChildProcess: @unchecked Sendable {
  // Everything is set by `init`, and `gathered()` is called once, by one thread.
  let path: String
  let scratch: ScratchFile
  /// Seconds without a byte after which the process is ended.
  let patience: Double
  /// Bytes after which the process is ended.
  let byteLimit: Int

  private let origin: HDF5Indexer.Origin
  /// Where the index arrives.
  private var readEnd: Int32 = -1
  /// The running process; 0 once its end has been seen.
  private var process: pid_t = 0

  /// Starts the process.
  ///
  /// - Throws: `DataError` 71 when the system gives no process or descriptor, 70 when it cannot be started for another
  ///   reason.
  init(
    _ origin: HDF5Indexer.Origin, path: String, scratch: ScratchFile, patience: Double, byteLimit: Int
  ) throws {
    self.origin = origin
    self.path = path
    self.scratch = scratch
    self.patience = patience
    self.byteLimit = byteLimit
    var ends: [Int32] = [-1, -1]
    guard uninterrupted({ pipe(&ends) }) == 0 else { throw cannotStart(errno) }
    // A child for another file that starts in between may inherit a copy; it closes descriptors it does not know.
    for end in ends { _ = uninterrupted { fcntl(end, F_SETFD, FD_CLOEXEC) } }
    defer { closeSurely(ends[1]) }
    readEnd = ends[0]
    switch origin {
    case .program(let executable): process = try spawn(executable, writeEnd: ends[1])
    case .fork: process = try fork(writeEnd: ends[1])
    }
  }

  deinit {
    if readEnd >= 0 { close(readEnd) }
    if process > 0 {
      kill(process, SIGKILL)
      _ = waitForEnd()
    }
  }

  /// The stream that the process writes, once it has ended.
  ///
  /// - Throws: `DataError` 65 when it crashed, fell silent or wrote too much; 130 when the user interrupts.
  func gathered() throws -> [UInt8] {
    let bytes = try gather(from: readEnd)
    let status = waitForEnd()
    process = 0
    // Ctrl-C reaches the child too.
    try Interrupt.check()
    if status != 0 { throw died(status) }
    return bytes
  }

  /// Starts the process as a copy of this one.
  private func fork(writeEnd: Int32) throws -> pid_t {
    let spares = try spareDescriptors(writeEnd)
    defer { for spare in spares { closeSurely(spare) } }
    let copy = uninterrupted { Foundation.fork() }
    if copy < 0 { throw cannotStart(errno) }
    if copy > 0 { return copy }
    LastWords.leaveToParent()
    for (spare, wanted) in zip(spares, [HDF5IndexChild.indexDescriptor, HDF5IndexChild.scratchDescriptor]) {
      if uninterrupted({ dup2(spare, wanted) }) < 0 {
        _exit((DataError.isLack(errno) ? DataError.Code.systemRefused : .ioFailed).rawValue)
      }
    }
    HDF5IndexChild.index(path)
  }

  /// Closes a descriptor whose copy in this process would keep the stream from ending.
  private func closeSurely(_ descriptor: Int32) {
    if close(descriptor) != 0, fcntl(descriptor, F_GETFD) >= 0 { close(descriptor) }
  }

  /// Copies the pipe's end and the scratch file's descriptor out of the way of the numbers the process expects.
  private func spareDescriptors(_ writeEnd: Int32) throws -> [Int32] {
    var spares: [Int32] = []
    for descriptor in [writeEnd, scratch.descriptor] {
      let spare = uninterrupted { fcntl(descriptor, F_DUPFD_CLOEXEC, 10) }
      if spare < 0 {
        // EINVAL: the limit on open files is below the lowest number that was asked for.
        let code = errno == EINVAL ? EMFILE : errno
        for spare in spares { close(spare) }
        throw cannotStart(code)
      }
      spares.append(spare)
    }
    return spares
  }

  /// Starts the process from a program; it gets the null device, the pipe and the scratch file.
  private func spawn(_ executable: String, writeEnd: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let spares = try spareDescriptors(writeEnd)
    defer { for spare in spares { closeSurely(spare) } }
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
      // Short waits, so that an interrupt is noticed soon.
      let ready = poll(&poller, 1, 200)
      try Interrupt.check()
      if ready < 0, errno != EINTR { throw cannotHear(errno) }
      if ready <= 0 {
        if Date() > deadline { throw silent() }
        continue
      }
      let count = read(descriptor, &piece, piece.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw cannotHear(errno)
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
  private func waitForEnd() -> Int32 {
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    return status
  }

  /// The signals by which a faulty process ends itself, or by which its time is limited.
  private static let ownSignals = [SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV, SIGSYS, SIGXCPU]

  /// Only an end that the file can cause is blamed on the file.
  private func died(_ status: Int32) -> DataError {
    let (signal, exit) = (status & 0x7f, status >> 8)
    switch exit {
    case DataError.Code.systemRefused.rawValue where signal == 0:
      return DataError(
        .systemRefused, file: path, "the process that indexes it could not get memory or a descriptor",
        advice: "Run again when more memory is free, or raise the limits (ulimit -v, ulimit -n).")
    case DataError.Code.ioFailed.rawValue where signal == 0:
      return DataError(.ioFailed, file: path, "the process that indexes it could not pass on what it found")
    default: break
    }
    if signal != 0, !Self.ownSignals.contains(signal) {
      let reason = signal == SIGKILL ? ", as the system does when memory runs out" : ""
      return DataError(
        .systemRefused, file: path, "the process that indexes it was killed by signal \(signal)\(reason)",
        advice: "Run again when more memory is free.")
    }
    let how = signal == 0 ? "ended with status \(exit)" : "was stopped by signal \(signal)"
    return DataError(
      .badData, file: path, "reading its structure crashes libhdf5 (the process that indexes it \(how))",
      advice: HDF5Advice.harmful)
  }

  private func silent() -> DataError {
    DataError(
      .badData, file: path, "libhdf5 gives no answer for \(Int(patience)) s while reading the structure",
      advice: HDF5Advice.harmful)
  }

  private func cannotStart(_ code: Int32) -> DataError {
    let problem = "the process that indexes it cannot be run"
    guard case .program(let name) = origin, !DataError.isLack(code) else {
      return DataError.failedCall(code, file: path, problem)
    }
    return DataError(
      .internalBug, file: path, "\(problem): \(systemMessage(code))", advice: "Check that \(name) may be run.")
  }

  private func cannotHear(_ code: Int32) -> DataError {
    .failedCall(code, file: path, "the process that indexes it cannot be read from")
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

/// A temporary file without a name: it disappears with its last descriptor, however the program ends.
package final class ScratchFile: Sendable {
  /// Open for reading and writing.
  package let descriptor: Int32

  /// Creates an empty file in the folder for temporary files (`TMPDIR`).
  ///
  /// - Throws: `DataError` 73 when it cannot be made.
  package init() throws {
    let folder = FileManager.default.temporaryDirectory.path
    var template: [CChar] = []
    descriptor = uninterrupted {
      template = Array((folder + "/msa-hdf5-XXXXXX").utf8CString)
      return mkstemp(&template)
    }
    if descriptor < 0 {
      var error = DataError.system(errno, "making a temporary file", file: folder)
      if error.code == .cannotCreate { error.advice = "Set TMPDIR to a folder that can be written to." }
      throw error
    }
    // The indexing processes close descriptors they do not know.
    _ = uninterrupted { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = uninterrupted { unlink(template) }
  }

  deinit { close(descriptor) }
}
