import ArrayFiles
import Files
import Foundation
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Ready-made feature files")
struct FeatureFileTests {
  private func read(_ text: String) throws -> FeatureFile { try FeatureFile.read(Array(text.utf8), path: "a.csv") }

  private func array(_ name: String) throws -> FeatureFile {
    try FeatureFile.read(InputFile.contents(of: fixture("npy/\(name).npy"), limit: 1 << 20), path: name)
  }

  @Test("a file of another type is named for what it is")
  func otherKind() throws {
    let error = try #require(throws: DataError.self) { try read("<!DOCTYPE html><html></html>") }
    #expect(
      error.description.hasPrefix(
        "a.csv: is an HTML page, expected an .npy array, a .csv table of numbers or a .mat file"))
  }

  @Test(
    "comma-separated numbers are read, with any line ending",
    arguments: [
      "1,2.5\n-3e1,4\n", "1,2.5\r\n-3e1,4\r\n", "1, 2.5\n\n -3e1 ,4", "\u{feff}1,2.5\n-3e1,4",
      "\n1,2.5\n-3e1,4\n", "1;2.5\n-3e1; 4\n", "1 ,2.5 \n-3e1,4 \n",
    ])
  func plain(text: String) throws {
    let file = try read(text)
    #expect(file.rowCount == 2)
    #expect(file.width == 2)
    #expect(file.names == nil)
    #expect(file.times == nil)
    #expect(file.values == [1, 2.5, -30, 4])
  }

  @Test("a header line gives the column names")
  func header() throws {
    let file = try read("pitch, \"loudness\" ,success\n1,2,0\n")
    #expect(file.names == ["pitch", "loudness", "success"])
    #expect(file.values == [1, 2, 0])
  }

  @Test("values that are not finite are kept")
  func notFinite() throws {
    let file = try read("1,-nan(ind),inf\n1.#QNAN,-inf,Infinity\n")
    #expect(file.rowCount == 2)
    #expect(file.values[1].isNaN && file.values[3].isNaN)
    #expect([file.values[2], file.values[4], file.values[5]] == [.infinity, -.infinity, .infinity])
  }

  @Test("OpenFace's bookkeeping is not a feature, its times are used, and a frame without a face is NaN")
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
    #expect(file.times?.starts == [0, 0.033, 0.067])
    #expect(file.times?.ends == nil)
    #expect(file.hasFaces)
    #expect(file.values[2].isNaN && file.values[3].isNaN)
    #expect([file.values[0], file.values[1], file.values[4], file.values[5]] == [0.25, 1.5, 0.5, 0])
  }

  private static let openFace = "frame, face_id, timestamp, confidence, success, AU01_r"

  @Test("of several faces the chosen one is taken, and every row gets its time")
  func faces() throws {
    let text = Self.openFace + "\n1,0,0,0.9,1,1\n1,1,0,0.9,1,3\n2,0,0.5,0.9,1,5\n"
    let refused = #expect(throws: DataError.self) { try read(text) }
    #expect(
      refused?.description
        == "a.csv: has the rows of 2 faces (face_id 0, 1), expected those of one person. Choose one with --face, e.g. --face 0."
    )
    func face(_ number: Int) throws -> FeatureFile {
      try FeatureFile.read(Array(text.utf8), path: "a.csv", face: number)
    }
    #expect(try face(0).values == [1, 5])
    #expect(try face(1).values == [3])
    #expect(try face(1).times?.starts == [0])
    #expect(try face(1).times?.extent == Interval(start: 0, end: 0.5))
    #expect(try face(7).rowCount == 0)
  }

  @Test("repeated times are refused, not averaged")
  func twice() {
    let error = #expect(throws: DataError.self) {
      try read("frame,timestamp,confidence,success,x\n1,0.1,1,1,5\n2,0.2,1,1,6\n2,0.1,1,1,7\n")
    }
    #expect(error?.problem == "has the time 0.1 twice: a repeated frame, or a second face")
  }

  @Test(
    "the columns that openSMILE writes before its features are not features",
    arguments: [
      ("name;frameTime;a;b\n'x;y';0.00;1;2\n'x;y';0.01;3;4\n", [0, 0.01], nil),
      ("frameIndex;frameTime;a;b\n0;0.5;1;2\n1;0.75;3;4\n", [0.5, 0.75], nil),
      ("name,frameTime,a,b\nunknown,0,1,2\nunknown,1,3,4\n", [0, 1], nil),
      (
        "file,start,end,a,b\n\"a,b.wav\",0 days 00:00:00,0 days 00:00:00.02,1,2\nb,0 days 00:00:01,0 days 00:00:02,3,4\n",
        [0, 1], [0.02, 2]
      ),
      ("start,end,a,b\n0.5,1,1,2\n1,2.5,3,4\n", [0.5, 1], [1, 2.5]),
      ("start,end,a,b\n0,NaT,1,2\n1,NaT,3,4\n", [0, 1], nil),
    ])
  func openSMILE(text: String, starts: [Double], ends: [Double]?) throws {
    let file = try read(text)
    #expect(file.names == ["a", "b"])
    #expect(file.values == [1, 2, 3, 4])
    #expect(file.times?.starts == starts)
    #expect(file.times?.ends == ends)
  }

  @Test("names that openSMILE uses are features in other files")
  func otherWords() throws {
    #expect(try read("start,name\n1,2\n").names == ["start", "name"])
    #expect(try read("a,frameTime\n1,2\n").times == nil)
  }

  @Test(
    "a first column that numbers the rows is refused by name",
    arguments: [
      (",0,1\n0,5,6\n1,7,8\n", "the first column has no name, as when pandas writes its row index"),
      ("Unnamed: 0,a\n7,5\n9,6\n", "the first column has no name, as when pandas writes its row index"),
      ("index,a\n0,5\n1,6\n2,6\n", "the first column, \"index\", is an index: it counts the rows from 0"),
      ("1,5\n2,6\n3,6\n", "the first column, which has no name, is an index: it counts the rows from 1"),
    ])
  func counter(text: String, problem: String) {
    #expect(#expect(throws: DataError.self) { try read(text) }?.problem == problem)
  }

  @Test("a first column that is not a counter is a feature", arguments: ["1,5\n2,6\n4,6\n", "0\n1\n2\n", "0,5\n1,6\n"])
  func noCounter(text: String) throws {
    #expect(try read(text).width == text.split(separator: "\n")[0].split(separator: ",").count)
  }

  @Test(
    "an array of one axis is one row; two axes are rows and columns",
    arguments: [("f4-6", 1, 6), ("fortran-2x3", 2, 3)])
  func arrays(_ name: String, _ rowCount: Int, _ width: Int) throws {
    let file = try array(name)
    #expect(file.rowCount == rowCount)
    #expect(file.width == width)
    #expect(file.names == nil)
    #expect(file.isVector == (name == "f4-6"))
    #expect(file.values == [-1, -0.5, 0, 0.5, 1, 1.5])
  }

  @Test(
    "axes of length 1 are dropped, leading ones first",
    arguments: [
      ([1, 2, 3], 2, 3), ([1, 1, 6], 1, 6), ([2, 1, 3], 2, 3), ([6, 1, 1], 6, 1), ([1, 6, 1], 6, 1),
      ([2, 3, 1, 1], 2, 3),
    ])
  func axes(shape: [Int], rowCount: Int, width: Int) throws {
    let bytes = NpyFile.bytes([Float](arrayLiteral: 1, 2, 3, 4, 5, 6), .float32, shape: shape)
    let file = try FeatureFile.read(bytes, path: "a.npy")
    #expect(file.rowCount == rowCount && file.width == width)
    #expect(file.values == [1, 2, 3, 4, 5, 6])
    #expect(!file.isVector)
  }

  @Test("a file without rows gives no rows")
  func noRows() throws {
    #expect(try array("f4-0x3").rowCount == 0)
    for text in ["", "\n\n", "\u{feff}", "a,b\n", Self.openFace + "\n"] { #expect(try read(text).rowCount == 0) }
  }

  @Test(
    "an array that is not a table is refused by name",
    arguments: [
      ("fortran-2x3x2", "an array of shape [2, 3, 2]"), ("f4-single", "an array of shape []"),
      ("attacks/cut-off", "holds 23 bytes of values"),
    ])
  func refusedArrays(_ name: String, _ problem: String) {
    let error = #expect(throws: DataError.self) { try array(name) }
    #expect(error?.code == .badData)
    #expect(error?.problem == problem)
    #expect(error?.file == name)
  }

  @Test(
    "a bad line is reported with what was expected",
    arguments: [
      (
        "\u{7f}ELF\u{1}\u{2}",
        "a.csv: line 1: is not a table, expected lines of numbers with commas or semicolons between them"
      ),
      ("face_id,x\n0.5,1\n", "a.csv: line 2: face_id is 0.5, expected the whole number of a face"),
      ("a;b\n1;x\n", "a.csv: line 2: column 2 continues with \"x\", expected a number and a semicolon"),
      ("start,end,x\n0,soon,1\n", "a.csv: line 2: column 2 continues with \"soon\", expected a number and a comma"),
      ("1,2\n3\n", "a.csv: line 2: 1 columns, expected 2 as on the first line"),
      ("1,2\n\n3,4,5\n", "a.csv: line 3: 3 columns, expected 2 as on the first line"),
      ("a,b\n1,x7\n", "a.csv: line 2: column 2 continues with \"x7\", expected a number and a comma"),
      ("1,2\n3,\n", "a.csv: line 2: column 2 continues with \"\", expected a number and a comma"),
      ("1,2\n3 4,5\n", "a.csv: line 2: column 2 continues with \"4\", expected a number and a comma"),
      ("1,2\n0x10,5\n", "a.csv: line 2: column 2 continues with \"x10\", expected a number and a comma"),
      ("1,2\n1e999,5\n", "a.csv: line 2: column 1 continues with \"1e999\", expected a number and a comma"),
      (
        "frame,confidence,success\n1,1,1\n",
        "a.csv: line 1: has no column of features, expected columns beyond times, names and confidence"
      ),
    ])
  func refusals(_ text: String, _ message: String) {
    let error = #expect(throws: DataError.self) { try read(text) }
    #expect(error?.code == .badData)
    #expect(error?.description == message)
  }

  @Test("a line with too many columns is refused")
  func width() {
    let line = [String](repeating: "1", count: FeatureFile.widthLimit + 1).joined(separator: ",")
    #expect(throws: DataError.self) { try read(line) }
  }

  @Test(
    "a file with changed bytes is either read or refused",
    arguments: [
      "frame,face_id,timestamp,x\n1,0,0.5,-2.25\n2,0,1,-nan(ind)\n",
      "name;frameTime;x\n'a;b';0.00;1.#QNAN\n\"c\";1e1;-inf\n",
      "file,start,end,x\n\"a,b\",0 days,0 days 00:00:01.5,1\nc,00:01:02,NaT,2\n", ",0\n0,1.5\n1,2.5\n2,3.5\n",
    ])
  func mutations(text: String) {
    let bytes = Array(text.utf8)
    var refused = 0
    for place in bytes.indices {
      for change: UInt8 in [1, 4, 0x10, 0x80, 0xff] {
        var changed = bytes
        changed[place] ^= change
        do {
          let file = try FeatureFile.read(changed, path: "a.csv")
          #expect(file.values.count == file.rowCount * file.width)
          #expect(file.times.map { $0.starts.count == file.rowCount } ?? true)
        } catch {
          refused += 1
        }
      }
      do { _ = try FeatureFile.read(Array(bytes[..<place]), path: "a.csv") } catch { refused += 1 }
    }
    #expect(refused > 20)
  }
}
