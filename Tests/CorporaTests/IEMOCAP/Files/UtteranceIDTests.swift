import TensorCore
import Testing

@testable import Corpora

@Suite("IEMOCAP ids and paths")
struct UtteranceIDTests {
  @Test("an id gives session, markers, speaker, dialog and turn")
  func parts() throws {
    let id = try #require(UtteranceID("Ses05M_script01_1b_F012"))
    #expect(id.session == 5)
    #expect(id.markers == .male)
    #expect(id.speaker == .female)
    #expect(id.dialog == "Ses05M_script01_1b")
    #expect(id.turn == 12)
    #expect(id.speakerName == "Ses05_F")
    #expect(!id.hasMarkers)
    #expect(id.description == "Ses05M_script01_1b_F012")
    #expect(try #require(UtteranceID("Ses01F_impro01_F000")).hasMarkers)
  }

  /// The rule as iemocap's users write it.
  private nonisolated(unsafe) static let pattern = #/^Ses0[1-5][FM]_(impro\d\d[ab]?|script\d\d_\d[b]?)_[FM]\d{3}$/#
    .asciiOnlyDigits()

  @Test("ids are accepted and refused as the regular expression demands")
  func grammar() {
    let good = [
      "Ses01F_impro01_M000", "Ses03M_impro05a_F099", "Ses03M_impro08b_M999", "Ses02F_script03_2_F001",
      "Ses05M_script01_1b_M000",
    ]
    for id in good { #expect(UtteranceID(id) != nil, "\(id)") }
    let bad = [
      "", "Ses01F_impro01", "Ses06F_impro01_M000", "Ses00F_impro01_M000", "Ses01X_impro01_M000", "Ses01F_impro01_MXX0",
      "Ses01F_impro01_M00", "Ses01F_impro01_M0000", "Ses01F_impro1_M000", "Ses01F_impro01c_M000",
      "Ses01F_script01_M000", "Ses01F_script01_1a_M000", "ses01F_impro01_M000", "Ses01F_impro01_M000 ",
      " Ses01F_impro01_M000", "Ses01F_impro01-M000", "Ses01F_impro٠١_M000", "Ses01F_impro01_M٠٠٠",
    ]
    for id in bad { #expect(UtteranceID(id) == nil, "\(id)") }
    var random = PhiloxStream(seed: 7, stream: 0)
    let alphabet = Array("0159FMab_sSeimprotc".utf8)
    for number in 0..<20_000 {
      var bytes = Array(good[number % good.count].utf8)
      for _ in 0...random.integer(below: 2) {
        let place = random.integer(below: bytes.count)
        switch random.integer(below: 4) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(alphabet[random.integer(below: alphabet.count)], at: place)
        default: bytes[place] = alphabet[random.integer(below: alphabet.count)]
        }
      }
      let id = String(decoding: bytes, as: UTF8.self)
      #expect((UtteranceID(id) != nil) == (id.wholeMatch(of: Self.pattern) != nil), "\(id)")
    }
  }

  @Test("ids sort by their bytes")
  func order() throws {
    let ids = try ["Ses01F_impro01_F001", "Ses01F_impro01_M000", "Ses01M_impro01_F000"].map {
      try #require(UtteranceID($0))
    }
    #expect(ids.reversed().sorted() == ids)
  }

  @Test(
    "files of a release are recognised by their paths, below any leading folders",
    arguments: ["", "IEMOCAP_full_release/", "a/b/"])
  func paths(root: String) throws {
    let id = try #require(UtteranceID("Ses01F_impro01_F000"))
    let odd = try #require(UtteranceID("Ses05M_script01_1b_M003"))
    let cases: [(String, IEMOCAPPath)] = [
      ("Session1/dialog/EmoEvaluation/Ses01F_impro01.txt", .emotions(dialog: "Ses01F_impro01", session: 1)),
      (
        "Session5/dialog/transcriptions/Ses05M_script01_1b.txt",
        .transcription(dialog: "Ses05M_script01_1b", session: 5)
      ),
      ("Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav", .sound(id)),
      ("Session1/sentences/ForcedAlignment/Ses01F_impro01/Ses01F_impro01_F000.wdseg", .wordSegments(id)),
      ("Session1/sentences/MOCAP_rotated/Ses01F_impro01/Ses01F_impro01_F000.txt", .motion(.rotated, id)),
      ("Session1/sentences/MOCAP_head/Ses01F_impro01/Ses01F_impro01_F000.txt", .motion(.head, id)),
      ("Session1/sentences/MOCAP_hand/Ses01F_impro01/Ses01F_impro01_F000.txt", .motion(.hand, id)),
      ("Session5/sentences/MOCAP_head/Ses05M_script01_1/Ses05M_script01_1b_M003.txt", .motion(.head, odd)),
    ]
    for (path, expected) in cases { #expect(IEMOCAPPath(root + path) == expected, "\(path)") }
  }

  @Test(
    "all other files of a release are ignored",
    arguments: [
      "Session1/dialog/EmoEvaluation/Categorical/Ses01F_impro01_e1_cat.txt",
      "Session1/dialog/EmoEvaluation/Self-evaluation/Ses01F_impro01.txt",
      "Session1/dialog/EmoEvaluation/Ses02F_impro01.txt",
      "Session1/dialog/EmoEvaluation/Ses01F_impro01.anvil",
      "Session1/dialog/EmoEvaluation/notes.txt",
      "Session1/dialog/wav/Ses01F_impro01.wav",
      "Session1/dialog/MOCAP_head/Ses01F_impro01.txt",
      "Session1/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.txt",
      "Session1/sentences/wav/Ses01F_impro01/Ses02F_impro01_F000.wav",
      "Session1/sentences/wav/Ses02F_impro01/Ses01F_impro01_F000.wav",
      "Session1/sentences/wav/extra/Ses01F_impro01_F000.wav",
      "Session2/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav",
      "Session6/sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav",
      "Session1/sentences/ForcedAlignment/Ses01F_impro01/Ses01F_impro01_F000.phseg",
      "Session1/sentences/MOCAP_other/Ses01F_impro01/Ses01F_impro01_F000.txt",
      "sentences/wav/Ses01F_impro01/Ses01F_impro01_F000.wav", "Documentation/README", "Session1", "", "a/b/c/d/e/f",
    ])
  func otherPaths(path: String) {
    #expect(IEMOCAPPath(path) == nil)
  }
}
