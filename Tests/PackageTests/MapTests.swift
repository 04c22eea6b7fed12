import Foundation
import Testing

@Suite("The package matches CONTRIBUTING.md")
struct MapTests {
  private let package: DescribedPackage
  private let map: FloorMap

  init() throws {
    package = try DescribedPackage(of: Repository.root)
    map = try FloorMap(contentsOf: Repository.root.appending(path: "CONTRIBUTING.md"))
  }

  @Test("every target under Sources is on the map once, and nothing else is")
  func targets() {
    #expect(map.names.sorted() == package.sources.map(\.name).sorted())
  }

  @Test("a target imports only targets of lower floors, or of its own floor to the left of it")
  func floors() throws {
    let sources = Set(package.sources.map(\.name))
    for target in package.sources {
      let own = try #require(map.place(of: target.name), "\(target.name) is not in the map")
      for dependency in target.dependencies where sources.contains(dependency) {
        let other = try #require(map.place(of: dependency), "\(dependency) is not in the map")
        #expect(other < own, "\(target.name) imports \(dependency), which the map has above it")
      }
    }
  }

  @Test("Package.swift sets no unsafe flags, which SwiftPM refuses in a dependency")
  func flags() throws {
    let manifest = try String(contentsOf: Repository.root.appending(path: "Package.swift"), encoding: .utf8)
    #expect(!manifest.contains("unsafeFlags"))
  }

  @Test("few source files have 40 lines or fewer")
  func crumbs() throws {
    let short = try Repository.swiftFiles(under: "Sources").filter {
      $0.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1 <= 40
    }
    #expect(short.count <= 50, "\(short.map(\.path))")
  }
}
