import ArrayFiles
import Testing
import Text

@Suite struct NpyColumnTests {
  /// An array file with a custom header.
  private func file(_ descr: String, shape: String, _ bytes: [UInt8]) -> [UInt8] {
    let text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + bytes
  }

  private func scalars(_ text: String, width: Int) -> [UInt8] {
    let values = text.unicodeScalars.map(\.value) + Array(repeating: 0, count: width - text.unicodeScalars.count)
    return values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) } }
  }

  @Test("texts end at their first zero and keep every character")
  func texts() throws {
    let bytes = file("<U4", shape: "(3,)", scalars("ab", width: 4) + scalars("é😀", width: 4) + scalars("", width: 4))
    #expect(try NpyColumn.texts(parsing: bytes, count: 3) == ["ab", "é😀", ""])
  }

  @Test("byte strings and rows of several texts are read in either order; longer rows and other lengths are refused")
  func rows() throws {
    let bytes = file("|S3", shape: "(2, 2)", Array("ab\0abcx\0\0\0\0\0".utf8))
    #expect(try NpyColumn.textRows(parsing: bytes, count: 2, widest: 3) == [["ab", "abc"], ["x", ""]])
    #expect(
      try NpyColumn.textRows(parsing: file("|S1", shape: "(2,)", [97, 98]), count: 2, widest: 3) == [["a"], ["b"]])
    let fortran = Array(
      String(decoding: file("|S1", shape: "(2, 2)", [97, 98, 99, 100]).dropFirst(10), as: UTF8.self)
        .replacing("'fortran_order': False", with: "'fortran_order': True ").utf8)
    let swapped = bytes.prefix(8) + [UInt8(fortran.count - 4), 0] + fortran
    #expect(try NpyColumn.textRows(parsing: Array(swapped), count: 2, widest: 3) == [["a", "c"], ["b", "d"]])
    #expect(throws: DataError.self) { _ = try NpyColumn.textRows(parsing: bytes, count: 2, widest: 1) }
    #expect(throws: DataError.self) { _ = try NpyColumn.textRows(parsing: bytes, count: 4, widest: 3) }
    #expect(throws: DataError.self) {
      _ = try NpyColumn.textRows(parsing: Array(bytes.dropLast()), count: 2, widest: 3)
    }
  }

  @Test("integers of every width keep their sign", arguments: ["<i8", "<i4", "|u1"])
  func integers(descr: String) throws {
    let width = descr == "<i8" ? 8 : descr == "<i4" ? 4 : 1
    let one = [UInt8(5)] + Array(repeating: 0, count: width - 1)
    let bytes = file(descr, shape: "(2,)", one + Array(repeating: 0xff, count: width))
    #expect(try NpyColumn.integers(parsing: bytes, count: 2) == [5, width == 1 ? 255 : -1])
  }

  @Test("labels and ids written by NumPy itself are read")
  func ownWriter() throws {
    let bytes = NpyFile.bytes([Int64(3), -2], .int64, shape: [2])
    #expect(try NpyColumn.integers(parsing: bytes, count: 2) == [3, -2])
  }

  @Test("another type, length or size is refused")
  func refused() {
    let good = file("<i4", shape: "(1,)", [1, 0, 0, 0])
    #expect(throws: DataError.self) { _ = try NpyColumn.integers(parsing: good, count: 2) }
    #expect(throws: DataError.self) { _ = try NpyColumn.texts(parsing: good, count: 1) }
    #expect(throws: DataError.self) { _ = try NpyColumn.integers(parsing: Array(good.dropLast()), count: 1) }
    let float = file("<f4", shape: "(1,)", [0, 0, 0, 0])
    #expect(throws: DataError.self) { _ = try NpyColumn.integers(parsing: float, count: 1) }
    let huge = file("<U99999999", shape: "(1,)", [])
    #expect(throws: DataError.self) { _ = try NpyColumn.texts(parsing: huge, count: 1) }
    let negative = file("<U-1", shape: "(1,)", [])
    #expect(throws: DataError.self) { _ = try NpyColumn.texts(parsing: negative, count: 1) }
  }
}
