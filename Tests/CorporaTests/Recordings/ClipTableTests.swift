import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("The clips that a table lists")
struct ClipTableTests {
  /// Reads a table beside files, which are empty.
  private func read(
    _ table: String, files: [String] = ["a.wav", "b.wav"], name: String = "metadata.csv", labels: [String]? = nil
  ) throws -> ClipTable {
    let folder = try TemporaryFolder()
    for file in files {
      if file.contains("/") { try Folder.make(Folder.parent(of: folder.file(file))) }
      _ = try folder.write(file, "")
    }
    _ = try folder.write(name, table)
    return try ClipTable(MediaFolder(root: folder.path), labelColumns: labels)
  }

  private func error(
    _ table: String, files: [String] = ["a.wav"], name: String = "metadata.csv", labels: [String]? = nil
  ) throws -> DataError {
    try #require(throws: DataError.self) { try read(table, files: files, name: name, labels: labels) }
  }

  @Test("every column says what it is for")
  func columns() throws {
    let table = try read(
      """
      file_name,start,end,text,words,visual_file,audio_file,id,group,speaker,session,dialog,split,annotation,joy
      a.wav,1,2.5,Hello,w.json,v.npy,s.npy,x,g,Ann,s1,d1,dev,Positive,0.5
      """, files: ["a.wav", "w.json", "v.npy", "s.npy"])
    let clip = try #require(table.clips.first)
    #expect(clip.fault == nil)
    #expect(clip.id == "x" && clip.medium == "a.wav" && clip.start == 1 && clip.end == 2.5 && clip.text == "Hello")
    #expect(clip.words == "w.json" && clip.features == [.visual: "v.npy", .audio: "s.npy"])
    #expect(clip.group == "g" && clip.speaker == "Ann" && clip.session == "s1" && clip.dialog == "d1")
    #expect(clip.split == .valid && clip.annotation == "Positive" && clip.labels == [0.5])
    #expect(table.labels.described.names == ["joy"])
  }

  @Test("a file of text features and the indices of its tokens are of no other modality")
  func textFile() throws {
    let table = try read(
      "file_name,text_file,joy\na.wav,a.npy,1\nb.wav,t/b.npy,1\nc.wav,d.npz,1\ne.wav,none.npy,1\n",
      files: ["a.wav", "a.npy", "a.word_ids.npy", "b.wav", "t/b.npy", "c.wav", "d.npz", "e.wav"])
    #expect(table.clips[0].features == [.text: "a.npy"] && table.clips[0].tokenWords == "a.word_ids.npy")
    #expect(table.clips[0].files.contains("a.word_ids.npy"))
    #expect(table.clips[1].features == [.text: "t/b.npy"] && table.clips[1].tokenWords == nil)
    #expect(table.clips[2].features == [.text: "d.npz"])
    #expect(table.clips[3].fault?.reason == .missingFile)
    #expect(table.labels.described.names == ["joy"])
  }

  @Test("files beside the medium are found by its name")
  func beside() throws {
    let table = try read(
      "file_name,sentiment\nc/a.MP4,1\n", files: ["c/a.MP4", "c/a.TextGrid", "c/a.csv", "c/a.txt", "d.json"])
    let clip = try #require(table.clips.first)
    #expect(clip.medium == "c/a.MP4" && clip.words == "c/a.TextGrid" && clip.features == [.visual: "c/a.csv"])
    #expect(clip.id == "a")
  }

  @Test("several clips of one medium are numbered")
  func numbered() throws {
    let table = try read("file_name,start,end,s\na.wav,0,1,1\nb.wav,,,2\na.wav,1,2,3\n")
    #expect(table.clips.map(\.id) == ["a[0]", "b", "a[1]"])
    #expect(table.clips.map(\.group) == ["a", "b", "a"])
  }

  @Test("MMSA's form: ids with their zeros, splits, labels, and the clip whatever its extension")
  func mmsa() throws {
    let table = try read(
      "video_id,clip_id,text,label,label_T,label_A,label_V,annotation,mode\n03bS,0001,好,-0.2,0,,1,Negative,valid\n",
      files: ["Raw/03bS/0001.mp4"], name: "label.csv")
    let clip = try #require(table.clips.first)
    #expect(clip.fault == nil)
    #expect(
      clip.id == "03bS$_$0001" && clip.medium == "Raw/03bS/0001.mp4" && clip.group == "03bS" && clip.split == .valid)
    #expect(table.labels.described.names == ["sentiment", "sentiment_T", "sentiment_A", "sentiment_V"])
    #expect(table.labels.described.sentiment == 0 && table.labels.described.optional == [1, 2, 3])
    #expect(clip.labels[0] == -0.2 && clip.labels[2].isNaN && clip.annotation == "Negative")
  }

  @Test("texts of a chosen column become classes")
  func classes() throws {
    let table = try read("file_name,emotion,n\na.wav,sad,1\nb.wav,glad,2\n", labels: ["emotion"])
    #expect(table.labels.described.classes == .numbered(column: 0, names: ["glad", "sad"]))
    #expect(table.clips.map(\.labels) == [[1], [0]])
  }

  @Test(
    "a fault of one line is that clip's",
    arguments: [
      ("file_name,s\nx.wav,1\na.wav,2\n", DropReason.missingMedium, "line 2: x.wav is not in the folder"),
      ("file_name,s\n../a.wav,1\nb.wav,2\n", .missingMedium, "../a.wav is not in the folder"),
      ("file_name,s\nb.txt,1\na.wav,2\n", .unreadableMedium, "b.txt is neither a sound nor a video"),
      ("file_name,s\nb.wav,bad\na.wav,2\na2.wav,3\n", .labelNoNumber, "s is bad"),
      ("file_name,split,s\nb.wav,tset,1\na.wav,test,2\n", .unknownSplit, "split is tset"),
      ("file_name,start,end,s\nb.wav,2,1,1\na.wav,,,2\n", .noTime, "it ends at 1.0 s but begins at 2.0 s"),
      ("file_name,start,s\nb.wav,soon,1\na.wav,,2\n", .noTime, "start is soon, expected seconds"),
      ("file_name,words,s\nb.wav,w.json,1\na.wav,,2\n", .missingFile, "words w.json is not in the folder"),
      ("file_name,s\nb2.wav,1\na.wav,2\n", .unreadableFeatures, "b2.csv and b2.npy are both there"),
    ])
  func faults(text: String, reason: DropReason, detail: String) throws {
    let table = try read(text, files: ["a.wav", "a2.wav", "b.wav", "b.txt", "b2.wav", "b2.csv", "b2.npy"])
    let fault = try #require(table.clips.first?.fault)
    #expect(fault.reason == reason && fault.detail.contains(detail), "\(fault)")
    #expect(table.clips.dropFirst().allSatisfy { $0.fault == nil })
  }

  @Test("media without a line are listed, but not what stands beside one that has")
  func strays() throws {
    let table = try read("file_name,s\na.mp4,1\n", files: ["a.mp4", "a.wav", "b.wav", "c/d.webm", "e.csv"])
    #expect(table.strays == ["b.wav", "c/d.webm"])
  }

  @Test("clips are grouped by what their names show, and doubt is noted")
  func grouping() throws {
    let names = ["t1_1", "t1_2", "t2_1", "t2_2"].map { $0 + ".wav" }
    let table = try read("file_name,s\n" + names.map { $0 + ",1\n" }.joined(), files: names)
    #expect(table.clips.map(\.group) == ["t1", "t1", "t2", "t2"] && table.groupsByNames)
    let moods = ["happy_01", "happy_02", "sad_01", "sad_02"].map { $0 + ".wav" }
    let doubtful = try read("file_name,s\n" + moods.map { $0 + ",1\n" }.joined(), files: moods)
    #expect(doubtful.groupingIsDoubtful && doubtful.clips.map(\.group) == ["happy_01", "happy_02", "sad_01", "sad_02"])
  }

  @Test(
    "a table that is wrong as a whole is refused",
    arguments: [
      ("file_name,s\na.wav,1\na.wav,2\n", nil as [String]?, nil as String?),
      ("id,file_name,s\nx,a.wav,1\nx,b.wav,2\n", nil, "line 3: names x, as line 2 does"),
      ("name,s\na,1\n", nil, "has no column file_name"), ("file_name,s\n", nil, "has no column of numbers"),
      ("file_name,s\n,1\n", nil, "line 2: names no file"),
      ("file_name,text\na.wav,x\n", nil, "has no column of numbers"),
      ("file_name,s\na.wav,1\n", ["t"], "has no column t"),
      ("file_name,s,t\na.wav,x,y\n", ["s", "t"], "two columns of classes, s and t"),
      ("file_name,group,start,end,s\na.wav,g,0,1,1\na.wav,h,1,2,1\n", nil, "in the group h, but line 2 another in g"),
    ])
  func refusals(text: String, labels: [String]?, expected: String?) throws {
    guard let expected else {
      #expect(try read(text).clips.map(\.id) == ["a[0]", "a[1]"])
      return
    }
    let error = try error(text, files: ["a.wav", "b.wav"], labels: labels)
    #expect("\(error)".contains(expected), "\(error)")
    #expect(error.code == (labels == nil ? .badData : .usage))
  }

  @Test("no table, or two, are refused")
  func tables() throws {
    let folder = try TemporaryFolder()
    #expect(throws: DataError.self) { try ClipTable(MediaFolder(root: folder.path), labelColumns: nil) }
    #expect("\(try error("a", files: ["metadata.tsv"]))".contains("holds metadata.csv and metadata.tsv"))
    #expect("\(try error("clip_id,label\n1,1\n", files: [], name: "label.csv"))".contains("has no column video_id"))
  }
}
