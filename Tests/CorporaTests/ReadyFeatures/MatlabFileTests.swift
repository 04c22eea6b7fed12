import Files
import HDF5
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("MATLAB files")
struct MatlabFileTests {
  private static let expected: [Float] = (0..<5).flatMap { row in (0..<3).map { Float(row) + Float($0) / 4 } }

  private func read(_ name: String) throws -> FeatureFile {
    let path = fixture("matlab/\(name).mat")
    let bytes = try InputFile.contents(of: path, limit: 1 << 20)
    if FileKind(of: bytes) == .matlab73 {
      return try MatlabFile.read(path: path, name: name, indexer: HDF5Indexer(childExecutable: nil))
    }
    return try FeatureFile.read(bytes, path: name)
  }

  @Test(
    "SciPy's and h5py's matrices are rows and columns as they were",
    arguments: ["v5", "v7", "single", "v73", "v73-chunks"])
  func values(name: String) throws {
    let file = try read(name)
    #expect(file.rowCount == 5 && file.width == 3 && file.values == Self.expected)
    #expect(file.times == nil && !file.isVector)
  }

  @Test("numbers of other types, and doubles that are stored as bytes")
  func types() throws {
    #expect(try read("int16").values == Self.expected.map { $0 * 4 })
    let small = try read("small")
    #expect(small.rowCount == 2 && small.width == 3 && small.values == [0, 2, 4, 1, 3, 5])
  }

  @Test("a file without a single matrix is refused with what it holds")
  func others() throws {
    let two = try #require(throws: DataError.self) { try read("two") }
    #expect(two.code == .badData && two.description.contains("2 matrices (a, b)"))
    let none = try #require(throws: DataError.self) { try read("none") }
    #expect(none.description.contains("no matrix of real numbers"))
  }

  @Test("hostile files are refused in one line")
  func attacks() throws {
    let names = try Folder.names(in: fixture("matlab/attacks"))
    #expect(names.count >= 15)
    for name in names {
      let error = try #require(throws: DataError.self, "\(name)") { try read("attacks/" + name.dropLast(4)) }
      #expect(error.code == .badData && !error.description.contains("\n"), "\(name): \(error)")
    }
  }

  @Test("every cut of a file is refused or read")
  func cuts() throws {
    for name in ["v5", "v7"] {
      let bytes = try InputFile.contents(of: fixture("matlab/\(name).mat"), limit: 1 << 20)
      for count in bytes.indices {
        do {
          let file = try MatlabFile.read(Array(bytes[..<count]))
          #expect(file.values == Self.expected)
        } catch let error as DataError {
          #expect(error.code == .badData)
        }
      }
    }
  }
}
