import Files
import TestSupport
import Text

/// A write, sync or rename of a run, and the `strace` options that make exactly this call fail.
struct SystemCall: CustomStringConvertible {
  /// `write`, `fsync` or `rename`.
  let name: String
  /// The file; for a rename, the old name.
  let path: String
  /// Its number among the calls of this name on this file, from 1.
  let number: Int

  static let strace = "/usr/bin/strace"

  /// Gives temporary files the same names in every run, so that a call of one run can be found in the next.
  static let environment = ["MSA_TEMPORARY_DIGITS": "0"]

  /// The temporary name of a file in such a run.
  static func temporaryName(of name: String) -> String { ".\(name).0000000000000000.partial" }

  var description: String { "\(name) \(number) of \(path)" }

  /// `strace` and its options, to be placed before the program.
  ///
  /// Without `-f` only the main thread is traced: the processes that index the input are left alone.
  /// - Parameter fault: `error=ENOSPC` or `signal=SIGKILL`.
  func injecting(_ fault: String) -> [String] {
    [
      Self.strace, "-qq", "-o", "/dev/null", "-P", path, "-e", "trace=\(name)", "-e",
      "inject=\(name):\(fault):when=\(number)",
    ]
  }

  /// The calls of one run that write below `folder`, in order. This executes the run.
  static func calls(of arguments: [String], below folder: String, log: String) throws -> [SystemCall] {
    let traced = try Program.prep.run(
      arguments, environment: environment,
      under: [strace, "-qq", "-y", "-s", "0", "-o", log, "-e", "trace=write,fsync,rename"])
    if traced.status != 0 { throw DataError(.internalBug, traced.message) }
    let lines = String(decoding: try InputFile.contents(of: log, limit: 1 << 24), as: UTF8.self).split(separator: "\n")
    var counts: [String: Int] = [:]
    return lines.compactMap { line in
      // `write(5</folder/file>, ""..., 64) = 64` or `rename("/folder/a", "/folder/b") = 0`
      guard let match = line.firstMatch(of: /^(write|fsync|rename)\((?:\d+<|")([^>"]+)[>"]/) else { return nil }
      let (name, path) = (String(match.1), String(match.2))
      guard path.hasPrefix(folder) else { return nil }
      counts[name + path, default: 0] += 1
      return SystemCall(name: name, path: path, number: counts[name + path, default: 0])
    }
  }
}
