import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Published corpora that are folders of recordings")
struct RecordingsPresetTests {
  private static let heading =
    "Sr No.,Utterance,Speaker,Emotion,Sentiment,Dialogue_ID,Utterance_ID,Season,Episode,StartTime,EndTime\n"

  private func write(
    _ folder: borrowing TemporaryFolder, train: [UInt8], dev: String = "", test: String = ""
  ) throws {
    try Folder.make(folder.file("train"))
    try Folder.make(folder.file("train/train_splits"))
    _ = try folder.write("train/train_sent_emo.csv", Array(Self.heading.utf8) + train)
    _ = try folder.write("dev_sent_emo.csv", Self.heading + dev)
    _ = try folder.write("test_sent_emo.csv", Self.heading + test)
  }

  @Test("MELD's three tables are one, with the clips wherever they are, in UTF-8 and in Windows-1252")
  func meld() throws {
    let folder = try TemporaryFolder()
    let line = "1,He\u{2019}s here,Ross,joy,positive,0,1,8,21,\"00:16:16,059\",\"00:16:21,731\"\n"
    try write(
      folder, train: line.unicodeScalars.map { $0 == "\u{2019}" ? 0x92 : UInt8($0.value) },
      dev: line.replacing("joy,positive", with: "anger,negative"), test: line.replacing("8,21", with: "8,22"))
    _ = try folder.write("train/train_splits/dia0_utt1.mp4", "")
    let table = try ClipTable(MediaFolder(root: folder.path), layout: .meld, labelColumns: nil)
    #expect(table.clips.map(\.id) == ["train_dia0_utt1", "dev_dia0_utt1", "test_dia0_utt1"])
    #expect(table.clips.map(\.split) == [.train, .valid, .test])
    #expect(table.clips.map(\.group) == ["season 8 episode 21", "season 8 episode 21", "season 8 episode 22"])
    let first = table.clips[0]
    #expect(
      first.fault == nil && first.medium == "train/train_splits/dia0_utt1.mp4" && first.text == "He\u{2019}s here")
    #expect(first.speaker == nil && first.dialog == "train_dia0" && first.annotation == "joy")
    #expect(table.labels.described.names == ["sentiment", "emotion"] && table.labels.described.sentiment == 0)
    #expect(table.labels.described.classes == .numbered(column: 1, names: ["anger", "joy"]))
    #expect(first.labels == [1, 1] && table.clips[1].labels == [-1, 0])
    let fault = try #require(table.clips[1].fault)
    #expect(fault.reason == .missingMedium)
    #expect(fault.detail == "dev_sent_emo.csv: line 2: dev_splits_complete/dia0_utt1.mp4 is not in the folder")
  }

  @Test("a missing table and a missing column are named")
  func incomplete() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("train_sent_emo.csv", "Utterance,Speaker\n")
    func error() throws -> String {
      "\(try #require(throws: DataError.self) { try MELDTables.read(MediaFolder(root: folder.path)) })"
    }
    #expect(try error().contains("train_sent_emo.csv: has no column Emotion"))
    _ = try folder.write("train_sent_emo.csv", Self.heading)
    #expect(try error().contains("holds no dev_sent_emo.csv"))
  }

  @Test("the published tables have the published counts", .needsSharedData("splits/meld"))
  func published() throws {
    let folder = try TemporaryFolder()
    for name in ["train", "dev", "test"] {
      let file = "\(name)_sent_emo.csv"
      _ = try folder.write(file, InputFile.contents(of: SharedData.folder + "/splits/meld/" + file, limit: 1 << 24))
    }
    let table = try ClipTable(MediaFolder(root: folder.path), layout: .meld, labelColumns: nil)
    #expect(table.splitCounts == [.train: 9989, .valid: 1109, .test: 2610])
    let groups = Dictionary(grouping: table.clips, by: \.group).mapValues { Set($0.compactMap(\.split)) }
    let tested = groups.values.filter { $0.contains(.test) }
    #expect(tested.count == 143 && tested.count { $0.contains(.train) } == 142)
  }

  @Test("CH-SIMS is MMSA's form alone")
  func sims() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("metadata.csv", "file_name,s\na.wav,1\n")
    #expect(throws: DataError.self) { try ClipTable(MediaFolder(root: folder.path), layout: .mmsa, labelColumns: nil) }
    _ = try folder.write("label.csv", "video_id,clip_id,text,label,mode\nv,0001,好,1,train\n")
    let table = try ClipTable(MediaFolder(root: folder.path), layout: .mmsa, labelColumns: nil)
    #expect(table.clips.map(\.id) == ["v$_$0001"])
  }
}
