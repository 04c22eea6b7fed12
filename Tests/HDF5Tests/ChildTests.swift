import Foundation
import Testing
import Text

@testable import HDF5

/// The index-only program, built next to the tests.
let indexChild = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
  .appending(path: "HDF5IndexChild").path

/// An indexer that runs one of fixtures/hdf5/children instead of an indexing program.
private func indexer(running script: String, patience: Double = 60) -> HDF5Indexer {
  var indexer = HDF5Indexer(childExecutable: fixtures + "/children/\(script).sh")
  indexer.patience = patience
  return indexer
}

@Suite struct ChildTests {
  @Test(
    "a child process finds the same as this process",
    arguments: ["types.h5", "shapes.h5", "chunks.h5", "odd.h5", "userblock.h5", "v110.h5"])
  func sameIndex(_ name: String) throws {
    let path = fixtures + "/" + name
    let here = try HDF5Indexer(childExecutable: nil).index(path)
    let there = try HDF5Indexer(childExecutable: indexChild).index(path)
    #expect(here.groups == there.groups)
    #expect(here.datasets.map(\.path) == there.datasets.map(\.path))
    #expect(here.datasets.map(\.dataset) == there.datasets.map(\.dataset))
    try readEverything(path, indexer: HDF5Indexer(childExecutable: indexChild))
  }

  @Test("a child process refuses what this process refuses, in the same words", arguments: AttackTests.refusedByIndex)
  func sameError(_ attack: Attack) throws {
    let path = fixtures + "/attacks/\(attack.name).h5"
    let here = try #require(throws: DataError.self) { try HDF5Indexer(childExecutable: nil).index(path) }
    let there = try #require(throws: DataError.self) { try HDF5Indexer(childExecutable: indexChild).index(path) }
    #expect(here == there)
  }

  @Test("several files are indexed concurrently")
  func concurrent() async throws {
    let counts = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<8 {
        group.addTask {
          let name = ["types.h5", "shapes.h5", "chunks.h5", "odd.h5"][number % 4]
          return try HDF5Indexer(childExecutable: indexChild).index(fixtures + "/" + name).datasets.count
        }
      }
      return try await group.reduce(0, +)
    }
    #expect(counts == 2 * (25 + 10 + 20 + 9))
  }

  @Test(
    "a child that crashes, writes nonsense or exits early is one error that names the file",
    arguments: [
      ("crash", "crashes libhdf5 (the process that indexes it was stopped by signal 11)"),
      ("status", "crashes libhdf5 (the process that indexes it ended with status 3)"),
      ("nonsense", "its index cannot be read (byte 1 of 9)"),
      ("nothing", "its index cannot be read (byte 0 of 0)"),
      ("cut-off", "its index cannot be read (byte 6 of 6)"),
      ("trailing", "its index cannot be read (byte 9 of 10)"),
      ("endless", "its index is larger than 16777216 bytes"),
    ])
  func badChild(_ script: String, _ message: String) throws {
    let path = fixtures + "/types.h5"
    var indexer = indexer(running: script)
    indexer.byteLimit = 1 << 24
    let error = try #require(throws: DataError.self) { try indexer.index(path) }
    #expect(error.code == .badData)
    #expect(error.description.hasPrefix(path + ": "))
    #expect(error.description.contains(message), "\(error)")
  }

  @Test("a silent child is ended")
  func silentChild() throws {
    let start = Date()
    let error = try #require(throws: DataError.self) {
      try indexer(running: "silent", patience: 0.5).index(fixtures + "/types.h5")
    }
    #expect(error.description.contains("libhdf5 gives no answer for"))
    #expect(Date().timeIntervalSince(start) < 10)
  }

  @Test("a program that does not exist is an internal error")
  func noProgram() throws {
    let error = try #require(throws: DataError.self) {
      try HDF5Indexer(childExecutable: "/no/such/program").index(fixtures + "/types.h5")
    }
    #expect(error.code == .internalBug)
  }
}
