import Foundation

/// Runs the Swift compiler's type checker on a snippet, with the modules that this test run was built with.
enum Typecheck {
  /// The compiler's messages; empty if the snippet is valid.
  static func messages(_ snippet: String) throws -> String {
    let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    let products = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let file = FileManager.default.temporaryDirectory.appending(path: "msa-typecheck-\(UUID().uuidString).swift")
    try snippet.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }  // a leftover temporary file harms no test
    var arguments = ["swiftc", "-typecheck", "-swift-version", "6", "-I", products.appending(path: "Modules").path]
    arguments += try moduleMaps(in: repository.appending(path: "Sources"), products: products)
    arguments += try includeFlags()
    let result = try run(arguments + [file.path])
    return result.status == 0 ? "" : result.output
  }

  /// The module maps of the C modules, needed by a Swift module that imports them: those of libraries are next to the
  /// sources, those of C targets among the build products.
  private static func moduleMaps(in sources: URL, products: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: sources.path).sorted()
      .flatMap { name in
        [
          sources.appending(path: "\(name)/module.modulemap").path,
          products.appending(path: "\(name).build/module.modulemap").path,
        ]
      }
      .filter { FileManager.default.fileExists(atPath: $0) }
      .flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
  }

  /// The folder of libhdf5's headers; those of the other C libraries are in the default places.
  private static func includeFlags() throws -> [String] {
    try run(["pkg-config", "--cflags-only-I", "hdf5"]).output.split(whereSeparator: \.isWhitespace)
      .flatMap { ["-Xcc", String($0)] }
  }

  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
