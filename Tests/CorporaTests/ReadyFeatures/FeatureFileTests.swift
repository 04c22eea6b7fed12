import Foundation
import Storage
import Testing

@testable import Corpora

@Suite("Ready-made features")
struct FeatureFileTests {
  private func read(_ text: String) throws -> FeatureFile { try FeatureFile.read(Array(text.utf8), path: "a.csv") }

  private func array(_ name: String) throws -> FeatureFile {
    try FeatureFile.read(InputFile.contents(of: Fixtures.path("npy/\(name).npy"), limit: 1 << 20), path: name)
  }

  @Test(
    "numbers with commas are read, with any line ends",
    arguments: ["1,2.5\n-3e1,4\n", "1,2.5\r\n-3e1,4\r\n", "1, 2.5\n\n -3e1 ,4", "\u{feff}1,2.5\n-3e1,4"])
  func plain(text: String) throws {
    let file = try read(text)
    #expect(file.rowCount == 2)
    #expect(file.width == 2)
    #expect(file.names == nil)
    #expect(file.times == nil)
    #expect(file.values == [1, 2.5, -30, 4])
  }

  @Test("a header line gives the names")
  func header() throws {
    let file = try read("pitch, \"loudness\" ,success\n1,2,0\n")
    #expect(file.names == ["pitch", "loudness", "success"])
    #expect(file.values == [1, 2, 0])
  }

  @Test("values that are not finite stay what they are")
  func notFinite() throws {
    let file = try read("1,nan,inf\nNaN,-inf,Infinity\n")
    #expect(file.rowCount == 2)
    #expect(file.values[1].isNaN && file.values[3].isNaN)
    #expect([file.values[2], file.values[4], file.values[5]] == [.infinity, -.infinity, .infinity])
  }

  @Test("OpenFace's bookkeeping is no feature, its time is the rows', and a frame without a face is NaN")
  func openFace() throws {
    let file = try read(
      """
      frame, face_id, timestamp, confidence, success, gaze_0_x, AU01_r
      1, 0, 0.000, 0.98, 1, 0.25, 1.5
      2, 0, 0.033, 0.10, 0, 0.75, 2.5
      3, 0, 0.067, 0.98, 1, 0.5, 0
      """)
    #expect(file.names == ["gaze_0_x", "AU01_r"])
    #expect(file.width == 2)
    #expect(file.times == [0, 0.033, 0.067])
    #expect(file.values[2].isNaN && file.values[3].isNaN)
    #expect([file.values[0], file.values[1], file.values[4], file.values[5]] == [0.25, 1.5, 0.5, 0])
  }

  @Test(
    "an array of one axis is one column, of two axes rows and columns",
    arguments: [("f4-6", 6, 1), ("fortran-2x3", 2, 3)])
  func arrays(_ name: String, _ rowCount: Int, _ width: Int) throws {
    let file = try array(name)
    #expect(file.rowCount == rowCount)
    #expect(file.width == width)
    #expect(file.names == nil)
    #expect(file.values == [-1, -0.5, 0, 0.5, 1, 1.5])
  }

  @Test(
    "an array that is no table is refused with its name",
    arguments: [
      ("fortran-2x3x2", "3 axes"), ("f4-single", "0 axes"), ("f4-0x3", "holds no rows"),
      ("attacks/cut-off", "holds 23 bytes of values"),
    ])
  func refusedArrays(_ name: String, _ problem: String) {
    let error = #expect(throws: DataError.self) { try array(name) }
    #expect(error?.code == .badData)
    #expect(error?.problem == problem)
    #expect(error?.file == name)
  }

  @Test(
    "a bad line is named with what was expected",
    arguments: [
      ("", "a.csv: holds no rows, expected a line of numbers for each frame"),
      ("\n\n", "a.csv: holds no rows, expected a line of numbers for each frame"),
      ("a,b\n", "a.csv: holds no rows, expected a line of numbers for each frame"),
      ("\u{7f}ELF\u{1}\u{2}", "a.csv: holds no rows, expected a line of numbers for each frame"),
      ("1,2\n3\n", "a.csv: line 2: 1 columns, expected 2 as on the first line"),
      ("1,2\n\n3,4,5\n", "a.csv: line 3: 3 columns, expected 2 as on the first line"),
      ("a,b\n1,x7\n", "a.csv: line 2: column 2 goes on with \"x7\", expected a number and a comma"),
      ("1,2\n3,\n", "a.csv: line 2: column 2 goes on with \"\", expected a number and a comma"),
      ("1,2\n3 4,5\n", "a.csv: line 2: column 2 goes on with \"4\", expected a number and a comma"),
      ("1,2\n0x10,5\n", "a.csv: line 2: column 2 goes on with \"x10\", expected a number and a comma"),
      ("1,2\n1e999,5\n", "a.csv: line 2: column 1 goes on with \"1e999\", expected a number and a comma"),
      (
        "frame,confidence,success\n1,1,1\n",
        "a.csv: has no column of features, expected columns beyond OpenFace's frame and confidence"
      ),
    ])
  func refusals(_ text: String, _ message: String) {
    let error = #expect(throws: DataError.self) { try read(text) }
    #expect(error?.code == .badData)
    #expect(error?.description == message)
  }

  @Test("a line of too many columns is refused")
  func width() {
    let line = [String](repeating: "1", count: FeatureFile.widthLimit + 1).joined(separator: ",")
    #expect(throws: DataError.self) { try read(line) }
  }

  @Test("a file with changed bytes is read or refused, never more")
  func mutations() {
    let bytes = Array("frame,confidence,success,x\n1,0.5,1,-2.25\n2,nan,0,1e5\n".utf8)
    var refused = 0
    for place in bytes.indices {
      for change: UInt8 in [1, 4, 0x10, 0x80, 0xff] {
        var changed = bytes
        changed[place] ^= change
        do { _ = try FeatureFile.read(changed, path: "a.csv") } catch { refused += 1 }
      }
      do { _ = try FeatureFile.read(Array(bytes[..<place]), path: "a.csv") } catch { refused += 1 }
    }
    #expect(refused > 40)
  }
}
