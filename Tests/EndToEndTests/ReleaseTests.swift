import Storage
import TestSupport
import Testing

/// msa-prep iemocap on a synthetic release, run as a user runs it.
@Suite("IEMOCAP releases")
struct ReleaseTests {
  /// Prepares the sample release and gives back the folder.
  private func prepared(
    _ folder: borrowing TemporaryFolder, _ name: String, _ form: SampleRelease.Form = .folder, _ flags: [String] = []
  ) throws -> String {
    let out = folder.file(name)
    let outcome = try Program.prep.run(["iemocap", "--root", try SampleRelease.path(form), "--out", out, "-q"] + flags)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return out
  }

  /// What training reads, by digest: the manifest and the reports also name the source, and no two forms share a name.
  private func digests(_ out: String) throws -> [String: String] {
    let shards = try Folder.names(in: out + "/shards").map { "shards/" + $0 }
    let names = shards + ["samples.jsonl", "splits.json", "scalers.safetensors"]
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try SHA256.hexDigest(ofFile: out + "/" + $0).digest) })
  }

  private func lines(_ out: String) throws -> [JSONValue] {
    let text = String(decoding: try InputFile.contents(of: out + "/samples.jsonl", limit: 1 << 24), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  @Test("a folder, a tar, a tar.gz and a zip give the same shards, on one thread or two", arguments: ["word", "frame"])
  func forms(granularity: String) throws {
    let folder = try TemporaryFolder()
    let flags = { (threads: String) in ["--granularity", granularity, "--threads", threads] }
    let expected = try digests(try prepared(folder, "reference", .folder, flags("1")))
    #expect(expected.count == 6)
    for form in SampleRelease.Form.allCases {
      for threads in ["1", "2"] {
        let out = try prepared(folder, form.rawValue + threads, form, flags(threads))
        #expect(try digests(out) == expected, "\(form) on \(threads) threads")
      }
    }
  }

  private static let policies: [String] =
    (1...5).flatMap { ["session:\($0)", "loso:\($0)"] }
    + (1...5).flatMap { session in ["F", "M"].map { "speaker:Ses0\(session)_\($0)" } }

  @Test("no speaker and no dialog stands in two splits, and every split has samples", arguments: policies)
  func splits(policy: String) throws {
    let folder = try TemporaryFolder()
    let flags = ["--split", policy, "--modalities", "text", "--granularity", "utterance"]
    let out = try prepared(folder, "out", .folder, flags)
    var splits: [String: Set<String>] = [:]
    for line in try lines(out) {
      let split = try #require(line["split"]?.text)
      for key in ["speaker", "dialog"] { splits[try #require(line[key]?.text), default: []].insert(split) }
    }
    #expect(splits.filter { $0.value.count > 1 }.isEmpty)
    #expect(Set(splits.values.joined()) == ["train", "valid", "test"])
    // Who is tested is who was asked for.
    let tested = Set(splits.keys.filter { splits[$0] == ["test"] && $0.count == 7 })
    let asked = policy.split(separator: ":")[1]
    #expect(tested == (policy.hasPrefix("speaker") ? [String(asked)] : ["Ses0\(asked)_F", "Ses0\(asked)_M"]))
  }

  @Test("the report counts what was planted")
  func report() throws {
    let folder = try TemporaryFolder()
    let out = try prepared(folder, "out")
    let planted = try JSONValue(contentsOf: try SampleRelease.path() + "/sample.json")
    let report = try JSONValue(contentsOf: out + "/report.json")
    let release = try #require(report["release"])
    #expect(release["categories"] == planted["labels"])
    #expect(release["overlapping_turns"] == planted["overlapping turns"])
    let sessions = try #require(release["sessions"]?.members)
    #expect(sessions.count == 5)
    for (number, name) in sessions.keys.sorted().enumerated() {
      #expect(sessions[name]?["turns"] == planted["turns"]?.elements?[number])
    }
    let markerTurns = sessions.values.reduce(0) { $0 + ($1["marker_turns"]?.intValue ?? 0) }
    #expect(markerTurns == planted["on-marker turns"]?.intValue)
    let trouble = try #require(planted["trouble"])
    #expect(release["off_scale"]?.intValue == trouble["a rating off the scale"]?.elements?.count)
    #expect(release["counts"]?["words.spread_missing"]?.intValue == trouble["no alignment"]?.elements?.count)
    #expect(release["bad_lines"] == [])
    // What is dropped is what holds no word.
    let ids = Set(try lines(out).compactMap { $0["id"]?.text })
    let wordless = trouble["laughter and no word"]?.elements?.compactMap(\.text) ?? []
    #expect(!wordless.isEmpty)
    #expect(ids.isDisjoint(with: wordless))
    #expect(ids.count + wordless.count == (planted["turns"]?.elements ?? []).reduce(0) { $0 + ($1.intValue ?? 0) })
  }

  @Test("four classes are the turns that hold them", arguments: [("emotion4", 4), ("emotion6", 6)])
  func classes(labels: String, count: Int) throws {
    let folder = try TemporaryFolder()
    let out = try prepared(folder, "out", .folder, ["--labels", labels, "--modalities", "audio,text"])
    let planted = try JSONValue(contentsOf: try SampleRelease.path() + "/sample.json")
    let wordless = Set(planted["trouble"]?["laughter and no word"]?.elements?.compactMap(\.text) ?? [])
    let names = ["ang", "exc", "hap", "neu", "sad"] + (count == 6 ? ["fru"] : [])
    let expected = names.reduce(0) { $0 + (planted["labels"]?[$1]?.intValue ?? 0) }
    let found = try lines(out)
    #expect(found.count <= expected)
    #expect(found.count >= expected - wordless.count)
    // One column a class, with a 1 in one of them; each class occurs.
    let labels = try found.map { try #require($0["label"]?.elements).map { $0.doubleValue ?? .nan } }
    #expect(labels.allSatisfy { $0.count == count && Set($0).isSubset(of: [0, 1]) && $0.reduce(0, +) == 1 })
    #expect(Set(labels.compactMap { $0.firstIndex(of: 1) }).count == count)
  }

  @Test("its word vectors serve as --glove: only the word that they lack is masked")
  func wordVectors() throws {
    let folder = try TemporaryFolder()
    let out = try prepared(
      folder, "out", .folder, ["--modalities", "text", "--glove", try SampleRelease.wordVectors()])
    let report = try JSONValue(contentsOf: out + "/report.json")
    let missing = report["modalities"]?["text"]?["missing_rows"]?.members?.values.reduce(0) { $0 + ($1.intValue ?? 0) }
    let lacking = try lines(out).reduce(0) {
      $0 + ($1["words"]?.text ?? "").split(separator: " ").count { $0.uppercased() == "NAIVE" }
    }
    #expect(lacking > 0)
    #expect(missing == lacking)
  }
}
