import Files
import Foundation
import Signals
import Testing
import Text

/// Ends that a program does not choose, each in its own process.
struct LastWordsTests {
  /// The only line that the process printed.
  private func line(_ result: ExitTest.Result?) throws -> String {
    let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(lines.count == 2 && lines[1].isEmpty, "\(text)")
    return String(lines[0])
  }

  @Test("a failed precondition is one line and 70, with Swift's reason if there is one")
  func trap() async throws {
    let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
      LastWords.prepare(program: "test")
      fatalError("the promise")
    }
    let line = try line(result)
    #expect(line.hasPrefix("test: error: internal error: "))
    #expect(line.contains("Fatal error: the promise"))
    #expect(line.hasSuffix(". This is a bug; please report it with the command line that led here."))
  }

  @Test("an invalid address is one line and 70")
  func badAddress() async throws {
    let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
      LastWords.prepare(program: "test")
      kill(getpid(), SIGSEGV)
      usleep(5_000_000)
    }
    #expect(
      try line(result) == "test: error: internal error: a bad address (SIGSEGV). This is a bug; please report it with "
        + "the command line that led here.")
  }

  @Test("when CPU time runs out, the line names the command that continues")
  func time() async throws {
    let result = await #expect(processExitsWith: .exitCode(71), observing: [\.standardErrorContent]) {
      LastWords.prepare(program: "test") { "To continue, run: test " + $0.added.joined(separator: " ") }
      LastWords.goOn(.init(adding: ["--overwrite"]))
      LastWords.goOn(.init(adding: ["--resume"]))
      kill(getpid(), SIGXCPU)
      usleep(5_000_000)
    }
    #expect(
      try line(result) == "test: error: the time that the processor may be used is over. Raise the limit (ulimit -t). "
        + "To continue, run: test --resume")
  }

  @Test("a command that does not fit in the line is not cut off")
  func longCommand() async throws {
    let result = await #expect(processExitsWith: .exitCode(71), observing: [\.standardErrorContent]) {
      LastWords.prepare(program: "test")
      LastWords.advise(String(repeating: "x", count: 5000))
      kill(getpid(), SIGXCPU)
      usleep(5_000_000)
    }
    #expect(
      try line(result) == "test: error: the time that the processor may be used is over. Raise the limit (ulimit -t), "
        + "and run again.")
  }

  @Test("running out of memory is one line and 71, whoever allocates")
  func noMemory() async throws {
    let result = await #expect(processExitsWith: .exitCode(71), observing: [\.standardErrorContent]) {
      LastWords.prepare(program: "test")
      let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 1 << 46)
      bytes[0] = 1
    }
    let line = try line(result)
    #expect(line.hasPrefix("test: error: no memory is left (failed to allocate 70368744177664 bytes"))
    #expect(line.contains("ulimit -v"))
  }

  @Test("a library that does not check its allocations is one line and 71")
  func unaskedMemory() async throws {
    let result = await #expect(processExitsWith: .exitCode(71), observing: [\.standardErrorContent]) {
      LastWords.prepare(program: "test")
      errno = ENOMEM
      abort()
    }
    #expect(try line(result).hasPrefix("test: error: no memory is left. "))
  }

  @Test("a truncated mapped file is one line and 65, and control characters in its name are escaped")
  func cutShort() async throws {
    let result = await #expect(processExitsWith: .exitCode(65), observing: [\.standardErrorContent]) {
      let path = FileManager.default.temporaryDirectory.path + "/msa-cut-\u{1b}-\(getpid())"
      try Data(repeating: 1, count: 1 << 16).write(to: URL(fileURLWithPath: path))
      let map = try MappedFile(path: path)
      LastWords.prepare(program: "test")
      truncate(path, 4096)
      // The file's name must not outlive the test.
      let sum = map.bytes[..<4096].reduce(0) { $0 + Int($1) }
      #expect(sum == 4096)
      unlink(path)
      // Read only for the side effect, so it must not be optimised away.
      exit(Int32(map.bytes[1 << 15]))
    }
    let line = try line(result)
    #expect(line.hasPrefix("test: error: /"))
    #expect(line.contains("/msa-cut-?-"))
    #expect(line.contains(": was cut short while it was read"))
  }

  @Test("a file that is no longer mapped is not blamed")
  func forgotten() async throws {
    let result = await #expect(processExitsWith: .exitCode(70), observing: [\.standardErrorContent]) {
      LastWords.prepare(program: "test")
      kill(getpid(), SIGBUS)
      usleep(5_000_000)
    }
    #expect(try line(result).contains("internal error: a bad address (SIGBUS)"))
  }
}
