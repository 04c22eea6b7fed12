import Files
import TensorCore
import TestSupport
import Testing
import Text

@testable import Corpora

@Suite("Tampered texts")
struct HostileTextTests {
  /// Changes, removes or duplicates some bytes; the same number gives the same changes.
  private func mutated(_ bytes: [UInt8], _ number: Int) -> [UInt8] {
    var random = PhiloxStream(seed: 11, stream: UInt32(number))
    var bytes = bytes
    for _ in 0...random.integer(below: 4) where !bytes.isEmpty {
      let place = random.integer(below: bytes.count)
      switch random.integer(below: 3) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.integer(below: 8)))
      default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 6)], at: place)
      }
    }
    return bytes
  }

  @Test("Python lists are either read or refused")
  func pythonLists() throws {
    let bytes = try InputFile.contents(of: fixture("folds/standard.py"), limit: 1 << 20)
    var refused = 0
    for number in 0..<3000 {
      do throws(PythonListError) { _ = try PythonLists.parse(mutated(bytes, number)) } catch { refused += 1 }
    }
    #expect(refused > 100)
    for end in bytes.indices {
      do throws(PythonListError) { _ = try PythonLists.parse(Array(bytes[..<end])) } catch { refused += 1 }
    }
  }

  @Test("word vectors are either read or refused")
  func wordVectors() throws {
    let bytes = try InputFile.contents(of: fixture("word-vectors/vectors.txt"), limit: 1 << 20)
    var refused = 0
    for number in 0..<3000 {
      var parser = WordVectorParser(wanted: ["the", "dont", ". . ."])
      do {
        for line in mutated(bytes, number).split(separator: 0x0a) {
          try line.withUnsafeBufferPointer { try parser.line($0) }
        }
      } catch is DataError {
        refused += 1
      }
    }
    #expect(refused > 100)
  }

  @Test("IEMOCAP's texts are either read or refused")
  func release() throws {
    let values = FloatBuffer()
    let parsers: [(String, ([UInt8]) throws -> Int)] = [
      ("emotions.txt", { try EmoEvaluationFile.parse($0, path: "a").badCount }),
      ("transcription.txt", { try TranscriptionFile.parse($0, path: "a").badCount }),
      ("words.wdseg", { try WordSegmentFile.parse($0, path: "a").badCount }),
      ("rotated.txt", { try MotionCaptureFile.parse($0, path: "a", into: values).badCount }),
    ]
    for (file, parse) in parsers {
      let bytes = try InputFile.contents(of: fixture("iemocap/" + file), limit: 1 << 20)
      var objected = 0
      for number in 0..<1000 {
        do {
          if try parse(mutated(bytes, number)) > 0 { objected += 1 }
        } catch is DataError {
          objected += 1
        }
      }
      #expect(objected > 50, "\(file)")
    }
  }
}
