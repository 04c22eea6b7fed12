import ArrayFiles
import Digests
import Files
import Testing
import TestSupport
import Text

@Suite("Safetensors files")
struct SafetensorsFileTests {
  @Test("a file written by the reference package reads back with the same values")
  func reference() throws {
    let file = try SafetensorsFile(path: fixture("safetensors/reference.safetensors"))
    #expect(file.header.metadata == ["näme": "wörds \"quoted\" \n"])
    #expect(file.header.tensors.count == 14)
    #expect(Array(try file.tensor("float64", .float64, shape: [2, 3], as: Double.self)) == [-2, -1, 0, 1, 2, 3])
    #expect(Array(try file.tensor("float32", .float32, shape: [2, 3], as: Float.self)) == [-2, -1, 0, 1, 2, 3])
    #expect(Array(try file.tensor("int64", .int64, shape: [2, 3], as: Int64.self)) == [-2, -1, 0, 1, 2, 3])
    #expect(Array(try file.tensor("int8", .int8, shape: [2, 3], as: Int8.self)) == [-2, -1, 0, 1, 2, 3])
    #expect(Array(try file.tensor("uint16", .uint16, shape: [3, 2], as: UInt16.self)) == [0, 1, 2, 3, 4, 5])
    #expect(Array(try file.tensor("bool", .bool, shape: [3], as: UInt8.self)) == [1, 0, 1])
    #expect(Array(try file.tensor("single", .float64, shape: [], as: Double.self)) == [1.5])
    #expect(try file.tensor("empty", .float32, shape: [0, 5], as: Float.self).isEmpty)
    // -2.0 in binary16, little-endian.
    #expect(Array(try file.tensor("float16", .float16, shape: [2, 3], as: UInt8.self).prefix(2)) == [0x00, 0xc0])
  }

  @Test("a tensor that is missing or has another type or shape is refused by name")
  func wrongTensor() throws {
    let file = try SafetensorsFile(path: fixture("safetensors/reference.safetensors"))
    let missing = #expect(throws: DataError.self) { try file.tensor("no", .float32, shape: [1], as: Float.self) }
    #expect(missing?.description.contains("reference.safetensors: no: is missing") == true)
    let type = #expect(throws: DataError.self) { try file.tensor("int8", .float32, shape: [2, 3], as: Float.self) }
    #expect(type?.description.contains("int8: I8 [2, 3], expected F32 [2, 3]") == true)
    #expect(throws: DataError.self) { try file.tensor("int8", .int8, shape: [3, 2], as: Int8.self) }
  }

  @Test("a refusal names the file and says what to do")
  func refusal() throws {
    let error = #expect(throws: DataError.self) {
      try SafetensorsFile(path: fixture("safetensors/attacks/overlap.safetensors"))
    }
    #expect(error?.code == .badData)
    #expect(error?.description.contains("overlap.safetensors: b: starts at data byte 4, expected 8. The file") == true)
    let missing = #expect(throws: DataError.self) { try SafetensorsFile(path: fixture("safetensors/none")) }
    #expect(missing?.code == .inputMissing)
  }

  @Test("an empty file is refused")
  func emptyFile() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("empty", [])
    #expect(throws: DataError.self) { try SafetensorsFile(path: path) }
  }

  @Test("pieces of any size give the same file, and its digest and size are reported")
  func writing() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.safetensors")
    let values = (0..<200_000).map { Float($0) }
    let header = SafetensorsHeader(laying: [("a", .float32, [200_000]), ("b", .uint8, [3])], metadata: ["k": "v"])
    var writer = try SafetensorsWriter(path: path, header: header)
    try writer.append(Array(values[..<1]), to: "a")
    try writer.append(Array(values[1..<150_000]), to: "a")
    try writer.append(Array(values[150_000...]), to: "a")
    try writer.append([UInt8]([1, 2, 3]), to: "b")
    let record = try writer.commit()
    let found = try SHA256.hexDigest(ofFile: path)
    #expect(record.digest == found.digest)
    #expect(record.byteCount == found.byteCount)
    let file = try SafetensorsFile(path: path)
    #expect(Array(try file.tensor("a", .float32, shape: [200_000], as: Float.self)) == values)
    #expect(Array(try file.tensor("b", .uint8, shape: [3], as: UInt8.self)) == [1, 2, 3])
  }

  @Test("an empty tensor needs no append")
  func emptyTensors() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.safetensors")
    let header = SafetensorsHeader(
      laying: [("a", .float64, [0]), ("b", .float32, [1]), ("c", .uint8, [0])], metadata: [:])
    var writer = try SafetensorsWriter(path: path, header: header)
    try writer.append([Float(1)], to: "b")
    _ = try writer.commit()
    #expect(try SafetensorsFile(path: path).header == header)
  }

  @Test("tensors out of order, and too many or too few bytes, are refused as internal bugs and leave nothing behind")
  func wrongUse() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.safetensors")
    let header = SafetensorsHeader(laying: [("a", .float32, [1]), ("b", .float32, [1])], metadata: [:])
    func expectBug(_ body: (inout SafetensorsWriter) throws -> Void) {
      let error = #expect(throws: DataError.self) {
        var writer = try SafetensorsWriter(path: path, header: header)
        try body(&writer)
        _ = try writer.commit()
      }
      #expect(error?.code == .internalBug)
    }
    expectBug { try $0.append([Float(1)], to: "b") }
    expectBug { try $0.append([Float(1), 2], to: "a") }
    expectBug { try $0.append([Float(1)], to: "a") }
    expectBug { writer in
      try writer.append([Float(1)], to: "a")
      try writer.append([Float(1)], to: "b")
      try writer.append([Float(1)], to: "a")
    }
    #expect(try Folder.names(in: folder.path) == [])
  }
}
