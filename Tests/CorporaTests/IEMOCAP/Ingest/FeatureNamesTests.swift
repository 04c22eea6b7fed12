import Files
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Names of ready-made feature files")
struct FeatureNamesTests {
  private func names(_ files: [String]) throws -> FeatureNames {
    let folder = try TemporaryFolder()
    for file in files {
      try Folder.make(folder.path + "/" + Folder.parent(of: file))
      _ = try folder.write(file, [1])
    }
    let tree = try SourceTree(role: "audio-features", path: folder.path, isWanted: FeatureNames.isCandidate)
    return try FeatureNames(ReadyFeatures(stream: .audio, tree: tree, rate: 100, face: nil))
  }

  @Test(
    "a file is named after its turn, with any suffix that is the same for all files",
    arguments: [
      "Ses01F_impro01_F000.npy", "Ses01F_impro01_F000.NPY", "Ses01F_impro01_F000.Csv", "in/a/b/Ses01F_impro01_F000.csv",
      "Ses01F_impro01_F000.wav.npy", "Ses01F_impro01_F000.WAV.NPY", "Ses01F_impro01_F000_hubert.npy",
      "Ses01F_impro01_F000-layer 9.csv",
    ])
  func forms(file: String) throws {
    let names = try names([file, file.replacing("F000", with: "M001")])
    #expect(names.turn(of: file) == "Ses01F_impro01_F000")
    #expect(names.passedOver == nil && names.strays == nil)
  }

  @Test("the longest matching id wins")
  func longest() throws {
    for turn in ["Ses05M_script01_1b_M013", "Ses05M_impro05a_M013"] {
      #expect(try names([turn + "_x.npy"]).turn(of: turn + "_x.npy") == turn)
    }
  }

  @Test("a file named exactly after its turn takes precedence over others, which are counted")
  func exact() throws {
    let names = try names(["Ses01F_impro01_F000.npy", "Ses01F_impro01_F000_meta.csv", "readme.txt", "a.npy"])
    #expect(names.turn(of: "Ses01F_impro01_F000.npy") != nil)
    #expect(names.turn(of: "Ses01F_impro01_F000_meta.csv") == nil)
    #expect(names.passedOver == NamedFiles(count: 1, first: "Ses01F_impro01_F000_meta.csv"))
    #expect(names.strays == NamedFiles(count: 2, first: "a.npy"))
  }

  @Test(
    "two naming schemes are refused with an example of each",
    arguments: [
      ["Ses01F_impro01_F000_a.npy", "Ses01F_impro01_F000_b.npy"],
      ["Ses01F_impro01_F000_a.npy", "Ses01F_impro01_M000_b.npy"],
      ["Ses01F_impro01_F000.npy", "Ses01F_impro01_F001.wav.npy", "Ses01F_impro01_F002.wav.npy"],
    ])
  func ambiguous(files: [String]) throws {
    let error = #expect(throws: DataError.self) { try names(files) }
    #expect(error?.code == .badData)
    #expect(error?.file?.hasSuffix("/" + files[0]) == true)
    #expect(error?.problem == "is next to \(files[1]): two kinds of names")
  }

  @Test(
    "a name that matches no turn is ignored",
    arguments: [
      "Ses01F_impro01_F0001.npy", "xSes01F_impro01_F000.npy", "Ses06F_impro01_F000.npy", "Ses01F_impro01_F000.pt",
    ])
  func none(file: String) throws {
    #expect(try names([file]).turn(of: file) == nil)
    #expect(try names([file]).strays == NamedFiles(count: 1, first: file))
  }
}
