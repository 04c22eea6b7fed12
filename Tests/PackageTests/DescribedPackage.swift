import Foundation

/// The output of `swift package describe` for a package.
struct DescribedPackage: Decodable {
  /// A target and the targets of the package it depends on.
  struct Target: Decodable {
    let name: String
    let path: String
    let dependencies: [String]

    private enum CodingKeys: String, CodingKey {
      case name, path
      case dependencies = "target_dependencies"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      path = try values.decode(String.self, forKey: .path)
      // The key is absent if a target has no dependencies.
      dependencies = try values.decodeIfPresent([String].self, forKey: .dependencies) ?? []
    }
  }

  private let targets: [Target]

  /// The targets under `Sources`.
  var sources: [Target] { targets.filter { $0.path.hasPrefix("Sources/") } }

  /// Describes the package in a folder, with a separate build folder: the tests' own is locked while they run.
  init(of root: URL) throws {
    let scratch = FileManager.default.temporaryDirectory.appending(path: "msa-describe-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }  // a leftover temporary folder harms no test
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [
      "swift", "package", "--package-path", root.path, "--scratch-path", scratch.path, "describe", "--type", "json",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    self = try JSONDecoder().decode(DescribedPackage.self, from: output)
  }
}
