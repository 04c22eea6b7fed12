import ArrayFiles
import Shards
import Testing
import TestSupport
import Text

@Suite("Inspecting shards and prepared folders")
struct InspectTests {
  @Test("a prepared folder is described by its manifest")
  func folder() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path)
    let inspection = try PreparedFolder.inspect(folder.path)
    #expect(inspection["kind"] == "prepared folder")
    #expect(inspection["splits"]?["train"]?["samples"] == 6)
    #expect(inspection["splits"]?["train"]?["shards"] == 2)
    let text = PreparedFolder.text(of: inspection)
    #expect(text.contains("dataset: CMU-MOSEI\n"))
    #expect(text.contains("  audio: dim 2, dtype f32, source Example\n"))
  }

  @Test("a shard is described with its tensors and sample lengths")
  func shard() throws {
    let folder = try TemporaryFolder()
    _ = try ExampleFolder(at: folder.path, dtype: .f16)
    let inspection = try PreparedFolder.inspect(folder.file("shards/train-00000.safetensors"))
    #expect(inspection["kind"] == "shard")
    #expect(inspection["samples"] == 3)
    #expect(inspection["modalities"]?["audio"]?["longest_sample"] == 3)
    #expect(inspection["modalities"]?["audio"]?["masked_rows"] == 1)
    #expect(inspection["tensors"]?.elements?.count == 13)
    #expect(PreparedFolder.text(of: inspection).contains("bytes 36, dtype F16, name visual, shape [6, 3]"))
  }

  @Test("any other safetensors file is described by its tensors; anything else is refused")
  func others() throws {
    let inspection = try PreparedFolder.inspect(fixture("safetensors/reference.safetensors"))
    #expect(inspection["kind"] == "safetensors")
    #expect(inspection["tensors"]?.elements?.count == 14)
    #expect(throws: DataError.self) { try PreparedFolder.inspect(fixture("safetensors/README.md")) }
  }
}
