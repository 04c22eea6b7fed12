import Testing
import Text

@testable import Console

@Suite("The command that continues an interrupted run")
struct GoingOnTests {
  @Test(
    "flags are added and removed; everything after -- stays as it is",
    arguments: [
      ("msa-train --shards a b --overwrite", ["--resume"], ["--overwrite"], "msa-train --shards a b --resume"),
      ("msa-train --resume --shards a", ["--resume"], ["--overwrite"], "msa-train --resume --shards a"),
      (
        "msa-prep export a --to npz -- --overwrite", ["--overwrite"], [],
        "msa-prep export a --to npz --overwrite -- --overwrite"
      ),
      ("msa-prep mosei --root a --out b", [], ["--overwrite"], "msa-prep mosei --root a --out b"),
    ])
  func flags(line: String, added: [String], dropped: [String], expected: String) {
    let goingOn = DataError.GoingOn(adding: added, dropping: dropped)
    let words = line.split(separator: " ").map(String.init)
    #expect(goingOn.command(after: words).joined(separator: " ") == expected)
  }

  @Test("the command ends the line and is quoted for a shell; other errors are unchanged")
  func advice() {
    let error = DataError(.interrupted, "interrupted", goingOn: .init())
    #expect(
      error.naming(command: ["./msa-prep", "mosei", "--out", "a b"]).description
        == "interrupted. To continue, run: ./msa-prep mosei --out 'a b'")
    let full = DataError(.ioFailed, file: "f", "the disk is full", advice: "Free some space.", goingOn: .init())
    #expect(full.naming(command: ["p"]).description == "f: the disk is full. Free some space. To continue, run: p")
    let other = DataError(.badData, "is bad")
    #expect(other.naming(command: ["p"]) == other)
  }
}
