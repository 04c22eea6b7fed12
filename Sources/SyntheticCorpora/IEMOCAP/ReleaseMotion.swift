import Corpora
import TensorCore

/// The motion capture of a synthetic turn: markers that sway around their positions, shifted by the meaning of the
/// turn.
struct ReleaseMotion {
  /// The frame rate, in Hz.
  static let frameRate = 120

  private let turn: ReleaseTurn
  private let part: MotionPart
  private let names: [String]
  private let width: Int
  private let isPartner: Bool
  private let seed: UInt64

  private enum Stream: UInt32 {
    case sway = 230, noise = 233, lost = 236, place = 239, valence, activation
  }

  /// Returns the random numbers of this turn, which differ from part to part.
  private func numbers(_ stream: Stream) -> PhiloxStream {
    let part: UInt32 = part == .rotated ? 0 : part == .head ? 1 : 2
    return PhiloxStream(seed: seed, stream: stream.rawValue + part, step: turn.stream)
  }

  /// - Parameter turn: the turn; if its speaker does not wear the markers, the face is the partner's and expresses
  ///   something else.
  init(_ turn: ReleaseTurn, _ part: MotionPart, seed: UInt64) {
    self.turn = turn
    self.part = part
    names = Self.names(part)
    width = part == .head ? names.count : 3 * names.count
    isPartner = !turn.isOnMarker
    self.seed = seed
  }

  private static func names(_ part: MotionPart) -> [String] {
    switch part {
    case .head: ["pitch", "roll", "yaw", "tra_x", "tra_y", "tra_z"]
    case .hand: ["LH1", "LH2", "LH3", "RH1", "RH2", "RH3"]
    case .rotated:
      ["CH1", "CH2", "CH3", "FH1", "FH2", "FH3"] + (1...8).map { "LC\($0)" } + (1...8).map { "RC\($0)" }
        + ["LLID", "RLID", "MH", "MNOSE", "LNSTRL", "TNOSE", "RNSTRL"] + (0...3).map { "LBM\($0)" }
        + (0...3).map { "RBM\($0)" } + (1...4).map { "LBRO\($0)" } + (1...4).map { "RBRO\($0)" }
        + (1...8).map { "Mou\($0)" } + ["LHD", "RHD"]
    }
  }

  /// Returns the file: a line of names, a line of axes, one line per frame.
  func text() -> [UInt8] {
    let axes = part == .head ? Array("XYZXYZ") : names.flatMap { _ in Array("XYZ") }
    let header =
      "Frame# Time " + names.joined(separator: " ") + "\n" + axes.map { "\($0)" }.joined(separator: " ") + "\n"
    let rows = turn.motionRowCount
    let capacity = header.utf8.count + rows * (width + 2) * Self.widestNumber
    return [UInt8](unsafeUninitializedCapacity: capacity) { bytes, initialized in
      // The capacity is positive, so there is an address.
      var writer = DecimalWriter(position: bytes.baseAddress!)
      for byte in header.utf8 { writer.put(byte) }
      writeRows(rows, to: &writer)
      initialized = writer.position - bytes.baseAddress!
    }
  }

  /// The number of bytes of the widest number, including the space after it.
  private static let widestNumber = 14

  // MARK: Rows

  /// The number of rows between two knots of the swaying.
  private static let knotDistance = 30

  private func writeRows(_ count: Int, to writer: inout DecimalWriter) {
    let places = places()
    let lost = lostRows(count)
    let random = numbers(.sway)
    var noises = numbers(.noise)
    var noise = noises.next()
    var values = [Int](repeating: 0, count: width)
    var steps = values
    for row in 0..<count {
      if row % Self.knotDistance == 0 {
        let knot = row / Self.knotDistance
        for column in 0..<width {
          values[column] = places[column] + sway(random, knot, column)
          steps[column] = (places[column] + sway(random, knot + 1, column) - values[column]) / Self.knotDistance
        }
      }
      writer.put(turn.ticks.lowerBound * Self.frameRate / ReleaseTurn.tickRate + row)
      writer.put(UInt8(ascii: " "))
      writer.put(turn.ticks.lowerBound * 10 + row * 100_000 / Self.frameRate, decimals: 5)
      values.withUnsafeMutableBufferPointer { values in
        for column in 0..<width {
          writer.put(UInt8(ascii: " "))
          values[column] &+= steps[column]
          if lost[column].contains(row) {
            writer.putNaN()
          } else {
            noise = noise &* 1_664_525 &+ 1_013_904_223
            writer.put(values[column] &+ Int(Int32(bitPattern: noise) >> 21), decimals: 4)  // ±0.1
          }
        }
      }
      writer.put(UInt8(ascii: "\n"))
    }
  }

  /// Returns the deviation from a marker's position in ten-thousandths, with a standard deviation of 2 mm or degrees.
  private func sway(_ random: PhiloxStream, _ knot: Int, _ column: Int) -> Int {
    Int((Double(random.normal(at: knot * width + column)) * 20_000).rounded())
  }

  /// Returns the mean position of each marker in this turn, in ten-thousandths of a millimetre or degree.
  private func places() -> [Int] {
    // All actors have the same face: only the meaning differs. The partner expresses the opposite.
    let sign = isPartner ? -1.0 : 1.0
    let place = PhiloxStream(seed: 0, stream: Stream.place.rawValue, step: UInt64(width))
    let byValence = PhiloxStream(seed: 0, stream: Stream.valence.rawValue, step: UInt64(width))
    let byActivation = PhiloxStream(seed: 0, stream: Stream.activation.rawValue, step: UInt64(width))
    return (0..<width).map { column in
      let shift =
        turn.valence * Double(byValence.normal(at: column)) + turn.activation * Double(byActivation.normal(at: column))
      return Int((Double(place.normal(at: column)) * 400_000 + sign * shift * 8_000).rounded())
    }
  }

  /// Returns the rows in which each column is NaN: two markers are out of sight for a while, and the hands occasionally
  /// for a whole turn.
  private func lostRows(_ count: Int) -> [Range<Int>] {
    var random = numbers(.lost)
    if part == .hand, turn.stream % 16 == 7 { return [Range<Int>](repeating: 0..<count, count: width) }
    var lost = [Range<Int>](repeating: 0..<0, count: width)
    if part == .head { return lost }
    for _ in 0..<2 {
      let marker = random.integer(below: names.count)
      let start = random.integer(below: count)
      for axis in 0..<3 { lost[3 * marker + axis] = start..<min(start + count / 4 + 1, count) }
    }
    return lost
  }
}

/// Writes numbers as text at a moving pointer; the caller must have made room.
struct DecimalWriter {
  /// The position of the next byte.
  private(set) var position: UnsafeMutablePointer<UInt8>

  init(position: UnsafeMutablePointer<UInt8>) { self.position = position }

  mutating func put(_ byte: UInt8) {
    position.initialize(to: byte)
    position += 1
  }

  mutating func putNaN() {
    put(UInt8(ascii: "N"))
    put(UInt8(ascii: "a"))
    put(UInt8(ascii: "N"))
  }

  /// Writes `value` divided by 10 to the power of `decimals`, with that many decimals.
  mutating func put(_ value: Int, decimals: Int = 0) {
    if value < 0 { put(UInt8(ascii: "-")) }
    var rest = UInt32(truncatingIfNeeded: value.magnitude)
    var count = 1
    var limit: UInt64 = 10
    while UInt64(rest) >= limit || count <= decimals {
      count &+= 1
      limit &*= 10
    }
    let end = position + count + (decimals > 0 ? 1 : 0)
    var cursor = end
    for digit in 0..<count {
      if digit == decimals, decimals > 0 {
        cursor -= 1
        cursor.initialize(to: UInt8(ascii: "."))
      }
      cursor -= 1
      cursor.initialize(to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    }
    position = end
  }
}
