import Files
public import Foundation

/// A built program, run as a user runs it.
public struct Program: Hashable, Sendable {
  /// The outcome of a run.
  public struct Outcome {
    /// The exit status.
    public let status: Int32
    /// Standard output.
    public let output: String
    /// Standard error.
    public let errors: String

    /// Standard error without the newline at its end: the one line of an error message.
    public var message: String { errors.trimmingCharacters(in: .whitespacesAndNewlines) }
  }

  /// `msa-prep`
  public static let prep = Program(name: "msa-prep")
  /// `msa-audit`
  public static let audit = Program(name: "msa-audit")
  /// `msa-train`
  public static let train = Program(name: "msa-train")

  private let path: String

  /// The programs are next to the test bundle.
  private init(name: String) {
    let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let beside = tests.deletingLastPathComponent().appendingPathComponent(name).path
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    path = Folder.exists(beside) ? beside : root.appendingPathComponent(".build/debug/" + name).path
  }

  /// Runs the program until it exits.
  public func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Outcome {
    try run(arguments, environment: environment)
  }

  /// Runs the program until it exits, as an argument of `wrapper` (a tracer and its options) if there is one.
  public func run(
    _ arguments: [String], environment: [String: String] = [:], under wrapper: [String] = [], in folder: String? = nil
  ) throws -> Outcome {
    try start(arguments, environment: environment, under: wrapper, in: folder).finish()
  }

  /// A program that is running.
  public struct Running {
    /// The process, for its id and status.
    public let process: Process
    fileprivate let output: FileHandle
    fileprivate let errors: URL

    /// Waits until it exits.
    @discardableResult public func finish() throws -> Outcome {
      let output = String(decoding: output.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      let errors = try String(contentsOf: errors, encoding: .utf8)
      try FileManager.default.removeItem(at: self.errors)
      return Outcome(status: process.terminationStatus, output: output, errors: errors)
    }
  }

  /// Starts the program and leaves it running; `finish()` must follow.
  public func start(
    _ arguments: [String], environment: [String: String] = [:], under wrapper: [String] = [], in folder: String? = nil
  ) throws -> Running {
    let process = Process()
    let command = wrapper + [path] + arguments
    process.executableURL = URL(fileURLWithPath: command[0])
    process.arguments = Array(command.dropFirst())
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
    let pipe = Pipe()
    let errors = FileManager.default.temporaryDirectory.appendingPathComponent("msa-stderr-\(UUID().uuidString)")
    _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
    process.standardOutput = pipe
    process.standardError = try FileHandle(forWritingTo: errors)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return Running(process: process, output: pipe.fileHandleForReading, errors: errors)
  }
}
