import Files
import Foundation
import Pickles
import TestSupport
import Testing
import Text

@Suite("Pickles")
struct PickleTests {
  private func words(_ name: String) throws -> String {
    let text = try InputFile.contents(of: fixture("pickles/words/\(name).txt"), limit: 1 << 20)
    return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  @Test(
    "values written by Python and NumPy read back in every protocol, from files and from memory",
    arguments: [("plain", 0...5), ("arrays", 0...5), ("numpy1", 0...5), ("python2", 0...2)])
  func reads(_ name: String, _ protocols: ClosedRange<Int>) throws {
    let expected = try words(name)
    for number in protocols {
      let path = fixture("pickles/\(name)-\(number).pkl")
      guard FileManager.default.fileExists(atPath: path) else { continue }
      #expect(try PickleWords.of(Pickle.read(path)) == expected, "protocol \(number)")
      let bytes = try InputFile.contents(of: path, limit: 1 << 20)
      #expect(try PickleWords.of(Pickle.read(bytes)) == expected, "protocol \(number)")
    }
  }

  @Test("the pickle in a .npy file of objects is read; other arrays are refused")
  func objects() throws {
    let bytes = try InputFile.contents(of: fixture("pickles/objects.npy"), limit: 1 << 20)
    let array = try Pickle.readObjects(npy: bytes)
    #expect(try PickleWords.of(.array(array)) == words("objects"))
    guard case .dictionary(let labels) = try #require(array.objects?.first) else {
      Issue.record("no dictionary")
      return
    }
    #expect(labels["whichdim"]?.text == "emotion")
    let numbers = try InputFile.contents(of: fixture("pickles/numbers.npy"), limit: 1 << 20)
    #expect {
      _ = try Pickle.readObjects(npy: numbers)
    } throws: { "\($0)".contains("holds values of the type <f4, expected objects") }
  }

  @Test("any range of an array is read, whatever its order and encoding")
  func stretches() throws {
    for number in [0, 2, 4, 5] {
      guard case .dictionary(let arrays) = try Pickle.read(fixture("pickles/arrays-\(number).pkl")) else {
        Issue.record("no dictionary")
        return
      }
      for name in ["f4", ">f8", "i2", "fortran", "transposed"] {
        guard case .array(let array)? = arrays[name] else {
          Issue.record("no array \(name)")
          continue
        }
        let all = try #require(try array.floats())
        for first in 0..<array.count {
          let part = try [Float](unsafeUninitializedCapacity: array.count - first) { buffer, count in
            count = array.count - first
            try array.readFloats(from: first, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
          }
          #expect(part.elementsEqual(all[first...]), "\(name) from \(first)")
        }
      }
    }
  }

  @Test("bytes written as Latin-1 text are read at any offset, even far from the start")
  func latin1() throws {
    let count = 100_000
    let values: [UInt8] = (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + $0 / 256) }
    var text: [UInt8] = []
    for value in values {
      if value < 0x80 { text.append(value) } else { text += [0xc0 | value >> 6, 0x80 | value & 0x3f] }
    }
    var pickle = Array("c_codecs\nencode\nX".utf8)
    for shift in [0, 8, 16, 24] { pickle.append(UInt8(truncatingIfNeeded: text.count >> shift)) }
    pickle += text
    pickle += Array("U\u{6}latin1".utf8)
    pickle += [0x86, UInt8(ascii: "R"), UInt8(ascii: ".")]
    guard case .bytes(let read) = try Pickle.read(pickle) else {
      Issue.record("no bytes")
      return
    }
    #expect(read.count == count)
    #expect(try read.array() == values)
    for offset in [0, 1, 32_767, 32_768, 65_535, 99_990] {
      let part = try [UInt8](unsafeUninitializedCapacity: 10) { buffer, initialized in
        initialized = min(10, count - offset)
        try read.read(
          into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<initialized]),
          at: offset)
      }
      #expect(part.elementsEqual(values[offset..<offset + part.count]))
    }
  }

  @Test("a dictionary gives the last value of a key, as in Python, and keeps all pairs")
  func repeatedKey() throws {
    guard case .dictionary(let dictionary) = try Pickle.read(Array("(S'a'\nI1\nV a\nI3\nS'a'\nI2\nd.".utf8)) else {
      Issue.record("no dictionary")
      return
    }
    #expect(dictionary.pairs.compactMap(\.value.wholeNumber) == [1, 3, 2])
    #expect(dictionary["a"]?.wholeNumber == 2)
    #expect(dictionary["b"] == nil)
  }

  @Test("an array with an axis of length 0 has no elements, whatever the order of its axes", arguments: [false, true])
  func emptyAxis(isFortranOrder: Bool) throws {
    // Protocol 2, shape (2, 0, 3), as written by NumPy's __reduce__.
    let text =
      "\u{80}\u{2}cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\0\u{85}U\u{1}b\u{87}R(K\u{1}"
      + "(K\u{2}K\0K\u{3}tcnumpy\ndtype\nU\u{2}i4K\0K\u{1}\u{87}R(K\u{3}U\u{1}<NNNJ\u{ff}\u{ff}\u{ff}\u{ff}"
      + "J\u{ff}\u{ff}\u{ff}\u{ff}K\0tb\(isFortranOrder ? "\u{88}" : "\u{89}")U\0tb."
    guard case .array(let array) = try Pickle.read(text.unicodeScalars.map { UInt8($0.value) }) else {
      Issue.record("no array")
      return
    }
    #expect(array.shape == [2, 0, 3])
    #expect(try array.integers() == [] && array.floats() == [])
  }
}
