import Files
import TensorCore

/// Two peaks of a spectrogram that lie near each other, and when the first is.
///
/// Loudness, noise and loss of a codec leave most peaks where they are (Wang, "An industrial-strength audio search
/// algorithm", 2003).
struct Landmark: Hashable, Sendable {
  /// Both frequencies and the time between them.
  let key: UInt32
  /// When the first peak is, in frames.
  let frame: Int32

  /// Keys are below this.
  static let keyCount = 1 << 19
}

/// Finds the landmarks of sounds. One object serves one thread at a time and keeps its buffers.
final class LandmarkFinder {
  private static let transformLength = 1024
  /// Samples from frame to frame: 16 ms.
  private static let hop = 256
  /// Frames a second.
  static let frameRate = 62.5
  /// Up to 4 kHz: what is above a telephone loses.
  private static let binCount = 256
  private static let stride = 520
  private static let blockRowCount = 64
  /// Frames whose peaks are looked for together, beside those that they are compared with.
  private static let chunkFrameCount = 2048
  /// A peak is the largest value of so many frames and bins on either side.
  private static let (frameReach, binReach) = (6, 12)
  /// A peak is no weaker than the loudest one within half a second on either side, less so much: 40 dB as a natural
  /// logarithm of power.
  private static let depth: Float = 9.210_340
  private static let loudnessReach = 31
  /// Below this nothing is heard: −90 dB of full scale over a window.
  private static let floor: Float = 1e-6
  /// Peaks that each one is joined with, the next ones.
  private static let fanOut = 4
  private static let frameGap = 2...40
  private static let largestBinGap = 40

  private let transform: FourierProduct
  private let scratch: FloatBuffer
  private let signal = FloatBuffer()
  private let powers = FloatBuffer(capacity: blockRowCount * stride)
  private let logs = FloatBuffer(capacity: (chunkFrameCount + 2 * (loudnessReach + frameReach)) * binCount)

  init() {
    let half = Self.transformLength / 2
    transform = FourierProduct(
      length: Self.transformLength,
      halfWindow: (0..<half).map { 0.5 + 0.5 * cosine(Double($0) / Double(half) * .pi) })
    scratch = FloatBuffer(capacity: Self.blockRowCount * transform.scratchPerFrame)
  }

  /// The landmarks of a sound at 16,000 samples a second, in the order of time.
  func landmarks(of samples: [Float]) -> [Landmark] {
    let margin = Self.transformLength / 2
    signal.reserve(samples.count + 2 * margin)
    signal.base.update(repeating: 0, count: margin)
    for (place, sample) in samples.enumerated() { signal.base[margin + place] = sample }
    (signal.base + margin + samples.count).update(repeating: 0, count: margin)
    let sound = UnsafeBufferPointer(start: signal.base, count: samples.count + 2 * margin)
    let frameCount = samples.isEmpty ? 0 : 1 + samples.count / Self.hop
    var peaks: [Peak] = []
    for first in Swift.stride(from: 0, to: frameCount, by: Self.chunkFrameCount) {
      peaks += self.peaks(of: sound, in: first..<min(first + Self.chunkFrameCount, frameCount), of: frameCount)
    }
    return Self.landmarks(peaks)
  }

  /// A peak of the spectrogram.
  private struct Peak {
    let frame: Int
    let bin: Int
  }

  private func peaks(of sound: UnsafeBufferPointer<Float>, in frames: Range<Int>, of frameCount: Int) -> [Peak] {
    let reach = Self.loudnessReach + Self.frameReach
    let known = max(0, frames.lowerBound - reach)..<min(frameCount, frames.upperBound + reach)
    let loudest = fillLogs(sound, known)
    let logs = UnsafeBufferPointer(logs.values)
    var peaks: [Peak] = []
    for frame in frames {
      let row = frame - known.lowerBound
      let around = max(0, row - Self.loudnessReach)...min(known.count - 1, row + Self.loudnessReach)
      let least = around.reduce(-Float.infinity) { max($0, loudest[$1]) } - Self.depth
      for bin in 1..<Self.binCount - 1 {
        let value = logs[row * Self.binCount + bin]
        if value < least || value < Self.silence { continue }
        if isPeak(logs, row, bin, value, rowCount: known.count) { peaks.append(Peak(frame: frame, bin: bin)) }
      }
    }
    return peaks
  }

  private static let silence = logarithm(2 * floor)

  /// Fills `logs` with the logarithms of the spectra of frames; returns the largest of each.
  private func fillLogs(_ sound: UnsafeBufferPointer<Float>, _ frames: Range<Int>) -> [Float] {
    var loudest: [Float] = []
    loudest.reserveCapacity(frames.count)
    for first in Swift.stride(from: frames.lowerBound, to: frames.upperBound, by: Self.blockRowCount) {
      let count = min(Self.blockRowCount, frames.upperBound - first)
      let power = Matrix(powers.values, rows: count, columns: transform.binCount, stride: Self.stride)
      transform.power(
        of: sound, centre: Self.transformLength / 2 + first * Self.hop, hop: Self.hop, scratch: scratch.values,
        into: power)
      for row in 0..<count {
        let output = logs.values.part(
          from: (first - frames.lowerBound + row) * Self.binCount, count: Self.binCount)
        Logarithms.logarithms(
          UnsafeBufferPointer(powers.values.part(from: row * Self.stride, count: Self.binCount)), floor: Self.floor,
          into: output)
        var largest = -Float.infinity
        for value in output { largest = max(largest, value) }
        loudest.append(largest)
      }
    }
    return loudest
  }

  /// Whether no other value near it is larger; of equal ones the first counts.
  private func isPeak(
    _ logs: UnsafeBufferPointer<Float>, _ row: Int, _ bin: Int, _ value: Float, rowCount: Int
  ) -> Bool {
    let own = row * Self.binCount
    // Most values have a larger neighbour.
    if logs[own + bin - 1] >= value || logs[own + bin + 1] > value { return false }
    let bins = max(0, bin - Self.binReach)...min(Self.binCount - 1, bin + Self.binReach)
    for other in max(0, row - Self.frameReach)...min(rowCount - 1, row + Self.frameReach) {
      for column in bins {
        let rival = logs[other * Self.binCount + column]
        if rival > value || rival == value && (other, column) < (row, bin) { return false }
      }
    }
    return true
  }

  private static func landmarks(_ peaks: [Peak]) -> [Landmark] {
    var landmarks: [Landmark] = []
    for (place, anchor) in peaks.enumerated() {
      var found = 0
      for other in peaks[(place + 1)...] {
        let (gap, rise) = (other.frame - anchor.frame, other.bin - anchor.bin)
        if gap > frameGap.upperBound || found == fanOut { break }
        if gap < frameGap.lowerBound || abs(rise) > largestBinGap { continue }
        found += 1
        // A bin more or less is no other frequency.
        let key = (anchor.bin / 2) << 12 | ((rise + largestBinGap) / 2) << 6 | gap
        landmarks.append(Landmark(key: UInt32(key), frame: Int32(anchor.frame)))
      }
    }
    return landmarks
  }
}
