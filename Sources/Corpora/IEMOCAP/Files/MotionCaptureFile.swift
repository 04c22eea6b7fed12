public import Files
import Foundation
import Text

/// The frames of a motion capture file; the values are in the buffer passed to `MotionCaptureFile.parse`.
public struct MotionCapture: Hashable, Sendable {
  /// The columns, e.g. `CH1_x`, from the header.
  public let names: [String]
  /// When each frame was taken, in seconds as in the file: counted from the start of the dialog.
  public let times: [Double]
  /// The first lines that are not frames; they have no row.
  public let bad: [BadLine]
  /// All lines that are not frames.
  public let badCount: Int

  /// Rows of values.
  public var frameCount: Int { times.count }
  /// Values in a row.
  public var width: Int { names.count }
}

/// `SessionN/sentences/MOCAP_<part>/<dialog>/<utterance>.txt`: the motion capture of a turn as text.
public enum MotionCaptureFile {
  /// Frames a second.
  public static let frameRate = 120

  /// Reads all frames into `values`, [frames, width] row-major. A value that is `NaN` in any of the spellings of
  /// `LineScanner.floatCell` becomes NaN.
  ///
  /// Two header lines come first: `Frame# Time` and the names, then the axes; if there are more axes than names, each
  /// name stands for several columns. Blank lines are skipped; if the second line is blank, the first frame tells how
  /// many columns a name stands for. A line is bad when it is not a frame number, a time later than the one before, and
  /// as many numbers as the header has columns.
  ///
  /// - Returns: no frames and no names if the file is empty or ends in its header.
  /// - Throws: `DataError` 65 when the header is malformed or more than 5 % of the lines are bad.
  public static func parse(_ bytes: [UInt8], path: String, into values: FloatBuffer) throws -> MotionCapture {
    var tally = LineTally(path: path)
    var header = Header(path: path)
    var times: [Double] = []
    try bytes.withUnsafeBufferPointer { bytes in
      try LineScanner.forEachLine(of: bytes) { number, line in
        if try header.take(line, number: number) { return }
        guard let names = header.names else { return }
        tally.count()
        // Row by row, so that only bytes that exist cost memory.
        values.reserve((times.count + 1) * names.count, keeping: times.count * names.count)
        let row = values.base + times.count * names.count
        let time = frame(line, width: names.count, into: row)
        if let time, time > times.last ?? -.infinity {
          times.append(time)
        } else {
          let isRepeated = time != nil && time == times.last
          tally.reject(
            number,
            expected: isRepeated
              ? "a later time: this is a repeated frame"
              : "a frame number, a later time and \(names.count) values")
        }
      }
    }
    try tally.check()
    return MotionCapture(names: header.names ?? [], times: times, bad: tally.bad, badCount: tally.badCount)
  }

  /// The time of a frame, whose values are written to `row`; nil if the line is malformed.
  private static func frame(
    _ line: UnsafeBufferPointer<UInt8>, width: Int, into row: UnsafeMutablePointer<Float>
  ) -> Double? {
    var scanner = LineScanner(line)
    guard scanner.number() != nil, scanner.isAtBreak, let time = scanner.number(), scanner.isAtBreak else { return nil }
    for column in 0..<width {
      guard let value = scanner.floatCell(), scanner.isAtBreak else { return nil }
      row[column] = value
    }
    return scanner.isAtEnd ? time : nil
  }

  /// The two lines before the frames.
  private struct Header {
    let path: String
    /// The columns; nil until both lines came.
    private(set) var names: [String]?
    private var firstLine: (names: [String], number: Int)?

    /// The most columns; the widest part has 165.
    private static let widthLimit = 4096
    private static let space = ["X", "Y", "Z"]

    init(path: String) { self.path = path }

    /// Takes a line of the header; false if the line is a frame.
    mutating func take(_ line: UnsafeBufferPointer<UInt8>, number: Int) throws -> Bool {
      if names != nil { return false }
      var fields = line.split(whereSeparator: LineScanner.isBlank).map {
        String(latin1: UnsafeBufferPointer(rebasing: $0))
      }
      let hasKeys = fields.starts(with: ["Frame#", "Time"])
      if hasKeys { fields.removeFirst(2) }
      guard let firstLine else {
        guard hasKeys, 1...Self.widthLimit ~= fields.count else {
          throw failure(number, "Frame#, Time and 1 to \(Self.widthLimit) names")
        }
        firstLine = (fields, number)
        return true
      }
      let count = firstLine.names.count
      var first = LineScanner(line)
      if first.number() == nil {
        guard 1...Self.widthLimit ~= fields.count, fields.count % count == 0 || count % fields.count == 0 else {
          throw failure(number, "axes for the \(count) names of line \(firstLine.number)")
        }
        names = Self.columns(firstLine.names, fields)
        return true
      }
      // The line of the axes may be blank but not missing: a frame right below the names means another kind of file.
      let cellCount = fields.count - 2
      guard number > firstLine.number + 1, 1...Self.widthLimit ~= cellCount, cellCount % count == 0 else {
        throw failure(number, "axes for the \(count) names of line \(firstLine.number)")
      }
      let repeats = cellCount / count
      let axes = repeats == Self.space.count ? Self.space : (0..<repeats).map { "\($0)" }
      names =
        repeats == 1
        ? firstLine.names
        : Self.columns(firstLine.names, Array(repeatElement(axes, count: count).joined()))
      return false
    }

    /// One name per column: a name is repeated over its axes.
    private static func columns(_ names: [String], _ axes: [String]) -> [String] {
      let repeats = max(1, axes.count / names.count)
      return (0..<max(names.count, axes.count)).map { column in
        let name = names[column / repeats]
        let axis = axes[column % axes.count]
        return name == axis ? name : name + "_" + axis
      }
    }

    private func failure(_ line: Int, _ expected: String) -> DataError {
      DataError(
        .badData, file: path, place: "line \(line)", "the header is malformed", expected: expected,
        advice: "The file is damaged or of another kind: take it from the release again.")
    }
  }
}
