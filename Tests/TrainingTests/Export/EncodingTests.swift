import Files
import Foundation
import Testing
import TestSupport
import Text

@testable import Training

@Suite("Encodings of exports")
struct EncodingTests {
  @Test("CRC32C has the value of its definition (RFC 3720)")
  func checksum() {
    #expect(TFRecord.crc32c(Array("123456789".utf8)) == 0xe306_9283)
    #expect(TFRecord.crc32c([UInt8](repeating: 0, count: 32)) == 0x8a91_36aa)
    #expect(TFRecord.crc32c([]) == 0)
  }

  @Test("a record is framed by lengths and masked checksums")
  func frame() {
    let frame = TFRecord.framed([1, 2, 3])
    #expect(frame.count == 8 + 4 + 3 + 4)
    #expect(Array(frame.prefix(8)) == [3, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(frame[12..<15]) == [1, 2, 3])
  }

  @Test("numbers, texts and messages are encoded as in protobuf")
  func protobuf() {
    var message = ProtobufMessage()
    message.add(1, 150)
    #expect(message.bytes == [0x08, 0x96, 0x01])
    message = ProtobufMessage()
    message.add(2, "testing")
    #expect(message.bytes == [0x12, 0x07] + Array("testing".utf8))
    message = ProtobufMessage()
    message.add(3, -1)
    #expect(message.bytes == [0x18] + [UInt8](repeating: 0xff, count: 9) + [1])
    message = ProtobufMessage()
    message.add(20, Float(1))
    #expect(message.bytes == [0xa5, 0x01, 0, 0, 0x80, 0x3f])
    var outer = ProtobufMessage()
    outer.add(1, message)
    outer.add(2, 1.0)
    #expect(outer.bytes == [0x0a, 6] + message.bytes + [0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f])
  }

  @Test("a log of scalars replaces that of an earlier attempt and skips values that are not finite")
  func log() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("events.out.tfevents.1.msa-train", [1])
    do {
      var log = try TensorBoardLog(
        folder: folder.path, task: .regression, start: Date(timeIntervalSince1970: 1_700_000_000.5))
      for record in ExampleOutcome.history { try log.add(record) }
    }
    let names = try Folder.names(in: folder.path)
    #expect(names == ["events.out.tfevents.1700000000.msa-train"])
    let bytes = try InputFile.contents(of: folder.file(names[0]), limit: 1 << 20)
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("brain.Event:2"))
    #expect(text.split(separator: "correlation/train").count == 3)  // the first epoch has none
    #expect(text.split(separator: "mae/validation").count == 4)
  }

  @Test("a graph that uses an undefined value is refused as a bug")
  func brokenGraph() throws {
    var outcome = try ExampleOutcome.make()
    outcome.graph.nodes[0].inputs[0] = "nowhere"
    let error = #expect(throws: DataError.self) {
      try ONNXModel.bytes(outcome.graph, parameters: outcome.parameters, metadata: [:])
    }
    #expect(error?.description.contains("nowhere") == true)
  }

  @Test("a graph survives JSON", arguments: [ModelKind.crossmodal, .seed])
  func graph(kind: ModelKind) throws {
    let graph = try ExampleOutcome.make(kind).graph
    #expect(try ModelGraph(json: JSONValue(parsing: graph.json.canonicalText)) == graph)
  }
}
