import Files
import Foundation
import Signals
import Text

/// The process that indexes one file on behalf of another process.
public enum HDF5IndexChild {
  /// The argument that makes a program run as such a process.
  public static let argument = "__index-hdf5"

  /// Where the index is written and where decoded values go, as `IndexChildProcess` passes them.
  static let indexDescriptor: Int32 = 3
  static let scratchDescriptor: Int32 = 4

  /// Memory that libhdf5 may use: an index of a million datasets needs far less.
  private static let memoryLimit: rlim_t = 8 << 30
  /// Seconds of processor time: a child in an endless loop whose parent was killed ends by itself.
  private static let processorLimit: rlim_t = 1800

  /// Indexes the file that the last of `arguments` names and ends the process.
  ///
  /// - Parameter arguments: `__index-hdf5 PATH`, without the program's name.
  public static func main(_ arguments: [String]) -> Never {
    guard arguments.count == 2, arguments[0] == argument, fcntl(indexDescriptor, F_GETFD) >= 0 else {
      FileHandle.standardError.write(Data("\(argument) is for the program's own use\n".utf8))
      _exit(DataError.Code.usage.rawValue)
    }
    index(arguments[1])
  }

  /// Indexes a file and ends the process, which has been forked already.
  static func index(_ path: String) -> Never {
    closeOthers()
    // Nobody is reading any more: end. An interrupt is the parent's to handle. A crash must be quick: no backtrace.
    LastWords.leaveToParent()
    silenceErrors()
    for number in [SIGPIPE, SIGTERM] { signal(number, SIG_DFL) }
    signal(SIGINT, SIG_IGN)
    limit(RLIMIT_AS, to: memoryLimit)
    limit(RLIMIT_CPU, to: processorLimit)
    do {
      let file = try InputFile(path: path)
      try withExtendedLifetime(file) {
        try IndexBuilder.build(
          path: file.descriptorPath, byteCount: file.byteCount, scratchDescriptor: scratchDescriptor, emit: write)
      }
    } catch {
      pass(on: error as? DataError ?? DataError(.ioFailed, "\(error)"))
    }
    _exit(0)
  }

  /// Ends the process with an error that is not yet part of the stream; if nothing can be written, the status tells.
  private static func pass(on error: DataError) -> Never {
    do {
      var encoder = IndexEncoder(emit: write)
      try encoder.fail(error)
      _exit(0)
    } catch {
      let isLack = (error as? DataError)?.code == .systemRefused
      _exit((isLack ? DataError.Code.systemRefused : .ioFailed).rawValue)
    }
  }

  /// A lower limit set by the user stays. The hard limit is a little higher: beyond it the system kills the process,
  /// which looks like running out of memory.
  private static func limit(_ resource: __rlimit_resource, to value: rlim_t) {
    var limit = rlimit()
    let resource = __rlimit_resource_t(resource.rawValue)
    guard getrlimit(resource, &limit) == 0 else { return }
    limit.rlim_cur = min(limit.rlim_cur, value)
    limit.rlim_max = min(limit.rlim_max, value + 10)
    setrlimit(resource, &limit)
  }

  /// Closes descriptors inherited by accident from the parent process.
  private static func closeOthers() {
    guard let list = opendir("/dev/fd") else { return }
    var others: [Int32] = []
    while let entry = readdir(list) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if let number = Int32(name), number > scratchDescriptor { others.append(number) }
    }
    closedir(list)
    for number in others { close(number) }
  }

  /// glibc prints a line when it finds its heap corrupted; the parent prints its own.
  private static func silenceErrors() {
    let null = uninterrupted { open("/dev/null", O_WRONLY | O_CLOEXEC) }
    if null < 0 { return }
    _ = uninterrupted { dup2(null, STDERR_FILENO) }
    close(null)
  }

  private static func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(indexDescriptor, buffer.baseAddress! + done, buffer.count - done)  // non-empty
        if count < 0, errno == EINTR { continue }
        if count <= 0 { throw DataError.failedCall(errno, "passing on the index") }
        done += count
      }
    }
  }
}
