import Digests
import Files
import Foundation
import Shards
import Testing
import TestSupport
import Text

/// The cheap checks that msa-prep runs before it seals a folder.
@Suite("Sealing a folder")
struct SealTests {
  /// A release whose turns are divided regardless of who speaks.
  private func divided(_ folder: borrowing TemporaryFolder) throws -> (root: String, folds: String) {
    let root = try TinyRelease().write(to: folder.file("release"))
    let first = folder.file("whole")
    let whole = try Program.prep.run("iemocap", "--root", root, "--out", first, "-q")
    #expect(whole.status == 0, "\(whole.errors)")
    let ids = try SplitsFile.read(first).samples.values.flatMap(\.self).sorted()
    let lists = ["train", "valid", "test"].enumerated().map { number, split in
      (split, JSONValue.array(ids.indices.filter { $0 % 3 == number }.map { .string(ids[$0]) }))
    }
    let folds = folder.file("folds.json")
    try AtomicFile.write(JSONValue.object(Dictionary(uniqueKeysWithValues: lists)).prettyText, to: folds)
    return (root, folds)
  }

  @Test("a folder with a leak is sealed only if every failing check is allowed, and says so from then on")
  func allowed() throws {
    let folder = try TemporaryFolder()
    let (root, folds) = try divided(folder)
    let out = folder.file("leaky")
    let arguments = ["iemocap", "--root", root, "--folds", folds, "--out", out]

    let partly = try Program.prep.run(arguments + ["--allow-leaks", "id-overlap"])
    #expect(partly.status == 1, "\(partly.output)\(partly.errors)")
    #expect(partly.message.contains("fails the check time-overlap: "))
    #expect(partly.message.hasSuffix("--allow-leaks id-overlap,time-overlap."))
    #expect(!Folder.exists(out + "/manifest.json"))

    let done = try Program.prep.run(arguments + ["--allow-leaks", "id-overlap,time-overlap"])
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.output.contains("Sealed with a leak that --allow-leaks id-overlap allows: "))
    #expect(try Manifest.read(out).allowedLeaks.map(\.check) == ["id-overlap", "time-overlap"])
    #expect(try JSONValue(contentsOf: out + "/report.json")["allowed_leaks"]?.elements?.count == 2)
    #expect(try String(contentsOfFile: out + "/report.html", encoding: .utf8).contains("--allow-leaks id-overlap"))

    let audit = try Program.audit.run("--shards", out, "--out", folder.file("audit"))
    #expect(audit.status == 1)
    #expect(audit.output.contains("sealed with --allow-leaks id-overlap,time-overlap"))
    #expect(audit.output.contains("FAIL       time-overlap"))

    // A run that does not allow the leak does not get the folder as up to date.
    let again = try Program.prep.run(arguments + ["--allow-leaks", "id-overlap"])
    #expect(again.status == 1)
    #expect(try Program.prep.run(arguments + ["--allow-leaks", "time-overlap,id-overlap"]).status == 0)
  }

  @Test("a clean folder has no leaks in its manifest, whatever is allowed")
  func clean() throws {
    let folder = try TemporaryFolder()
    let corpus = try TinyCorpus().write(to: folder.file("corpus"))
    for (out, more) in [("plain", []), ("allowed", ["--allow-leaks", "id-overlap,fold-presence"])] {
      let done = try Program.prep.run(
        ["mosei", "--root", corpus, "--folds", corpus + "/folds.json", "--out", folder.file(out)] + more)
      #expect(done.status == 0, "\(done.errors)")
    }
    #expect(
      try SHA256.hexDigest(ofFile: folder.file("plain/manifest.json")).digest
        == SHA256.hexDigest(ofFile: folder.file("allowed/manifest.json")).digest)
  }

  @Test("an unknown check is refused, and the known ones are listed")
  func unknown() throws {
    let done = try Program.prep.run("mosei", "--root", ".", "--out", "x", "--allow-leaks", "speakers")
    #expect(done.status == 64)
    #expect(
      done.message.contains("--allow-leaks names speakers, expected some of fold-presence, id-overlap, time-overlap"))
  }
}
