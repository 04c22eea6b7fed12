import Foundation
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Programs that are run for their output")
struct ExternalProgramTests {
  private let shell = ExternalProgram(path: "/bin/sh")

  private func run(_ script: String, seconds: Double = 20, byteLimit: Int = 1 << 20) throws -> ExternalProgram.Output {
    try shell.run(["-c", script], seconds: seconds, byteLimit: byteLimit)
  }

  @Test("output, messages and status arrive, however much of either")
  func output() throws {
    let output = try run("head -c 300000 /dev/zero; head -c 300000 /dev/zero | tr '\\0' x >&2; exit 3")
    #expect(output.ending == .exited(3) && output.bytes == [UInt8](repeating: 0, count: 300_000))
    #expect(output.message == String(repeating: "x", count: 1 << 14))
    #expect(try run("kill -9 $$").ending == .exited(-9))
  }

  @Test(
    "a program that hangs is killed with what it started, also if it closed its output",
    arguments: ["", "exec >&- 2>&-; "])
  func hanging(start: String) throws {
    let folder = try TemporaryFolder()
    let begun = Date()
    let output = try run("\(start)(sleep 2; touch \(folder.file("late"))) & sleep 60", seconds: 0.5)
    #expect(output.ending == .outOfTime)
    #expect(Date().timeIntervalSince(begun) < 20)
    Thread.sleep(forTimeInterval: 2.5)
    #expect(!FileManager.default.fileExists(atPath: folder.file("late")))
  }

  @Test("a program that writes without end is killed")
  func flooding() throws {
    #expect(try run("cat /dev/zero", byteLimit: 1 << 20).ending == .tooMuch)
  }

  @Test("a program that cannot be run is named")
  func absent() throws {
    #expect(ExternalProgram(named: "ffmpeg", in: "/nowhere") == nil)
    let error = try #require(throws: DataError.self) {
      try ExternalProgram(path: "/nowhere/ffmpeg").run([], seconds: 1, byteLimit: 1)
    }
    #expect(error.file == "/nowhere/ffmpeg")
  }
}
