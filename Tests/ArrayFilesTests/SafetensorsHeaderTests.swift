import ArrayFiles
import Files
import Testing
import TestSupport

@Suite("The header of a safetensors file")
struct SafetensorsHeaderTests {
  private func parse(_ bytes: [UInt8]) throws(SafetensorsError) -> SafetensorsHeader {
    let result = bytes.withUnsafeBytes { bytes -> Result<SafetensorsHeader, SafetensorsError> in
      do throws(SafetensorsError) {
        return .success(try SafetensorsHeader(parsing: bytes, fileByteCount: bytes.count))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  static let refusals: [(file: String, error: SafetensorsError)] = [
    ("too-short", .tooShort(byteCount: 4)),
    ("header-too-long", .headerTooLong(byteCount: 100_000_001)),
    ("header-length-all-ones", .headerTooLong(byteCount: .max)),
    ("header-truncated", .headerTruncated(byteCount: 3, fileByteCount: 10)),
    ("not-utf8", .notUTF8),
    ("no-brace", .malformedJSON("it does not start with {")),
    ("not-an-object", .malformedJSON("it does not start with {")),
    ("not-json", .malformedJSON("malformed JSON at byte 5")),
    ("text-behind-the-object", .malformedJSON("malformed JSON at byte 3")),
    ("nested-too-deep", .malformedJSON("JSON nested deeper than 64 levels at byte 69")),
    ("tensor-twice", .duplicateKey("a")),
    ("tensor-twice-by-escape", .duplicateKey("a")),
    ("key-twice", .duplicateKey("dtype")),
    ("metadata-no-object", .malformedMetadata),
    ("metadata-number", .malformedMetadata),
    ("tensor-no-object", .malformedTensor(name: "a")),
    ("tensor-without-type", .malformedTensor(name: "a")),
    ("tensor-with-more", .malformedTensor(name: "a")),
    ("shape-fraction", .malformedTensor(name: "a")),
    ("shape-beyond-64-bits", .malformedTensor(name: "a")),
    ("one-offset", .malformedTensor(name: "a")),
    ("three-offsets", .malformedTensor(name: "a")),
    ("negative-offset", .malformedTensor(name: "a")),
    ("reversed-offsets", .malformedTensor(name: "a")),
    ("unknown-type", .unknownType(name: "a", type: "F31")),
    ("negative-dimension", .shapeTooLarge(name: "a")),
    ("product-overflows", .shapeTooLarge(name: "a")),
    ("product-wraps-to-size", .shapeTooLarge(name: "a")),
    ("zero-hides-overflow", .shapeTooLarge(name: "a")),
    ("wrong-byte-count", .wrongByteCount(name: "a", found: 4, expected: 8)),
    ("hole-at-start", .holeOrOverlap(name: "a", offset: 4, expected: 0)),
    ("hole-between", .holeOrOverlap(name: "b", offset: 8, expected: 4)),
    ("overlap", .holeOrOverlap(name: "b", offset: 4, expected: 8)),
    ("same-bytes-twice", .holeOrOverlap(name: "b", offset: 0, expected: 4)),
    ("data-too-short", .wrongDataEnd(end: 4, dataByteCount: 3)),
    ("data-too-long", .wrongDataEnd(end: 4, dataByteCount: 5)),
    ("data-without-tensors", .wrongDataEnd(end: 0, dataByteCount: 1)),
    ("unaligned", .unaligned(name: "b", offset: 137)),
    ("unaligned-header", .unaligned(name: "a", offset: 71)),
  ]

  @Test("an attack file is refused for what is wrong with it", arguments: refusals)
  func refusal(file: String, error: SafetensorsError) throws {
    let bytes = try InputFile.contents(of: fixture("safetensors/attacks/\(file).safetensors"), limit: 1 << 16)
    #expect(throws: error) { try parse(bytes) }
  }

  @Test("every attack file is listed")
  func allRefusals() throws {
    let files = try Folder.names(in: fixture("safetensors/attacks"))
    #expect(Set(files) == Set(Self.refusals.map { $0.file + ".safetensors" }))
  }

  @Test("a file cut short at any byte is refused")
  func truncation() throws {
    let bytes = try InputFile.contents(of: fixture("safetensors/reference.safetensors"), limit: 1 << 16)
    for count in 0..<bytes.count {
      #expect(throws: SafetensorsError.self) { try parse(Array(bytes[..<count])) }
    }
  }

  @Test("a written header reads back the same, and data start at a multiple of 64")
  func roundTrip() throws {
    let header = SafetensorsHeader(
      laying: [("b", .float64, [2, 3]), ("a", .float32, []), ("empty", .float32, [0, 7]), ("é\"\n", .uint8, [5])],
      metadata: ["ids": "[\"x\"]", "ü": "\u{1}"])
    #expect(header.dataStart % 64 == 0)
    #expect(header.dataByteCount == 48 + 4 + 5)
    let bytes = header.bytes
    #expect(bytes.count == header.dataStart)
    let parsed = try parse(bytes + [UInt8](repeating: 0, count: header.dataByteCount))
    #expect(parsed == header)
  }

  @Test("a header without tensors is a complete file")
  func nothing() throws {
    let header = SafetensorsHeader(laying: [], metadata: [:])
    #expect(header.bytes.count == 64)
    #expect(try parse(header.bytes) == header)
  }

  @Test("messages name the tensor, what was found and what was expected")
  func messages() {
    #expect(
      SafetensorsError.holeOrOverlap(name: "audio", offset: 8, expected: 4).description
        == "audio: starts at data byte 8, expected 4")
    #expect(
      SafetensorsError.wrongByteCount(name: "audio", found: 8, expected: 4).description
        == "audio: offsets span 8 bytes, expected 4")
  }
}
