import Files
import Foundation
import Testing
import TestSupport
import Text

/// IEMOCAP as its users choose from it: classes, dialogs, votes, lists, no valid split, few sessions.
@Suite("Choices from an IEMOCAP release")
struct EmotionChoiceTests {
  private func prepare(_ out: String, root: String? = nil, _ flags: String...) throws -> Program.Outcome {
    try Program.prep.run(
      ["iemocap", "--root", try root ?? SampleRelease.path(), "--modalities", "text", "--out", out, "-q"] + flags)
  }

  private func samples(_ folder: String) throws -> [JSONValue] {
    let text = String(decoding: try InputFile.contents(of: folder + "/samples.jsonl", limit: 1 << 24), as: UTF8.self)
    return try text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
  }

  private func ids(_ folder: String) throws -> Set<String> { Set(try samples(folder).compactMap { $0["id"]?.text }) }

  @Test("classes that a name stands for give its bytes; others give a column each")
  func classes() throws {
    let folder = try TemporaryFolder()
    #expect(try prepare(folder.file("named"), "--labels", "emotion4").status == 0)
    #expect(try prepare(folder.file("written"), "--classes", "ang,hap+exc,neu,sad").status == 0)
    #expect(try digests(folder.file("named")) == digests(folder.file("written")))
    let own = try prepare(folder.file("own"), "--classes", "hap+exc,ang,sad,neu")
    #expect(own.status == 0, "\(own.errors)")
    let manifest = try JSONValue(contentsOf: folder.file("own/manifest.json"))
    #expect(manifest["label_names"] == ["hap", "ang", "sad", "neu"])
    #expect(manifest["config"]?["class-categories"] == ["hap+exc", "ang", "sad", "neu"])
    #expect(try ids(folder.file("own")) == ids(folder.file("named")))
    let again = try prepare(folder.file("own"), "--classes", "hap+exc,ang,sad,neu")
    #expect(again.status == 0 && again.output.contains("is up to date"))
  }

  @Test(
    "classes that cannot be meant are refused",
    arguments: [
      (["--classes", "hap,joy"], "names joy, which is no category"), (["--classes", "hap"], "is the single class hap"),
      (["--classes", "hap,sad+hap"], "names hap twice"), (["--labels", "votes"], "without --classes"),
      (["--classes", "hap,sad", "--labels", "emotion4"], "emotion4 is the name of other --classes"),
      (["--classes", "hap,sad", "--labels", "vad"], "vad and --classes are given together"),
      (["--subset", "read"], "improvised"),
    ])
  func refused(flags: [String], message: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Program.prep.run(
      ["iemocap", "--root", try SampleRelease.path(), "--out", folder.file("out")] + flags)
    #expect(outcome.status == 64 && outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test("a subset of the dialogs is prepared, and the turns of the others are counted")
  func subset() throws {
    let folder = try TemporaryFolder()
    var all: Set<String> = []
    for (name, mark) in [("improvised", "_impro"), ("scripted", "_script")] {
      let outcome = try prepare(folder.file(name), "--subset", name)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let ids = try ids(folder.file(name))
      #expect(!ids.isEmpty && ids.allSatisfy { $0.contains(mark) })
      #expect(all.isDisjoint(with: ids))
      all.formUnion(ids)
      let report = try JSONValue(contentsOf: folder.file(name + "/report.json"))
      #expect(report["release"]?["subset"] == ["name": .string(name), "turns": 40, "left_out_turns": 40])
      let dropped = report["recordings"]?["dropped"]?.elements ?? []
      #expect(dropped.contains { $0["reason"] == "not of the dialogs of --subset" && $0["count"] == 40 })
      #expect(try String(contentsOfFile: folder.file(name + "/report.html"), encoding: .utf8).contains("Only \(name)"))
    }
    #expect(try prepare(folder.file("all")).status == 0)
    #expect(try ids(folder.file("all")) == all)
  }

  @Test("votes are shares that add up to 1, are said in the report, and are learned")
  func votes() throws {
    let folder = try TemporaryFolder()
    let outcome = try prepare(folder.file("out"), "--labels", "votes", "--classes", "hap+exc,ang,sad,neu")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let labels = try samples(folder.file("out")).map { try #require($0["label"]?.elements).compactMap(\.doubleValue) }
    #expect(labels.allSatisfy { abs($0.reduce(0, +) - 1) < 1e-6 && $0.count == 4 })
    #expect(labels.contains { $0.max() ?? 1 < 0.9 } && labels.contains { $0.max() == 1 })
    let report = try JSONValue(contentsOf: folder.file("out/report.json"))
    let votes = try #require(report["release"]?["votes"])
    #expect((votes["elsewhere"]?.intValue ?? 0) > 0 && (votes["counted"]?.intValue ?? 0) >= labels.count)
    let left = report["samples"]?["dropped"]?.elements ?? []
    #expect(left.contains { $0["reason"] == "no rater chose any of --classes" }, "\(left)")
    #expect(report["warnings"]?.elements?.contains { $0.text?.contains("for none of --classes") == true } == true)
    let run = folder.file("run")
    let trained = try Program.train.run("--shards", folder.file("out"), "--out", run, "--epochs", "2", "-q")
    #expect(trained.status == 0, "\(trained.errors)")
    let results = try JSONValue(contentsOf: run + "/results.json")
    #expect(results["label_shares"] == true && results["config"]?["task"] == "classification")
    let audited = try Program.audit.run(
      "--shards", folder.file("out"), "--run", run, "--out", folder.file("audit"), "--json")
    let checks = try JSONValue(parsing: audited.output)["checks"]?.elements ?? []
    #expect(checks.first { $0["id"] == "selection" }?["verdict"] == "pass", "\(audited.output)")
  }

  @Test("train and test alone are prepared, trained and audited, and every result says so")
  func withoutValid() throws {
    let folder = try TemporaryFolder()
    let out = folder.file("out")
    let outcome = try prepare(out, "--labels", "emotion4", "--split", "session:2", "--no-valid")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let manifest = try JSONValue(contentsOf: out + "/manifest.json")
    #expect(manifest["config"]?["no-valid"] == true && manifest["splits"]?["valid"]?["samples"] == 0)
    #expect(Set(try samples(out).compactMap { $0["session"]?.text }).count == 5)
    let report = try JSONValue(contentsOf: out + "/report.json")
    #expect(report["warnings"]?.elements?.contains { $0.text?.contains("no valid split (--no-valid)") == true } == true)
    #expect(try Program.prep.run("verify", out, "-q").status == 0)
    for format in ["npz", "webdataset"] {
      let exported = try Program.prep.run("export", out, "--to", format, "--out", folder.file(format), "-q")
      #expect(exported.status == 0, "\(exported.errors)")
    }
    let run = folder.file("run")
    let trained = try Program.train.run("--shards", out, "--out", run, "--epochs", "3")
    #expect(trained.status == 0, "\(trained.errors)")
    #expect(trained.output.contains("there is no valid split"))
    let results = try JSONValue(contentsOf: run + "/results.json")
    #expect(results["best_epoch"] == 3 && results["validation"] == .null && results["config"]?["select"] == "last")
    #expect(
      try String(contentsOfFile: run + "/report.html", encoding: .utf8).contains("There is no valid split"))
    for flags in [["--select", "f1"], ["--early-stop", "2"], ["--schedule", "plateau"]] {
      let refused = try Program.train.run(["--shards", out, "--out", folder.file("other"), "--epochs", "2"] + flags)
      #expect(refused.status == 64 && refused.errors.contains("no valid split to choose by"), "\(refused.errors)")
    }
    let audited = try Program.audit.run(
      "--shards", out, "--sources", SampleRelease.path(), "--run", run, "--out", folder.file("audit"), "--json")
    let checks = try JSONValue(parsing: audited.output)["checks"]?.elements ?? []
    func check(_ id: String) -> JSONValue? { checks.first { $0["id"]?.text == id } }
    #expect(check("fold-presence")?["verdict"] == "warn", "\(audited.output)")
    #expect(check("fold-presence")?["summary"]?.text?.contains("as --no-valid asked") == true)
    for id in ["selection", "scaler-train-only", "held-out-influence", "reproducible", "id-overlap"] {
      #expect(check(id)?["verdict"] == "pass", "\(id): \(check(id)?.canonicalText ?? "")")
    }
  }

  @Test("lists in EmoBox's form divide a release")
  func lists() throws {
    let folder = try TemporaryFolder()
    #expect(try prepare(folder.file("all"), "--labels", "emotion4").status == 0)
    let ids = try ids(folder.file("all")).sorted()
    var lists: [String] = []
    for (name, isTest) in [("train", false), ("test", true)] {
      let lines = ids.filter { $0.hasPrefix("Ses03") == isTest }.map {
        "{\"key\": \"iemocap-\($0)\", \"dataset\": \"iemocap\", \"emo\": \"hap\"}"
      }
      lists.append(try folder.write("iemocap_\(name)_fold_3.jsonl", lines.joined(separator: "\n")))
    }
    let flags = ["--labels", "emotion4", "--folds"] + lists
    let arguments = ["iemocap", "--root", try SampleRelease.path(), "--modalities", "text", "-q"] + flags
    let refused = try Program.prep.run(arguments + ["--out", folder.file("out")])
    #expect(refused.status == 65 && refused.errors.contains("--no-valid"), "\(refused.errors)")
    let outcome = try Program.prep.run(arguments + ["--out", folder.file("out"), "--no-valid"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try self.ids(folder.file("out")) == Set(ids))
    #expect(
      try samples(folder.file("out")).allSatisfy {
        ($0["split"] == "test") == ($0["session"] == "Ses03")
      })
  }

  @Test("one or two sessions: what can be divided is, and the rest is refused with what to give")
  func fewSessions() throws {
    let folder = try TemporaryFolder()
    var release = TinyRelease()
    release.files = release.files.filter { $0.key.hasPrefix("Session1/") || $0.key.hasPrefix("Session2/") }
    let root = try release.write(to: folder.file("two"))
    let refused = try prepare(folder.file("out"), root: root)
    #expect(refused.status == 65 && refused.errors.contains("--split session:2 --no-valid"), "\(refused.errors)")
    let outcome = try prepare(folder.file("out"), root: root, "--split", "session:2", "--no-valid")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(try samples(folder.file("out")).count == 4)
    release.files = release.files.filter { $0.key.hasPrefix("Session1/") }
    let single = try release.write(to: folder.file("single"))
    let one = try prepare(folder.file("one"), root: single, "--split", "session:1", "--no-valid")
    #expect(one.status == 65 && one.errors.contains("--allow-leaks id-overlap"), "\(one.errors)")
  }
}
