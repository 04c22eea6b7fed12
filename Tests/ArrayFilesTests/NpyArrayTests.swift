import ArrayFiles
import Files
import Foundation
import Testing
import TestSupport
import Text

@Suite("NumPy arrays")
struct NpyArrayTests {
  private func read(_ name: String, valueLimit: Int = 1000) throws -> NpyArray {
    try NpyArray(
      parsing: InputFile.contents(of: fixture("npy/\(name).npy"), limit: 1 << 20), valueLimit: valueLimit)
  }

  @Test(
    "an array written by NumPy is read in C order",
    arguments: [
      ("f2-2x3", [2, 3]), ("f4-2x3", [2, 3]), ("f8-2x3", [2, 3]), ("fortran-2x3", [2, 3]),
      ("fortran-2x3x2", [2, 3, 2]),
      ("f4-6", [6]), ("f4-0x3", [0, 3]), ("f4-single", []), ("version2-2x3", [2, 3]), ("version3-2x3", [2, 3]),
    ])
  func reads(_ name: String, _ shape: [Int]) throws {
    let array = try read(name)
    let count = shape.reduce(1, *)
    let expected: [Float] = (0..<count).map { Float($0) / 2 - 1 }
    #expect(array.shape == shape)
    #expect(array.values == expected)
  }

  @Test(
    "values can be asked for in parts, in C order, whatever the order of the file",
    arguments: ["f2", "f4", "f8", "fortran"])
  func parts(_ name: String) throws {
    let bytes = try InputFile.contents(of: fixture("npy/\(name)-2x3.npy"), limit: 1 << 20)
    let values = try NpyValues(parsing: bytes, valueLimit: 6).inCOrder
    for first in 0...6 {
      for count in 0...6 - first {
        var part = [Float](repeating: .nan, count: count)
        part.withUnsafeMutableBufferPointer { values.readFloats(from: first, into: $0) }
        #expect(part == (first..<first + count).map { Float($0) / 2 - 1 })
      }
    }
  }

  @Test("an array written by our writer reads back the same")
  func roundTrip() throws {
    let values: [Double] = [1, -2.5, .infinity, 1e300, 3, 4]
    let array = try NpyArray(parsing: NpyFile.bytes(values, .float64, shape: [3, 2]), valueLimit: 6)
    #expect(array.shape == [3, 2])
    #expect(array.values == [1, -2.5, .infinity, .infinity, 3, 4])
  }

  @Test("an array beyond the limit is refused before it is read")
  func limit() throws {
    #expect(throws: DataError.self) { try read("f4-2x3", valueLimit: 5) }
  }

  @Test(
    "an attack file gets its own message",
    arguments: [
      ("magic-only", "is not an .npy file"), ("cut-off-header", "has a header of 118 bytes"),
      ("cut-off", "holds 23 bytes of values"), ("trailing", "holds 25 bytes of values"),
      ("version-9", "has format version 9.0"), ("long-header", "has a header of 2147483647 bytes"),
      ("big-endian", "values of the type >f4"), ("integers", "values of the type <i4"),
      ("objects", "values of the type |O"), ("fields", "its header lacks a string"),
      ("overflow", "has the shape [4294967296, 4294967296, 4]"), ("huge", "1000000000000 values"),
      ("huge-number", "its shape cannot be read"), ("negative", "its shape cannot be read"),
      ("many-axes", "its shape cannot be read"), ("no-shape", "its header lacks descr, fortran_order or shape"),
      ("two-shapes", "its header has the key \"shape\""), ("other-key", "its header has the key \"more\""),
      ("order-as-number", "its fortran_order is neither True nor False"), ("code", "its shape cannot be read"),
      ("no-dictionary", "its header lacks \"{\""), ("open-text", "its header lacks a string"),
      ("after-the-end", "its header continues after \"}\""),
    ])
  func attack(_ name: String, _ message: String) throws {
    let error = #expect(throws: DataError.self) { try read("attacks/" + name, valueLimit: 1 << 27) }
    #expect(error?.code == .badData)
    #expect(error?.problem == message)
  }

  @Test("every attack file is listed above")
  func attackFiles() throws {
    #expect(try FileManager.default.contentsOfDirectory(atPath: fixture("npy/attacks")).count == 23)
  }

  @Test("a header with changed bytes is either read or refused")
  func mutations() throws {
    let bytes = try InputFile.contents(of: fixture("npy/fortran-2x3.npy"), limit: 1 << 20)
    var refused = 0
    for place in bytes.indices {
      for change: UInt8 in [1, 0x10, 0x80, 0xff] {
        var changed = bytes
        changed[place] ^= change
        do { _ = try NpyArray(parsing: changed, valueLimit: 1 << 27) } catch is DataError { refused += 1 }
      }
      do { _ = try NpyArray(parsing: Array(bytes[..<place]), valueLimit: 1 << 27) } catch is DataError { refused += 1 }
    }
    #expect(refused > bytes.count)
  }
}
