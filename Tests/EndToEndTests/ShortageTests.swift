import Files
import Foundation
import Testing
import TestSupport
import Text

/// What the programs say when the system grants no thread, process, memory or descriptor, or kills a process: one line,
/// at once, that puts the blame where it belongs.
final class ShortageTests {
  /// A command line with work for several threads.
  private struct Command {
    let program: Program
    let arguments: [String]
    /// The least number of threads it starts one after the other.
    let threadCount: Int
    /// Its status if it gets everything it needs: the audit finds a leak.
    var status: Int32 = 0
  }

  private static let strace = "/usr/bin/strace"
  private static let hasStrace = Folder.exists(strace)

  private let folder: TemporaryFolder
  private let commands: [Command]

  init() throws {
    folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    let release = try TinyRelease().write(to: folder.file("release"))
    let prepared = folder.file("prepared")
    let mosei = ["mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--threads", "4", "-q", "--out"]
    let outcome = try Program.prep.run(mosei + [prepared])
    try #require(outcome.status == 0, "\(outcome.errors)")
    commands = [
      Command(program: .prep, arguments: mosei + [folder.file("a")], threadCount: 2),
      Command(
        program: .prep, arguments: ["iemocap", "--root", release, "--threads", "4", "-q", "--out", folder.file("b")],
        threadCount: 2),
      Command(
        program: .audit, arguments: ["--shards", prepared, "--threads", "4", "-q", "--out", folder.file("c")],
        threadCount: 2, status: 1),
      Command(
        program: .train,
        arguments: ["--shards", prepared, "--epochs", "1", "--threads", "4", "-q", "--out", folder.file("d")],
        threadCount: 1),
    ]
  }

  /// One line, this status, and a reason.
  private func expectLine(_ outcome: Program.Outcome, _ status: Int32, _ reason: String, _ comment: String) {
    #expect(outcome.status == status, "\(comment): \(outcome.errors)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(comment): \(outcome.errors)")
    #expect(outcome.errors.contains(": error: "), "\(comment): \(outcome.errors)")
    #expect(outcome.errors.contains(reason), "\(comment): \(outcome.errors)")
  }

  /// A tracer that makes calls fail, in child processes and threads too.
  private func tracer(_ faults: String...) -> [String] {
    let calls = faults.map { $0.prefix { $0 != ":" } }.joined(separator: ",")
    return [Self.strace, "-f", "-qqq", "-o", "/dev/null", "-e", "trace=\(calls)"]
      + faults.flatMap { ["-e", "inject=\($0)"] }
  }

  @Test(
    "if a thread cannot be created, the first or a later one, every program ends with 71",
    .enabled(if: hasStrace, "strace is not installed"), arguments: ["EAGAIN", "ENOMEM"])
  func threads(code: String) throws {
    for command in commands {
      for number in 1...command.threadCount {
        let outcome = try command.program.run(
          command.arguments, under: tracer("clone3:error=\(code):when=\(number)"))
        expectLine(outcome, 71, "the system provides no thread", "\(command.arguments[0]), thread \(number)")
      }
    }
  }

  @Test(
    "resources that the indexing process cannot get are 71, and the file is not blamed",
    .enabled(if: hasStrace, "strace is not installed"),
    arguments: [
      ("pipe2:error=EMFILE:when=2", "Too many open files"), ("clone:error=EAGAIN:when=1", "Resource temporarily"),
      ("clone:error=ENOMEM:when=3", "Cannot allocate memory"), ("poll:error=ENOMEM:when=1", "Cannot allocate memory"),
      ("fcntl:error=EMFILE:when=4", "Too many open files"),
      ("dup2:error=EMFILE:when=1", "could not get memory or a descriptor"),
      // Only the process that indexes duplicates descriptors.
      ("dup2:signal=KILL:when=1", "killed by signal 9, as the system does when memory runs out"),
    ])
  func indexing(fault: String, reason: String) throws {
    let outcome = try Program.prep.run(commands[0].arguments, under: tracer(fault))
    expectLine(outcome, 71, reason, fault)
  }

  @Test("the command line is known even if /proc cannot be read", .enabled(if: hasStrace, "strace is not installed"))
  func commandLine() throws {
    let trace = folder.file("trace")
    _ = try Program.prep.run(["--version"], under: [Self.strace, "-qqq", "-y", "-o", trace, "-e", "trace=read"])
    let reads = try String(contentsOfFile: trace, encoding: .utf8).split(separator: "\n")
    // Where the runtime looks for the arguments on the stack.
    let first = try #require(reads.firstIndex { $0.contains("/maps>") })
    let outcome = try Program.prep.run(["--version"], under: tracer("read:error=ENOMEM:when=\(first + 1)+"))
    #expect(outcome.status == 0 && outcome.output == ToolVersion.current + "\n", "\(outcome.output)\(outcome.errors)")
  }

  @Test(
    "interrupted calls make no difference, however many there are",
    .enabled(if: hasStrace, "strace is not installed"),
    arguments: [
      "write:error=EINTR:when=1+2", "pread64:error=EINTR:when=3+2", "openat:error=EINTR:when=300+2",
      "fsync:error=EINTR:when=1+2", "poll:error=EINTR:when=1+2", "wait4:error=EINTR:when=1+2",
      "close:error=EINTR:when=120", "rename:error=EINTR:when=1+2", "fcntl:error=EINTR:when=1+2",
      "dup2:error=EINTR:when=1+2", "pipe2:error=EINTR:when=1+2", "clone:error=EINTR:when=1+2",
    ])
  func interruptedCalls(fault: String) throws {
    let outcome = try Program.prep.run(commands[0].arguments, under: tracer(fault))
    #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(fault): \(outcome.status) \(outcome.errors)")
    #expect(try Program.prep.run("verify", folder.file("a")).status == 0)
  }

  @Test(
    "without memory every program ends with 71 and one line, and no backtrace",
    .enabled(if: hasStrace, "strace is not installed"), arguments: [700, 720, 760])
  func memory(calls: Int) throws {
    for command in commands {
      // The loader and the start of Swift's runtime map several hundred pieces; after that, every request fails.
      let outcome = try command.program.run(
        command.arguments + ["--threads", "1"],
        under: tracer("brk:error=ENOMEM:when=6+", "mmap:error=ENOMEM:when=\(calls)+"))
      if outcome.status == command.status { continue }
      expectLine(outcome, 71, "memory", "\(command.arguments[0]), \(calls) calls")
    }
  }

  /// `bash` sets a limit and then becomes the program.
  private func shell(_ limit: String) -> [String] { ["/bin/bash", "-c", "\(limit); exec \"$@\"", "limits"] }

  @Test("with few descriptors every program works, or says what ran out", arguments: [4, 8, 12, 20])
  func descriptors(limit: Int) throws {
    for command in commands {
      let outcome = try command.program.run(command.arguments, under: shell("ulimit -n \(limit)"))
      // 127: the loader itself finds no descriptor for a library, before any line of the program runs.
      if outcome.status == command.status || outcome.status == 127 { continue }
      expectLine(outcome, 71, "Too many open files", "\(command.arguments[0]), \(limit)")
    }
  }

  @Test("with a small stack every program works, or says so", arguments: [48, 64, 96])
  func stack(limit: Int) throws {
    for command in commands {
      let outcome = try command.program.run(command.arguments, under: shell("ulimit -s \(limit)"))
      if outcome.status == command.status { continue }
      expectLine(
        outcome, 71, "the stack may not grow as far as it has to. Raise the limit (ulimit -s)",
        "\(command.arguments[0]), \(limit)")
    }
  }

  @Test("a file beyond the size limit is an error message, not a signal")
  func fileSize() throws {
    for command in commands {
      let outcome = try command.program.run(command.arguments, under: shell("ulimit -f 1"))
      expectLine(outcome, 74, "File too large", command.arguments[0])
      #expect(outcome.errors.contains("ulimit -f"))
    }
  }

  @Test("for a user at the process limit, every program ends with 71", .enabled(if: getuid() == 0, "needs root"))
  func processes() throws {
    guard Folder.exists("/usr/bin/setpriv") else { return }
    for command in commands {
      let out = command.arguments[command.arguments.count - 1]
      let outcome = try command.program.run(
        command.arguments.dropLast() + [out],
        under: ["/usr/bin/setpriv", "--reuid=65534", "--clear-groups", "--"] + shell("ulimit -u 1"))
      // Another user may be unable to write there, which is reported first.
      if outcome.status == 73 { continue }
      #expect(outcome.status == 71, "\(command.arguments[0]): \(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }
  }
}
