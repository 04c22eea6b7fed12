import ArrayFiles
import Corpora
import Digests
import Files
import Foundation
import SoundFiles
import Text
import Workers

/// Writes and times the acoustic features.
///
///     bench-sound features FILE.wav OUT.npy        writes the features of one file, [frames, 74] float32
///     bench-sound time THREADS RUNS FILE.wav…      prints seconds of sound, seconds a run, and a digest of all features
@main
enum SoundBench {
  static func main() throws {
    let arguments = Array(CommandLine.arguments.dropFirst())
    let numbers = arguments.dropFirst().prefix(2).compactMap { Int($0) }
    switch (arguments.first, arguments.count, numbers.count) {
    case ("features", 3, _): try write(arguments[1], to: arguments[2])
    case ("time", 4..., 2): try time(Array(arguments[3...]), threadCount: numbers[0], runs: numbers[1])
    default:
      throw DataError(
        .usage, "unknown arguments", expected: "features FILE.wav OUT.npy, or time THREADS RUNS FILE.wav…")
    }
  }

  private static func sound(_ path: String) throws -> Sound {
    try SoundFile.read(InputFile.contents(of: path, limit: 1 << 30), path: path)
  }

  private static func write(_ path: String, to output: String) throws {
    let sound = try sound(path)
    let buffer = FloatBuffer()
    let features = AudioFeatures()
    let rowCount = sound.samples.withUnsafeBufferPointer { features.frames(of: $0, into: buffer) }
    let values = Array(UnsafeBufferPointer(start: buffer.base, count: rowCount * AudioFeatures.width))
    try Data(NpyFile.bytes(values, .float32, shape: [rowCount, AudioFeatures.width]))
      .write(to: URL(fileURLWithPath: output))
  }

  /// The files are decoded before the clock starts.
  private static func time(_ paths: [String], threadCount: Int, runs: Int) throws {
    let sounds = try paths.map(sound)
    print("sound", sounds.reduce(0) { $0 + $1.duration })
    let workers = OrderedWorkers(threadCount: threadCount)
    var seconds: [Double] = []
    var digest = SHA256()
    for run in 0..<runs {
      let start = ContinuousClock.now
      let results = try workers.map(count: sounds.count, state: { Extractor() }) { index, extractor in
        extractor.digest(of: sounds[index], hashing: run == 0)
      }
      seconds.append((ContinuousClock.now - start) / .seconds(1))
      if run == 0 { for result in results { result.withUnsafeBytes { digest.update($0) } } }
    }
    print("seconds", seconds.dropFirst().map { String(format: "%.5f", $0) }.joined(separator: " "))
    print("digest", digest.hexDigest())
  }
}

/// One thread's features and their buffer.
private final class Extractor {
  private let features = AudioFeatures()
  private let buffer = FloatBuffer()

  /// The values of a sound for the digest, or nothing.
  func digest(of sound: Sound, hashing: Bool) -> [Float] {
    let rowCount = sound.samples.withUnsafeBufferPointer { features.frames(of: $0, into: buffer) }
    return hashing ? Array(UnsafeBufferPointer(start: buffer.base, count: rowCount * AudioFeatures.width)) : []
  }
}
