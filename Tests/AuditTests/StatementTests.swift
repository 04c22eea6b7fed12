import ArrayFiles
import AuditSupport
import Digests
import Files
import Leaks
import Samples
import Shards
import Testing
import TestSupport
import Text

@testable import Audit
@testable import Planting

@Suite struct StatementTests {
  /// Audits a small folder and passes the paths of folder and statement to `body`.
  private func audited(_ body: (_ prepared: String, _ statement: String) throws -> Void) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: 2), checks: [FoldPresence(), Integrity()])
    try AuditFiles.write(report, to: folder.file("audit"))
    try body(prepared, folder.file("audit/" + Statement.name))
  }

  private func check(_ statement: String, _ prepared: String) throws -> StatementCheck {
    try StatementCheck(statement, datasets: AuditedDataset.prepared([prepared]), threads: 1)
  }

  @Test("it is an in-toto Statement v1 that names every file, and audit.json, by SHA-256")
  func form() throws {
    try audited { prepared, path in
      let statement = try JSONValue(contentsOf: path)
      #expect(statement["_type"]?.text == "https://in-toto.io/Statement/v1")
      let names = statement["subject"]?.elements?.compactMap { $0["name"]?.text } ?? []
      #expect(
        names == [
          "manifest.json", "samples.jsonl", "scalers.safetensors", "shards/test-00000.safetensors",
          "shards/train-00000.safetensors", "shards/train-00001.safetensors", "shards/valid-00000.safetensors",
          "splits.json",
        ])
      let digest = statement["subject"]?.elements?.first?["digest"]?["sha256"]?.text
      #expect(try digest == SHA256.hexDigest(ofFile: prepared + "/manifest.json").digest)
      #expect(statement["predicate"]?["result"]?.text == "PASSED")
      // A strict parser refuses any other key.
      #expect(
        statement["predicate"]?.members?.keys.sorted() == [
          "configuration", "failedTests", "passedTests", "result", "warnedTests",
        ])
      let audit = statement["predicate"]?["configuration"]?.elements?.first?["digest"]?["sha256"]?.text
      #expect(try audit == SHA256.hexDigest(ofFile: Folder.parent(of: path) + "/audit.json").digest)
    }
  }

  @Test("it describes the files as they were audited")
  func intact() throws {
    try audited { prepared, path in
      let check = try check(path, prepared)
      #expect(check.isIntact)
      #expect(check.text.contains("10 SHA-256 digests agree. The audit's result was PASSED."))
    }
  }

  @Test("a changed file is named with both digests")
  func changed() throws {
    try audited { prepared, path in
      try IntegrityTests.flip(prepared + "/splits.json")
      let check = try check(path, prepared)
      #expect(!check.isIntact)
      #expect(check.problems.count == 1)
      #expect(check.problems[0].hasPrefix("splits.json: SHA-256 "))
    }
  }

  @Test("another folder's files are reported as missing and unexpected")
  func other() throws {
    try audited { _, path in
      let folder = try TemporaryFolder()
      let other = try ExampleFolder(at: folder.file("other"), granularity: "video") { _, _ in 1 }.path
      let check = try check(path, other)
      #expect(!check.isIntact)
      #expect(check.problems.contains { $0.hasPrefix("manifest.json: SHA-256") })
    }
  }

  @Test(
    "anything that is not one of our statements is refused with the offending key",
    arguments: [
      ("{}", "_type"), (#"{"_type": "https://in-toto.io/Statement/v1"}"#, "predicateType"),
      (
        #"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://in-toto.io/attestation/test-result/v0.1", "subject": []}"#,
        "subject"
      ),
      (
        #"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://in-toto.io/attestation/test-result/v0.1", "subject": [{"name": "a"}]}"#,
        "subject[0].digest"
      ),
    ])
  func malformed(text: String, key: String) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let path = try folder.write("statement.json", Array(text.utf8))
    #expect {
      _ = try check(path, prepared)
    } throws: { error in
      (error as? DataError)?.code == .badData && (error as? DataError)?.place == key
    }
  }

  @Test("a member of the wrong type is described", arguments: [("{}", "is missing"), (#"{"_type": 7}"#, "found 7")])
  func found(text: String, finding: String) throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let path = try folder.write("statement.json", Array(text.utf8))
    let error = #expect(throws: DataError.self) { try check(path, prepared) }
    #expect(error?.problem == finding)
  }

  @Test(
    "a result that is invalid, or that its own tests contradict, is refused with the offending key",
    arguments: [
      (#""result": "PASSED""#, #""result": "passed""#, "predicate.result"),
      (#""result": "PASSED""#, #""result": 1"#, "predicate.result"),
      (#""result": "PASSED""#, #""result": "FAILED""#, "predicate.result"),
      (#""failedTests": []"#, #""failedTests": ["integrity"]"#, "predicate.result"),
      (#""warnedTests": []"#, #""warnedTests": ["integrity"]"#, "predicate.result"),
      (#""failedTests": []"#, #""failedTests": [1]"#, "predicate.failedTests"),
      (#""warnedTests": []"#, #""warnedTests": 0"#, "predicate.warnedTests"),
      (#""sha256": ""#, #""sha256": "A"#, "subject[0].digest.sha256"),
      // Keys of no published schema, and members of other types.
      (#""predicate": {"#, #""predicates": {"#, "predicates"),
      (#""predicate": {"#, #""predicate": {"checks": [], "#, "predicate.checks"),
      (#""result": "#, #""results": "#, "predicate.results"),
      (#""result": "#, #""url": 7, "result": "#, "predicate.url"),
      (#""configuration": ["#, #""configuration": [7, "#, "predicate.configuration[0]"),
      (#""mediaType": ""#, #""mediatype": ""#, "predicate.configuration[0].mediatype"),
      (#""mediaType": "application/json""#, #""mediaType": null"#, "predicate.configuration[0].mediaType"),
      (#""annotations": {"#, #""annotations": [], "content": {"#, "predicate.configuration[0].content"),
      (#""passedTests": ["#, #""passedTests": [null, "#, "predicate.passedTests"),
      (#""sha256": ""#, #""size": 1, "sha256": ""#, "subject[0].digest.size"),
      (#""name": ""#, #""annotations": 1, "name": ""#, "subject[0].annotations"),
    ])
  func contradictory(old: String, new: String, place: String) throws {
    try audited { prepared, path in
      let text = String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
      try #require(text.contains(old))
      // The predicate contains digests too, before the subjects.
      let start = text.firstRange(of: place.hasPrefix("subject") ? "\"subject\"" : "{")?.lowerBound ?? text.startIndex
      let changed = String(text[start...]).replacing(old, with: new, maxReplacements: 1)
      try AtomicFile.write(String(text[..<start]) + changed, to: path)
      let error = #expect(throws: DataError.self) { try check(path, prepared) }
      #expect(error?.code == .badData && error?.place == place, "\(error?.description ?? "")")
    }
  }

  /// Replaces text in a file.
  private func edit(_ path: String, _ changes: (old: String, new: String)...) throws {
    var text = String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
    for (old, new) in changes {
      try #require(text.contains(old), "\(old) in \(text)")
      text = text.replacing(old, with: new)
    }
    try AtomicFile.write(text, to: path)
  }

  @Test("optional members may be missing, and others of the schema may be there")
  func optional() throws {
    try audited { prepared, path in
      try edit(
        path, (#""warnedTests": []"#, #""url": "https://example.org/run/1""#),
        (#""mediaType": "text/csv","#, #""uri": "file:leaks.csv", "downloadLocation": "", "content": "","#))
      #expect(try check(path, prepared).isIntact)
    }
  }

  @Test(
    "another, changed or missing output of the audit is a difference",
    arguments: [
      ("audit.json", "is missing: keep it beside the statement"), ("audit.json", "SHA-256 "), ("leaks.csv", "SHA-256 "),
      ("leaks.csv", "is missing: keep it beside the statement"),
    ])
  func output(name: String, problem: String) throws {
    try audited { prepared, path in
      let file = Folder.parent(of: path) + "/" + name
      if problem.hasPrefix("SHA") { try AtomicFile.write("{}", to: file) } else { try Folder.remove(file) }
      #expect(try check(path, prepared).problems.map { $0.hasPrefix("\(name): \(problem)") } == [true])
    }
  }

  @Test("a forged result is a difference, even where its own lists bear it out")
  func forged() throws {
    try audited { prepared, path in
      try edit(
        path, (#""result": "PASSED""#, #""result": "WARNED""#),
        (#""warnedTests": []"#, #""warnedTests": ["integrity"]"#))
      #expect(
        try check(path, prepared).problems == [
          "predicate.result: WARNED, but audit.json says PASSED",
          "predicate.warnedTests: integrity, but audit.json says none",
        ])
    }
  }

  @Test("an audit.json whose checks say something else than its beginning is a difference, though its digest is stated")
  func turnedChecks() throws {
    try audited { prepared, path in
      let audit = Folder.parent(of: path) + "/" + AuditFiles.json
      let digest = try SHA256.hexDigest(ofFile: audit).digest
      try edit(audit, (#""fail":0"#, #""fail":2"#))
      try edit(path, (digest, SHA256.hexDigest(ofFile: audit).digest))
      #expect(
        try check(path, prepared).problems == ["audit.json: begins with a verdict that is not that of its checks"])
    }
  }

  @Test("a shard that was added after the audit is a difference; one that was there is a subject")
  func extraShard() throws {
    try audited { prepared, path in
      let shard = prepared + "/shards/test-00001.safetensors"
      try Planting.copy(prepared + "/shards/test-00000.safetensors", to: shard)
      #expect(
        try check(path, prepared).problems == ["shards/test-00001.safetensors: is not in the statement"])
      let report = try AuditReport(
        AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: 2), checks: [FoldPresence(), Integrity()])
      try AuditFiles.write(report, to: Folder.parent(of: path))
      let again = try check(path, prepared)
      #expect(again.isIntact && again.matching == 11 && !again.hasPassed)
    }
  }

  @Test("several folders are told apart by what is in them, whatever their order")
  func order() throws {
    let folder = try TemporaryFolder()
    let paths = try zip(["a", "b"], [2, 3]).map { name, rows in
      try ExampleFolder(at: folder.file(name)) { _, _ in rows }.path
    }
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared(paths), threads: 2), checks: [FoldPresence(), Integrity()])
    try AuditFiles.write(report, to: folder.file("audit"))
    let path = folder.file("audit/" + Statement.name)
    for given in [paths, paths.reversed()] {
      #expect(try StatementCheck(path, datasets: AuditedDataset.prepared(given), threads: 1).isIntact)
    }
    try IntegrityTests.flip(paths[1] + "/splits.json")
    for given in [paths, paths.reversed()] {
      let check = try StatementCheck(path, datasets: AuditedDataset.prepared(given), threads: 1)
      #expect(check.problemCount == 1 && check.problems[0].hasPrefix("CMU-MOSEI (2)/splits.json: SHA-256 "))
    }
  }

  @Test("the files of the training run are subjects")
  func run() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let run = try Run(on: prepared).write(to: folder.file("run"))
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared([prepared]), run: run, threads: 2),
      checks: [FoldPresence(), Integrity()])
    try AuditFiles.write(report, to: folder.file("audit"))
    let path = folder.file("audit/" + Statement.name)
    func check(_ run: String?) throws -> StatementCheck {
      try StatementCheck(path, datasets: AuditedDataset.prepared([prepared]), run: run, threads: 1)
    }
    #expect(try check(run).isIntact)
    let names = ["run/metrics_history.json", "run/predictions.csv", "run/results.json"]
    #expect(
      try check(nil).problems == names.map { "\($0): is missing: give the run that was audited with --run" })
    try edit(run + "/predictions.csv", ("test", "valid"))
    #expect(try check(run).problems.map { $0.hasPrefix("run/predictions.csv: SHA-256 ") } == [true])
  }

  @Test("overlong names and file lists are cut and counted")
  func endless() throws {
    try audited { prepared, path in
      var members = try #require(try JSONValue(contentsOf: path).members)
      let more = (0..<150).map { number -> JSONValue in
        let name = "x\(number)" + String(repeating: "a", count: 1000)
        return ["name": .string(name), "digest": ["sha256": .string(String(repeating: "0", count: 64))]]
      }
      members["subject"] = .array((members["subject"]?.elements ?? []) + more)
      try AtomicFile.write(JSONValue.object(members).prettyText, to: path)
      let check = try check(path, prepared)
      #expect(check.problemCount == 150 && check.problems.count == 100)
      #expect(check.problems.allSatisfy { $0.count < 300 && $0.hasSuffix("…: is missing") })
      #expect(
        check.text.contains("\nand 50 more differences\nThe statement does not describe these files: 150 differences"))
      #expect(check.json["problem_count"] == 150)
    }
  }

  @Test(
    "no name in a statement that is read leads out of the audited folder",
    arguments: ["../manifest.json", "/etc/passwd", "shards/../../x", "shards//x", "./manifest.json", ""])
  func names(name: String) throws {
    try audited { prepared, path in
      let text = String(decoding: try InputFile.contents(of: path, limit: 1 << 20), as: UTF8.self)
      try AtomicFile.write(text.replacing("\"manifest.json\"", with: "\"\(name)\""), to: path)
      let error = #expect(throws: DataError.self) { try check(path, prepared) }
      #expect(error?.code == .badData && error?.place == "subject[0]")
    }
  }

  @Test("no name in a written statement leads out of the folder", arguments: ["../..", "/", "..", ""])
  func writtenNames(dataset: String) throws {
    let folder = try TemporaryFolder()
    let paths = try ["a", "b"].map { name in
      let example = try ExampleFolder(at: folder.file(name))
      var manifest = example.manifest
      manifest.dataset = dataset
      // Two folders, not one and its copy.
      manifest.config = ["name": .string(name)]
      try manifest.write(to: example.path)
      return example.path
    }
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared(paths), threads: 2), checks: [FoldPresence(), Integrity()])
    try AuditFiles.write(report, to: folder.file("audit"))
    let statement = folder.file("audit/" + Statement.name)
    let names = try JSONValue(contentsOf: statement)["subject"]?.elements?.compactMap { $0["name"]?.text } ?? []
    #expect(names.count == 16 && names.allSatisfy(Statement.isInside), "\(names)")
    #expect(try StatementCheck(statement, datasets: AuditedDataset.prepared(paths), threads: 1).isIntact)
  }

  @Test("verdicts and digests cover the same bytes: a folder that changes during its audit is refused")
  func changedMeanwhile() throws {
    let folder = try TemporaryFolder()
    let prepared = try ExampleFolder(at: folder.file("prepared")).path
    let report = try AuditReport(
      AuditSubject(datasets: AuditedDataset.prepared([prepared]), threads: 2), checks: [FoldPresence(), Integrity()])
    _ = try ExampleFolder(at: prepared, dtype: .f16)
    let error = #expect(throws: DataError.self) { try AuditFiles.write(report, to: folder.file("audit")) }
    #expect(error?.code == .badData && error?.problem == "changed while it was audited")
    #expect(try Folder.names(in: folder.file("audit")).isEmpty)
  }
}
