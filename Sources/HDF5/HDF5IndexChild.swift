import Foundation
import Storage

/// The process that indexes one file on behalf of another process.
public enum HDF5IndexChild {
  /// The word that a program is run with to become such a process.
  public static let argument = "__index-hdf5"

  /// Where the index is written and where decoded values go, as `IndexChildProcess` passes them.
  static let indexDescriptor: Int32 = 3
  static let scratchDescriptor: Int32 = 4

  /// Memory that libhdf5 may use: an index of a million datasets needs far less.
  private static let memoryLimit: rlim_t = 8 << 30
  /// Seconds of processor time: what is left alone in an endless loop, its parent killed, ends by itself.
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

  /// Indexes a file and ends the process, which is one of its own by now.
  static func index(_ path: String) -> Never {
    closeOthers()
    // Nobody reads any more: end. An interrupt is the parent's to handle. A crash must be quick: no backtrace.
    for number in [SIGPIPE, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTRAP] { signal(number, SIG_DFL) }
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
      _exit(DataError.Code.ioFailed.rawValue)
    }
    _exit(0)
  }

  private static func limit(_ resource: __rlimit_resource, to value: rlim_t) {
    var limit = rlimit(rlim_cur: value, rlim_max: value)
    setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
  }

  /// Closes descriptors that came by chance from the process that started this one.
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

  private static func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count {
        let count = Foundation.write(indexDescriptor, buffer.baseAddress! + done, buffer.count - done)  // non-empty
        if count < 0, errno == EINTR { continue }
        if count <= 0 { throw DataError(.ioFailed, "\(systemMessage(errno)) while passing on the index") }
        done += count
      }
    }
  }
}
