import Files
import Foundation
import TestSupport

extension Program {
  /// Starts the program and stops it (SIGSTOP) when `path` appears; nil if it was over by then.
  func stopped(_ arguments: [String], at path: String, environment: [String: String] = [:]) throws -> Running? {
    let running = try start(arguments, environment: environment)
    let process = running.process.processIdentifier
    while !Folder.exists(path), running.process.isRunning { usleep(100) }
    kill(process, SIGSTOP)
    // A signal takes a moment to arrive.
    while running.process.isRunning {
      let status = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      if status.contains(") T ") { return running }
      if status.contains(") Z ") { break }
      usleep(100)
    }
    try running.finish()
    return nil
  }
}
