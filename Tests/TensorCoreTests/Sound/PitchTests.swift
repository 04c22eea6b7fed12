import Foundation
import TensorCore
import Testing

@Suite("Lag differences")
struct LagDifferencesTests {
  private let lagCount = LagDifferences.lagCount

  @Test("differences match the definition at every lag", arguments: [160, 7, 1])
  func block(count: Int) {
    let signal = scrambled(count + lagCount)
    var output = [Float](repeating: .nan, count: lagCount)
    LagDifferences.block(signal, count: count, into: &output)
    for lag in 1...lagCount {
      var expected = 0.0
      for j in 0..<count {
        let difference = Double(signal[j]) - Double(signal[j + lag])
        expected += difference * difference
      }
      let error = abs(Double(output[lag - 1]) - expected)
      #expect(error < 1e-5 * expected + 1e-6)
    }
  }

  /// The differences of a frame that starts at `start`, in blocks of `blockLength`, with the newest one at `last`.
  private func frame(_ signal: [Float], start: Int, length: Int, blockLength: Int, last: Int) -> [Float] {
    let (count, rest) = length.quotientAndRemainder(dividingBy: blockLength)
    var blocks = [Float](repeating: .nan, count: count * lagCount)
    var output = [Float](repeating: .nan, count: lagCount)
    var scratch = [Float](repeating: .nan, count: length)
    signal.withUnsafeBufferPointer { signal in
      blocks.withUnsafeMutableBufferPointer { blocks in
        for block in 0..<count {
          let place = (last + 1 + block) % count * lagCount
          LagDifferences.block(
            signal.part(from: start + block * blockLength, count: blockLength + lagCount), count: blockLength,
            into: blocks.part(from: place, count: lagCount))
        }
      }
      scratch.withUnsafeMutableBufferPointer { scratch in
        output.withUnsafeMutableBufferPointer { output in
          LagDifferences.end(
            of: signal.part(from: start, count: length), rest: rest, blockLength: blockLength, scratch: scratch,
            into: output)
        }
      }
    }
    LagDifferences.addBlocks(blocks, count: count, last: last, rest: rest, to: &output)
    return output
  }

  @Test(
    "blocks with an end give the differences of a frame followed by silence",
    arguments: [(2048, 160, 11), (2048, 160, 4), (1000, 300, 0), (1200, 230, 1)])
  func frame(length: Int, blockLength: Int, last: Int) {
    let start = 5
    let signal = scrambled(start + length + blockLength + lagCount)
    let output = frame(signal, start: start, length: length, blockLength: blockLength, last: last)
    let frame = signal[start..<start + length].map(Double.init) + [Double](repeating: 0, count: lagCount)
    for lag in 1...lagCount {
      let expected = (0..<length).reduce(0.0) { $0 + (frame[$1] - frame[$1 + lag]) * (frame[$1] - frame[$1 + lag]) }
      #expect(abs(Double(output[lag - 1]) / expected - 1) < 1e-5, "lag \(lag)")
    }
  }

  @Test("the normalised difference of a frame matches librosa")
  func golden() throws {
    let signal = try Fixture.load("pitch-frame.f32", as: Float.self, from: "sound")
    let golden = try Fixture.load("pitch-difference.f32", as: Float.self, from: "sound")
    // Whatever follows the frame must not matter.
    let padded = signal + [Float](repeating: 9, count: 2 * lagCount)
    var difference = frame(padded, start: 0, length: 2048, blockLength: 160, last: 11)
    var sums = [Float](repeating: .nan, count: lagCount)
    LagDifferences.normalise(&difference, firstSample: signal[0], sum: &sums)
    #expect(golden.count == 232)
    for (lag, expected) in zip(25..., golden) { #expect(abs(difference[lag - 1] - expected) < 2e-6, "lag \(lag)") }
  }

  @Test("the normalised difference divides by the mean of the differences so far")
  func normalised() {
    let differences = scrambled(lagCount).map { abs($0) }
    var sums = [Float](repeating: .nan, count: lagCount)
    var output = differences
    LagDifferences.normalise(&output, firstSample: 0, sum: &sums)
    var running = 0.0
    for lag in 1...lagCount {
      running += Double(differences[lag - 1])
      let error = abs(Double(output[lag - 1]) - Double(differences[lag - 1]) * Double(lag) / running)
      #expect(error < 1e-4)
    }
  }

  @Test("the normalised difference of silence is 0 at every lag")
  func silence() {
    var output = [Float](repeating: 0, count: lagCount)
    var sums = [Float](repeating: .nan, count: lagCount)
    LagDifferences.normalise(&output, firstSample: 0, sum: &sums)
    #expect(output.allSatisfy { $0 == 0 })
  }
}

@Suite("The pitch path")
struct PitchPathTests {
  private func results(_ differences: [Float], by path: inout PitchPath) -> [PitchPath.Result] {
    path.begin()
    differences.withUnsafeBufferPointer { differences in
      for start in stride(from: 0, to: differences.count, by: LagDifferences.lagCount) {
        path.append(differences.part(from: start, count: LagDifferences.lagCount))
      }
    }
    var results: [PitchPath.Result] = []
    path.forEachFrameBackwards { _, result in results.append(result) }
    return results.reversed()
  }

  @Test("awkward differences give librosa's path in every frame, even after another sound")
  func golden() throws {
    let differences = try Fixture.load("pitch-differences.f32", as: Float.self, from: "sound")
    let golden = try Fixture.load("pitch-path.f32", as: Float.self, from: "sound")
    var path = PitchPath()
    for _ in 0..<2 {
      let results = results(differences, by: &path)
      #expect(results.count == golden.count / 2)
      for (index, result) in results.enumerated() {
        #expect(abs(result.frequency - golden[2 * index]) < 1e-3, "frame \(index)")
        #expect(abs(result.voicing - golden[2 * index + 1]) < 1e-6, "frame \(index)")
      }
    }
  }

  /// Flat differences of 1, with dips of (lag, height).
  private func frame(_ dips: (lag: Int, height: Float)...) -> [Float] {
    var difference = [Float](repeating: 1, count: LagDifferences.lagCount)
    for dip in dips { difference[dip.lag - 1] = dip.height }
    return difference
  }

  @Test("a frame's whole period is that of its pitch or, if unvoiced, of its lowest dip")
  func wholePeriod() {
    var path = PitchPath()
    let voiced = results(Array(repeatElement(frame((100, 0.1), (60, 0.5)), count: 8).joined()), by: &path)
    #expect(voiced.allSatisfy { $0.wholePeriod == 100 && $0.frequency > 159 && $0.frequency < 161 })
    let unvoiced = results(frame((100, 0.6), (200, 0.5)) + frame(), by: &path)
    #expect(unvoiced.map(\.wholePeriod) == [200, 0])
    #expect(unvoiced.allSatisfy { $0.frequency == 0 })
    // To librosa, a rise from the shortest period is a dip, but nothing repeats there.
    var rising = (0..<LagDifferences.lagCount).map { Float($0) / 512 }
    #expect(results(rising, by: &path)[0].wholePeriod == 0)
    rising[199] = 0.2
    #expect(results(rising, by: &path)[0].wholePeriod == 200)
  }

  @Test("without frames there is no path")
  func empty() {
    var path = PitchPath()
    #expect(results([], by: &path).isEmpty)
  }
}
