import Files
import TensorCore
import TestSupport
import Testing
import Text

@testable import Corpora

@Suite("IEMOCAP motion capture")
struct MotionCaptureFileTests {
  private let buffer = FloatBuffer()

  private func parse(_ text: String) throws -> MotionCapture {
    try MotionCaptureFile.parse(Array(text.utf8), path: "a.txt", into: buffer)
  }

  private func values(_ motion: MotionCapture) -> [Float] {
    Array(UnsafeBufferPointer(start: buffer.base, count: motion.frameCount * motion.width))
  }

  private func fixture(_ name: String) throws -> MotionCapture {
    let bytes = try InputFile.contents(of: TestSupport.fixture("iemocap/" + name), limit: 1 << 20)
    return try MotionCaptureFile.parse(bytes, path: name, into: buffer)
  }

  @Test("a marker has one column per axis; NaN stays NaN")
  func rotated() throws {
    let motion = try fixture("rotated.txt")
    #expect(motion.names == ["CH1_X", "CH1_Y", "CH1_Z", "LC2_X", "LC2_Y", "LC2_Z"])
    #expect(motion.times == [6.29167, 6.3, 6.30833])
    let values = values(motion)
    #expect(values.prefix(6) == [-1.5, 0.25, 100, 7.123456, -0, 12])
    #expect(values[6..<9].allSatisfy { $0.isNaN })
    #expect(values[9...] == [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(motion.bad.isEmpty)
  }

  @Test("names with one column each omit the axis if all axes are the same")
  func head() throws {
    let motion = try fixture("head.txt")
    #expect(motion.names == ["pitch", "roll", "yaw", "tra_x", "tra_y", "tra_z"])
    #expect(motion.frameCount == 2)
    #expect(motion.times == [0, 0.00833])
  }

  @Test(
    "the header defines the columns",
    arguments: [
      ("Frame# Time a b\nx y\n", ["a_x", "b_y"]),
      ("Frame# Time a b\nFrame# Time x y x y\n", ["a_x", "a_y", "b_x", "b_y"]),
      ("Frame# Time a b c d\nx y\n", ["a_x", "b_y", "c_x", "d_y"]), ("Frame#\tTime  a \r\n mm\r\n", ["a_mm"]),
      ("\u{feff}Frame# Time a\nx\n", ["a_x"]), ("\n \nFrame# Time a\n\nx\n", ["a_x"]),
    ])
  func columns(header: String, names: [String]) throws {
    #expect(try parse(header).names == names)
  }

  @Test(
    "if the line of axes is blank, the first frame defines the columns",
    arguments: [
      ("1 0.1 1 2 3 4 5 6", ["a_X", "a_Y", "a_Z", "b_X", "b_Y", "b_Z"]), ("1 0.1 1 2", ["a", "b"]),
      ("1 0.1 1 2 3 4", ["a_0", "a_1", "b_0", "b_1"]),
    ])
  func blankAxes(frame: String, names: [String]) throws {
    let motion = try parse("Frame# Time a b\n\n\(frame)\n")
    #expect(motion.names == names)
    #expect(motion.times == [0.1])
    #expect(values(motion) == names.indices.map { Float($0 + 1) })
  }

  @Test(
    "a file without frames has no rows, wherever it ends",
    arguments: ["", "\n \n", "\u{feff}", "Frame# Time a b\n", "Frame# Time a b\nx y\n"])
  func empty(text: String) throws {
    #expect(try parse(text).frameCount == 0)
    #expect(try parse(text).badCount == 0)
  }

  @Test(
    "a malformed header is refused",
    arguments: [
      ("Frame# Time\nx\n", "line 1"), ("1 0.1 5\n2 0.2 5\n", "line 1"), ("Frame# Time a b\nx y z\n", "line 2"),
      ("Frame# Time a\n1 0.1 5\n", "line 2"), ("Frame# Time a b\n\n1 0.1 5\n", "line 3"),
      ("Frame# Time a b\n\n1 0.1\n", "line 3"), ("\n1 0.1 5\n", "line 2"),
    ])
  func badHeader(text: String, place: String) {
    let error = #expect(throws: DataError.self) { try parse(text) }
    #expect(error?.code == .badData)
    #expect(error?.description.contains(place) == true, "\(error?.description ?? "")")
  }

  @Test(
    "a malformed frame is a bad line and gives no row",
    arguments: [
      "2", "2 0.2", "2 0.2 1", "2 0.2 1 2 3", "x 0.2 1 2", "2 NaN 1 2", "2 0.2 1 n/a", "2 0.2 1 2x",
      "2 0.2 1 1e39", "2 0.2 1 1e39NaN", "2 0.05 1 2", "2 0.2 1,5 2", "2 0.2 1 NaNs", "2 0.2 1 1.#", "2 0.2 0x1 2",
      "2x 0.2 1 2",
    ])
  func badFrame(line: String) throws {
    let motion = try parse("Frame# Time a b\nx y\n1 0.1 1 2\n\(line)\n3 0.3 5 6")
    #expect(motion.times == [0.1, 0.3])
    #expect(values(motion) == [1, 2, 5, 6])
    #expect(motion.bad == [BadLine(file: "a.txt", line: 4, expected: "a frame number, a later time and 2 values")])
    #expect(motion.badCount == 1)
  }

  @Test("a repeated frame is reported as repeated")
  func repeatedFrame() throws {
    let motion = try parse("Frame# Time a\nx\n1 0.1 5\n1 0.1 5\n2 0.2 6\n")
    #expect(motion.times == [0.1, 0.2])
    #expect(motion.bad.map(\.description) == ["a.txt: line 4: expected a later time: this is a repeated frame"])
  }

  @Test(
    "a value that is not finite is recognised in any spelling",
    arguments: ["nan", "NAN", "-nan", "-nan(ind)", "1.#QNAN", "-1.#IND"])
  func notANumber(spelling: String) throws {
    let motion = try parse("Frame# Time a b\nx y\n1 0.1 \(spelling) 2\n2 0.2 3 \(spelling)\n")
    #expect(motion.bad.isEmpty)
    #expect(values(motion).map(\.isNaN) == [true, false, false, true])
  }

  @Test("more than 5 % bad lines are refused", arguments: [(2, 40, false), (3, 40, true)])
  func manyBadFrames(bad: Int, count: Int, isRefused: Bool) throws {
    let lines = (0..<count).map { $0 < bad ? "\($0) oops" : "\($0) \(Double($0) / 120) 1" }
    let text = "Frame# Time a\nx\n" + lines.joined(separator: "\n")
    if isRefused {
      #expect(throws: DataError.self) { try parse(text) }
    } else {
      #expect(try parse(text).badCount == bad)
    }
  }

  @Test("a wide header without frames allocates no memory for them")
  func wideHeader() throws {
    let names = (0..<4096).map { "m\($0)" }.joined(separator: " ")
    let axes = Array(repeating: "x", count: 4096).joined(separator: " ")
    let text = "Frame# Time \(names)\n\(axes)\n" + String(repeating: "\n", count: 1_000_000)
    #expect(try parse(text).frameCount == 0)
    #expect(buffer.capacity < 1 << 20)
    #expect(throws: DataError.self) { try parse("Frame# Time \(names) one-more\n\(axes) x\n") }
  }

  @Test("values are parsed as the C library parses them")
  func manyValues() throws {
    var random = PhiloxStream(seed: 8, stream: 0)
    let numbers = (0..<165).map { _ in (Double(random.integer(below: 40_000_000)) / 1e5 - 200).fixed(5) }
    let names = (0..<55).map { "M\($0)" }.joined(separator: " ")
    let axes = Array(repeating: "X Y Z", count: 55).joined(separator: " ")
    let motion = try parse("Frame# Time \(names)\n\(axes)\n1 0.1 \(numbers.joined(separator: " "))\n")
    #expect(motion.width == 165)
    #expect(values(motion) == numbers.map { Float($0) ?? .nan })
  }
}
