import Digests
import Files
import Samples
import Shards
import Testing
import TestSupport
import Text

@Suite("The manifest and the lists beside it")
struct ManifestTests {
  @Test("the manifest has exactly the documented keys and reads back the same")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let manifest = try ExampleFolder(at: folder.path).manifest
    #expect(try Manifest.read(folder.path) == manifest)
    let json = manifest.json
    #expect(
      json.members?.keys.sorted() == [
        "arithmetic", "config", "config_sha256", "dataset", "format", "granularity", "label_names", "modalities",
        "scalers",
        "sources",
        "splits", "tool_version",
      ])
    #expect(json["modalities"]?["audio"] == ["dim": 2, "dtype": "f32", "source": "Example"])
    #expect(json["splits"]?["train"]?.members?.keys.sorted() == ["groups", "rows", "samples", "shards"])
    #expect(
      json["splits"]?["train"]?["shards"]?.elements?.first?.members?.keys.sorted()
        == ["bytes", "file", "rows", "samples", "sha256"])
    #expect(
      json["scalers"]?.members?.keys.sorted() == ["file", "fitted_on", "rows", "sha256", "train_samples_sha256"])
  }

  @Test("a manifest without arithmetic reads as version 0 and is written unchanged")
  func oldArithmetic() throws {
    let folder = try TemporaryFolder()
    var members = try #require(try ExampleFolder(at: folder.path).manifest.json.members)
    #expect(members["arithmetic"] == .integer(Manifest.ownArithmetic))
    members["arithmetic"] = nil
    let manifest = try Manifest(json: .object(members))
    #expect(manifest.arithmetic == 0)
    #expect(manifest.json == .object(members))
  }

  @Test("rows are an integer if the modalities agree, else an object by modality")
  func rows() throws {
    let folder = try TemporaryFolder()
    let word = try ExampleFolder(at: folder.file("word")).manifest
    #expect(word.json["splits"]?["valid"]?["rows"] == 8)
    let frame = try ExampleFolder(at: folder.file("frame")) { $0 + ($1 == .audio ? 2 : 1) }.manifest
    #expect(frame.json["splits"]?["train"]?["rows"] == ["visual": 21, "audio": 27, "text": 21])
    #expect(try Manifest.read(folder.file("frame")) == frame)
  }

  @Test("a folder without a manifest is unfinished, not damaged")
  func missing() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: DataError.self) { try Manifest.read(folder.path) }
    #expect(error?.code == .inputMissing)
    #expect(error?.description.contains("has no manifest.json, expected a finished prepared folder") == true)
  }

  /// The example's manifest, with one piece of text replaced.
  private func problem(_ old: String, _ new: String) throws -> String? {
    let folder = try TemporaryFolder()
    let text = try ExampleFolder(at: folder.path).manifest.json.prettyText
    try #require(text.contains(old))
    try AtomicFile.write(text.replacing(old, with: new, maxReplacements: 1), to: folder.file("manifest.json"))
    let error = #expect(throws: DataError.self) { try Manifest.read(folder.path) }
    #expect(error?.code == .badData)
    return error?.description.replacing(folder.path + "/", with: "")
  }

  @Test(
    "impossible counts are refused before anything is added up",
    arguments: ["-1", "1099511627777", "9223372036854775807", "1e19", "0.5"])
  func absurdCounts(count: String) throws {
    for key in ["samples", "rows", "bytes"] {
      let text = try ExampleFolder(at: TemporaryFolder().path).manifest.json.prettyText
      let old = try #require(text.firstMatch(of: try Regex("\"\(key)\": [0-9]+"))).output[0].substring
      let found = try problem(String(try #require(old)), "\"\(key)\": \(count)")
      #expect(found?.contains("\(key): found ") == true, "\(found ?? "accepted")")
    }
  }

  @Test("a manifest of another format version says which program to use")
  func otherVersion() throws {
    #expect(
      try problem("msa-shards/1", "msa-shards/2")
        == "manifest.json: format: found \"msa-shards/2\", expected \"msa-shards/1\". "
        + "Use the version of msa-prep that wrote it, or prepare the folder again.")
  }

  @Test(
    "a key with a wrong value is named",
    arguments: [
      (#""dim": 2"#, #""dim": -2"#, "modalities.audio.dim: found -2, expected a whole number from 1 to 65536"),
      (#""dtype": "f32""#, #""dtype": "f8""#, "modalities.audio.dtype: found \"f8\", expected f16, f32 or bf16"),
      (#""fitted_on": "train""#, #""fitted_on": "test""#, "fitted_on: found \"test\", expected \"train\""),
      (#""audio": {"#, #""smell": {"#, "modalities.smell: found {"),
      (
        #""label_names": ["sentiment", "happy"]"#, #""label_names": 3"#,
        "label_names: found 3, expected an array of strings"
      ),
      (#""dataset": "CMU-MOSEI","#, "", "dataset: is missing, expected a string"),
      (#""granularity": "word""#, #""granularity": "frame""#, "config_sha256: found"),
      (
        #""source": "Example""#, #""source": "Example", "columns": ["a"]"#,
        #"modalities.audio.columns: found ["a"], expected 2 names, each once"#
      ),
      (
        #""source": "Example""#, #""source": "Example", "columns": ["a", "a"]"#,
        #"modalities.audio.columns: found ["a","a"], expected 2 names, each once"#
      ),
      (
        #""file": "shards/test-00000.safetensors""#, #""file": "shards/\#(String(repeating: "x", count: 5000))""#,
        "has a name of 5000 bytes, expected at most 255 bytes"
      ),
      ("{", "{{", "malformed JSON at byte 1, expected one JSON document"),
    ])
  func malformed(old: String, new: String, expected: String) throws {
    let found = try problem(old, new)
    #expect(found?.contains(expected) == true, "\(found ?? "")")
  }

  @Test("the configuration agrees with the rest of the manifest", arguments: ["granularity", "dtype"])
  func configured(key: String) throws {
    let folder = try TemporaryFolder()
    var manifest = try ExampleFolder(at: folder.path).manifest
    manifest.config = ["granularity": "word", "dtype": "f32"]
    try manifest.write(to: folder.path)
    #expect(try Manifest.read(folder.path) == manifest)
    manifest.config = .object([key: .string(key == "dtype" ? "f16" : "frame")])
    try manifest.write(to: folder.path)
    let error = #expect(throws: DataError.self) { try Manifest.read(folder.path) }
    #expect(error?.code == .badData && error?.place == "config.\(key)")
    #expect(error?.expected == (key == "dtype" ? "f32" : "word") + ", as the manifest says elsewhere")
  }

  @Test(
    "an invalid interval is refused in a sample's line",
    arguments: ["[5, 1]", "[0]", "[0, 1, 2]", "[0, 1, null]", "[null, null]", "[\"0\", \"1\"]", "3"])
  func intervals(text: String) throws {
    let folder = try TemporaryFolder()
    var members = try #require(try ExampleFolder(at: folder.path).lines[0].json.members)
    members["interval"] = try JSONValue(parsing: text)
    let error = #expect(throws: DataError.self) {
      try SampleLine(json: .object(members), modalities: Modality.allCases)
    }
    #expect(error?.code == .badData && error?.place == "interval")
  }

  @Test("sample lines read back the same, with missing labels and words")
  func sampleLines() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.path)
    let order = Modality.allCases
    #expect(try SamplesFile.read(folder.path, modalities: order) == example.lines)
    var line = example.lines[0]
    line.label = [.nan, 1]
    line.interval = nil
    line.rows = [.visual: 1, .audio: 2, .text: 3]
    line.speaker = "Ses01F"
    line.session = "1"
    let read = try SampleLine(json: line.json, modalities: order)
    #expect(read.label[0].isNaN && read.label[1] == 1)
    #expect(read.rows == line.rows && read.interval == nil && read.speaker == "Ses01F" && read.session == "1")
  }

  @Test("a damaged line is named by its number")
  func damagedLine() throws {
    let folder = try TemporaryFolder()
    let example = try ExampleFolder(at: folder.path)
    let text = example.lines.map(\.json.canonicalText).joined(separator: "\n")
    let cut = text.replacing("\"index\":1", with: "\"index\":-1", maxReplacements: 1)
    try AtomicFile.write(cut, to: folder.file("samples.jsonl"))
    let error = #expect(throws: DataError.self) { try SamplesFile.read(folder.path, modalities: Modality.allCases) }
    #expect(error?.place == "line 2: index")
  }

  @Test("splits read back the same")
  func splits() throws {
    let folder = try TemporaryFolder()
    let splits = SplitsFile(
      groups: [.train: ["a"], .valid: ["b"], .test: []], samples: [.train: ["a[0]"], .valid: [], .test: []])
    try splits.write(to: folder.path)
    #expect(try SplitsFile.read(folder.path) == splits)
  }

  @Test("scalers read back the same; a scale that is not positive is refused")
  func scalers() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("scalers.safetensors")
    let scalers = ScalersFile(columns: [.audio: .init(center: [1.5, -2], scale: [0.5, 1e-9])])
    let record = try scalers.write(to: path)
    #expect(try ScalersFile.read(path) == scalers)
    #expect(try SHA256.hexDigest(ofFile: path) == (record.sha256, record.byteCount))
    _ = try ScalersFile(columns: [.audio: .init(center: [1], scale: [0])]).write(to: path)
    #expect(throws: DataError.self) { try ScalersFile.read(path) }
  }
}
