import Archives
import Digests
import Testing
import TestSupport
import Text

@testable import Corpora
@testable import SyntheticCorpora

@Suite("Synthetic IEMOCAP releases")
struct SyntheticReleaseTests: ~Copyable {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func small() -> SyntheticRelease {
    var release = SyntheticRelease()
    release.dialogs = 2
    release.turns = 8
    release.seconds = 1
    return release
  }

  /// Every file that a tree hands out, by its path from the sessions on.
  private func contents(_ path: String) throws -> [String: [UInt8]] {
    var contents: [String: [UInt8]] = [:]
    _ = try FileTrees.open(path).forEachFile(where: { _ in true }) { file in
      let name = file.path.hasPrefix("IEMOCAP_full_release/") ? String(file.path.dropFirst(21)) : file.path
      contents[name] = file.bytes
    }
    return contents.filter { $0.key.hasPrefix("Session") }
  }

  @Test("the bytes depend on the seed, but not on the number of threads")
  func determinism() throws {
    var release = small()
    for threads in [1, 3] {
      release.threads = threads
      _ = try release.write(to: folder.path + "/\(threads)")
    }
    release.seed = 2
    _ = try release.write(to: folder.path + "/other")
    let first = try contents(folder.path + "/1")
    #expect(try first == contents(folder.path + "/3"))
    let other = try contents(folder.path + "/other")
    let sound = "Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav"
    #expect(first[sound] != nil)
    #expect(first[sound] != other[sound])
  }

  @Test("a folder, a tar, a compressed tar and a zip hold the same files", arguments: SyntheticRelease.Form.allCases)
  func forms(form: SyntheticRelease.Form) throws {
    var release = small()
    release.dialogs = 1
    _ = try release.write(to: folder.path + "/folder")
    release.form = form
    let path = folder.path + "/" + form.rawValue
    _ = try release.write(to: path, overwrites: true)
    let packed = form.fileName.map { path + "/" + $0 } ?? path
    #expect(try contents(packed) == contents(folder.path + "/folder"))
  }

  @Test("an archive holds what macOS leaves in it, and depends only on its contents")
  func archives() throws {
    var release = small()
    release.dialogs = 1
    release.form = .tar
    for name in ["a", "b"] { _ = try release.write(to: folder.path + "/" + name) }
    let paths = ["a", "b"].map { folder.path + "/\($0)/IEMOCAP_full_release.tar.gz" }
    let digests = try paths.map { try SHA256.hexDigest(ofFile: $0).digest }
    #expect(digests[0] == digests[1])
    // AppleDouble files next to labels, transcripts and each dialog's first sound, and one next to the first session.
    let counts = try FileTrees.open(paths[0]).forEachFile(where: { _ in false }) { _ in }
    #expect(counts.hidden == 1 + 5 * (3 + 1))
    #expect(counts.unsafe == 0)
  }

  @Test("a full-size release has the counts of the real one")
  func fullSize() throws {
    var release = SyntheticRelease()
    release.isFullSize = true
    let plan = ReleasePlan(release)
    let files = ReleaseFiles(plan, seed: release.seed)
    let description = release.describe(plan, files, count: 0)
    #expect(description["dialogs"] == [28, 30, 32, 30, 31])
    #expect(description["turns"] == [1819, 1811, 2136, 2103, 2170])
    #expect(description["four-class turns"] == [1085, 1023, 1151, 1031, 1241])
    #expect(
      description["labels"] == [
        "xxx": 2507, "fru": 1849, "neu": 1708, "ang": 1103, "sad": 1084, "exc": 1041, "hap": 595, "sur": 107, "fea": 40,
        "oth": 3, "dis": 2,
      ])
    #expect(description["on-marker turns"] == 5088)
    #expect(description["overlapping turns"] == 8941)
    let hours = Double(description["samples of sound"]?.intValue ?? 0) / 16_000 / 3600
    #expect(abs(hours - 12.4) < 0.01)
    let trouble = try #require(description["trouble"])
    #expect(trouble["a rating off the scale"]?.elements?.count == 7)
    #expect(trouble["no alignment"] == ["Ses03F_impro07_M030", "Ses03M_impro03_M001"])
    let ids = plan.dialogs.flatMap { $0.turns.map(\.id) }
    #expect(Set(ids).count == 10_039)
    #expect(ids.allSatisfy { UtteranceID($0) != nil })
    let dialogs = Set(plan.dialogs.map(\.name))
    #expect(dialogs.isSuperset(of: ["Ses05M_script01_1", "Ses05M_script01_1b", "Ses03M_impro05b"]))
  }

  @Test("nobody overlaps themselves, and every session of a small release has all four classes")
  func plan() {
    let plan = ReleasePlan(small())
    for dialog in plan.dialogs {
      for speaker in "FM" {
        let turns = dialog.turns.filter { $0.speaker == speaker }
        #expect(zip(turns, turns.dropFirst()).allSatisfy { $0.ticks.upperBound <= $1.ticks.lowerBound })
        #expect(turns.first?.id.hasSuffix("\(speaker)000") == true)
      }
    }
    for session in 1...5 {
      let labels = Set(plan.dialogs.filter { $0.session == session }.flatMap { $0.turns.map(\.label) })
      #expect(labels.isSuperset(of: ["neu", "ang", "sad", "xxx"]))
      #expect(!labels.isDisjoint(with: ["hap", "exc"]))
    }
  }

  @Test("scripted lines recur in other sessions, word for word")
  func scriptedLines() {
    var release = small()
    release.dialogs = 4
    release.turns = 30
    var sessions: [[String]: Set<Int>] = [:]
    for dialog in ReleasePlan(release).dialogs where dialog.name.contains("script") {
      for turn in dialog.turns {
        let words = turn.segments.filter(\.isWord).map(\.text)
        if words.count > 1 { sessions[words, default: []].insert(dialog.session) }
      }
    }
    #expect(sessions.values.contains { $0.count > 2 })
  }

  @Test("settings out of range are wrong usage")
  func settings() throws {
    var release = small()
    release.turns = 3
    let error = try #require(throws: DataError.self) { try release.write(to: folder.path + "/sample") }
    #expect(error.code == .usage)
    #expect(error.description == "--turns is 3, expected 8 to 200")
  }

  @Test("the bytes are the same on every machine")
  func pinnedBytes() {
    let release = small()
    var fingerprint = Fingerprint()
    for file in ReleaseFiles(ReleasePlan(release), seed: 1).all() {
      fingerprint.update(file.path)
      file.bytes().withUnsafeBytes { fingerprint.update($0) }
    }
    #expect(fingerprint.hexDigest() == "3e6608151b401b48e73ef9fe394a06d5")
  }
}
