import Archives
import Files
import Foundation
import Testing
import TestSupport
import Text

@Suite("Releases in other containers")
struct ReleaseContainerTests {
  private static let flags = ["--modalities", "audio,text", "--granularity", "utterance", "-q"]

  /// The digests of everything that does not name the input.
  private func prepared(
    _ folder: borrowing TemporaryFolder, _ name: String, _ roots: [String], _ flags: [String] = flags
  ) throws -> [String: String] {
    let out = folder.file(name)
    let outcome = try Program.prep.run(["iemocap", "--out", out] + roots.flatMap { ["--root", $0] } + flags)
    #expect(outcome.status == 0, "\(outcome.errors)")
    return try digests(out).filter { !["manifest.json", "report.json", "report.html"].contains($0.key) }
  }

  private func fingerprint(_ out: String) throws -> String? {
    try JSONValue(contentsOf: out + "/manifest.json")["sources"]?.elements?.first?["fingerprint"]?.text
  }

  /// A tar of the files with the wanted paths.
  private func tar(
    _ release: TinyRelease, _ path: String, isCompressed: Bool = false, above: String = "",
    where isWanted: (String) -> Bool = { _ in true }
  ) throws -> String {
    var writer = try TarWriter(path: path, isCompressed: isCompressed)
    for (name, bytes) in release.files.sorted(by: { $0.key < $1.key }) where isWanted(name) {
      try writer.add(above + name, bytes)
    }
    try writer.commit()
    return path
  }

  @Test("several roots form one release, folders and archives mixed, in any order")
  func roots() throws {
    let folder = try TemporaryFolder()
    let release = TinyRelease()
    let whole = try prepared(folder, "whole", [release.write(to: folder.file("release"))])
    var pieces: [String] = []
    for session in 1...4 {
      pieces.append(
        try tar(release, folder.file("Session\(session).tar"), isCompressed: session % 2 == 0) {
          $0.hasPrefix("Session\(session)/")
        })
    }
    var last = release
    last.files = release.files.filter { $0.key.hasPrefix("Session5/") }
    pieces.append(try last.write(to: folder.file("rest")))
    #expect(try prepared(folder, "pieces", pieces) == whole)
    #expect(try fingerprint(folder.file("pieces")) == fingerprint(folder.file("whole")))
    #expect(try prepared(folder, "reversed", pieces.reversed()) == whole)
    #expect(try digests(folder.file("reversed")) == digests(folder.file("pieces")))
    // A session's folder is also accepted as a root.
    let sessions = (1...5).map { folder.file("release/Session\($0)") }
    #expect(try prepared(folder, "sessions", sessions) == whole)
    let list = pieces.map { "\"\($0)\"" }.joined(separator: ", ")
    let file = try folder.write(
      "p.yaml",
      Array(
        "corpus: iemocap\nroot: [\(list)]\nout: \(folder.file("piped"))\nmodalities: [audio, text]\ngranularity: utterance\n"
          .utf8))
    #expect(try Program.prep.run("run", file, "-q").status == 0)
    #expect(try digests(folder.file("piped")) == digests(folder.file("pieces")))
    let audit = try Program.audit.run(
      "--shards", folder.file("pieces"), "--sources", folder.path, "--out", folder.file("audit"), "-q")
    #expect(audit.output.contains("reproducible") && !audit.output.contains("FAIL"), "\(audit.output)")
  }

  @Test("a session in two roots, a repeated root and a root without a session are refused")
  func badRoots() throws {
    let folder = try TemporaryFolder()
    let release = TinyRelease()
    let root = try release.write(to: folder.file("release"))
    let again = try tar(release, folder.file("again.tar")) { $0.hasPrefix("Session3/") }
    try Folder.make(folder.file("empty"))
    let cases: [([String], Int32, String)] = [
      (
        [root, again], 65,
        "DIR/again.tar, DIR/release: again.tar/Session3/dialog/EmoEvaluation/Ses03F_impro01.txt: occurs a second time, as release/Session3/dialog/EmoEvaluation/Ses03F_impro01.txt, expected each file once. Give the folder of one release."
      ),
      ([root, root + "/"], 64, "DIR/release: is given twice, expected each folder or archive once"),
      (
        [root, folder.file("empty")], 66,
        "DIR/empty: holds no IEMOCAP session, expected a part of the release in each --root. Check the path, or leave it out."
      ),
    ]
    for (roots, status, message) in cases {
      let outcome = try Program.prep.run(
        ["iemocap", "--out", folder.file("out"), "--modalities", "text", "-q"] + roots.flatMap { ["--root", $0] })
      #expect(outcome.status == status)
      #expect(outcome.errors.replacing(folder.path, with: "DIR") == "msa-prep: error: \(message)\n")
    }
    let twice = try Program.prep.run("mosei", "--root", "a", "--root", "b", "--out", folder.file("out"))
    #expect(twice.status == 64)
    #expect(twice.errors.contains("--root is given 2 times, expected one folder"))
  }

  @Test("joined tars and absolute names are read as GNU tar reads them", arguments: [false, true])
  func tars(isCompressed: Bool) throws {
    let folder = try TemporaryFolder()
    let release = TinyRelease()
    let whole = try prepared(folder, "whole", [release.write(to: folder.file("release"))])
    let first = try tar(release, folder.file("a"), isCompressed: isCompressed) { !$0.hasPrefix("Session5/") }
    let last = try tar(release, folder.file("b"), isCompressed: isCompressed, above: "/x/IEMOCAP_full_release/") {
      $0.hasPrefix("Session5/")
    }
    let bytes = try InputFile.contents(of: first, limit: 1 << 24) + InputFile.contents(of: last, limit: 1 << 24)
    #expect(try prepared(folder, "joined", [folder.write("joined.tar", bytes)]) == whole)
  }

  @Test("sessions, folders and sounds may be links", arguments: ["sessions", "folders", "files"])
  func links(kind: String) throws {
    let folder = try TemporaryFolder()
    let release = TinyRelease()
    let root = try release.write(to: folder.file("release"))
    let whole = try prepared(folder, "whole", [root])
    var places: [String] = []
    switch kind {
    case "sessions": places = (1...5).map { "Session\($0)" }
    case "folders": places = (1...5).map { "Session\($0)/sentences/wav" }
    default: places = release.files.keys.filter { $0.hasSuffix(".wav") }
    }
    let linked = folder.file("linked")
    var rest = release
    rest.files = release.files.filter { file in !places.contains { file.key == $0 || file.key.hasPrefix($0 + "/") } }
    try rest.write(to: linked)
    for place in places {
      try Folder.make(linked + "/" + Folder.parent(of: place))
      #expect(symlink(root + "/" + place, linked + "/" + place) == 0)
    }
    // Links that would make a walk endless must not do so.
    #expect(symlink(linked, linked + "/again") == 0)
    #expect(try prepared(folder, "out", [linked]) == whole)
    let warnings = try JSONValue(contentsOf: folder.file("out/report.json"))["warnings"]?.elements ?? []
    #expect(warnings.contains { $0.text?.hasSuffix("skipped. The first link: again.") == true }, "\(warnings)")
  }

  @Test("a sound whose header lacks its length is read to the end of the file and counted")
  func streamed() throws {
    let folder = try TemporaryFolder()
    var release = TinyRelease()
    let whole = try prepared(folder, "whole", [release.write(to: folder.file("release"))])
    for (name, bytes) in release.files where name.hasSuffix(".wav") {
      release.files[name] = Array(bytes[..<40]) + [0xff, 0xff, 0xff, 0xff] + bytes[44...]
    }
    #expect(try prepared(folder, "out", [release.write(to: folder.file("streamed"))]) == whole)
    let report = try JSONValue(contentsOf: folder.file("out/report.json"))
    #expect(report["release"]?["counts"]?["sound.length_mended"]?.intValue == 10)
    #expect(report["warnings"]?.elements?.contains { $0.text?.hasPrefix("10 sounds have a header") == true } == true)
  }

  @Test("a negative frame offset and the default ratios over five sessions work")
  func options() throws {
    let folder = try TemporaryFolder()
    let root = try TinyRelease().write(to: folder.file("release"))
    let flags = ["--modalities", "text", "-q"]
    let spaced = try prepared(folder, "a", [root], flags + ["--frame-offset", "-2"])
    #expect(try spaced == prepared(folder, "b", [root], flags + ["--frame-offset=-2"]))
    #expect(try spaced != prepared(folder, "c", [root], flags))
    let outcome = try Program.prep.run(
      ["iemocap", "--root", root, "--out", folder.file("d"), "--ratios", "0.7,0.15,0.15"] + flags)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(
      outcome.output.contains(
        "over 5 sessions would leave a split empty; each got at least one: train 3, valid 1, test 1."))
  }
}
