import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Fold lists as tables, and one list per split")
struct FoldTableTests: ~Copyable {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let lists: [Split: [String]] = [.train: ["a", "b"], .valid: ["c"], .test: ["d"]]

  private func read(_ text: String, _ name: String = "folds.csv") throws -> FoldFile {
    try FoldFile.read(folder.write(name, text))
  }

  private func error(_ text: String, _ name: String = "folds.csv") throws -> DataError {
    let path = try folder.write(name, text)
    return try #require(throws: DataError.self) { try FoldFile.read(path) }
  }

  @Test(
    "the columns of ids and splits are found by name, whatever other columns there are",
    arguments: [
      "id,split\na,train\nb,train\nc,valid\nd,test\n", "\u{feff}id,split\r\na,train\r\nb,train\r\nc,valid\r\nd,test",
      "split;Video ID\ntrain;a\ntrain;b\ndev;c\ntest;d\n", "mode\tname\ntrain\ta\ntrain\tb\nval\tc\ntest\td\n",
      "id,text,fold\na,\"one, two\",train\nb,\"say \"\"no\"\"\nnow\",train\nc,,validation\nd,x,testing\n",
      "id , split\n a , train \n\nb,\"train\"\nc,valid\nd,test\ne,\n", "a,train\nb,train\nc,valid\nd,test\n",
      "train,a\ntrain,b\nvalid,c\ntest,d", "recording,mode,fold\na,train,3\nb,train,1\nc,valid,1\nd,test,2\n",
      "id,split\na$_$0,train\na$_$12,train\nb[3],train\nc,valid\nd,test\n",
    ])
  func tables(text: String) throws {
    #expect(try read(text).groups == Self.lists)
  }

  private static let header = "video_id,clip_id,text,label,label_T,label_A,label_V,annotation,mode\n"

  @Test("MMSA's label.csv divides videos: all clips of one video are in one split")
  func labelTable() throws {
    let rows = Self.lists.flatMap { split, ids in
      ids.flatMap { id in (0..<3).map { "\(id),\($0),\"so, good\",1.0,,,,Positive,\(split)\n" } }
    }
    let groups = try read(Self.header + rows.sorted().joined(), "label.csv").groups
    #expect(groups == Self.lists)
  }

  @Test("a video with clips in two splits is refused, naming both, but can be audited")
  func dividedVideo() throws {
    let text = Self.header + "a,1,x,0,,,,Neutral,train\nb,1,x,0,,,,Neutral,valid\na,2,x,0,,,,Neutral,test\n"
    let error = try error(text)
    #expect(error.code == .badData)
    #expect(error.description.contains("folds.csv: a: has rows in train (line 2) and in test (line 4)"))
    #expect(error.description.contains("id-overlap"))
    let path = folder.path + "/folds.csv"
    #expect(try FoldFile.read(path, allowsRepeats: true).groups == [.train: ["a"], .valid: ["b"], .test: ["a"]])
  }

  @Test("where repeats are allowed, a list names clips as the table does")
  func clips() throws {
    let path = folder.path + "/clips.csv"
    try AtomicFile.write("id,split\na[0],train\na[1],valid\nb[0],test\n", to: path)
    #expect(
      try FoldFile.read(path, allowsRepeats: true).groups == [.train: ["a[0]"], .valid: ["a[1]"], .test: ["b[0]"]])
  }

  @Test(
    "an unusable table is refused with its line",
    arguments: [
      ("id,label\na,1\n", "line 1: has no column of splits (id, label), expected a column split"),
      ("clip,mode\na,train\n", "line 1: has no column of ids (clip, mode), expected a column video_id or id"),
      ("id,split\na,train\nb\n", "line 3: 1 cells, expected 2 as on the first line"),
      ("id,split\na,train\nb,5\n", "line 3: \"5\" names no split"),
      ("id,split,mode\na,train,test\n", "line 2: mode is test, but split is train"),
      ("id,split\n,train\n", "line 2: a row of train without an id"),
      ("id,split\na,\"train\n", "line 2: a quote is not closed"),
      ("id,split\na,train\nb,valid\n", "no list for the test split"),
      ("c3,train\nd4,train\n", "no list for the valid split"),
    ])
  func refused(text: String, message: String) throws {
    let error = try error(text)
    #expect(error.code == .badData)
    #expect(error.description.contains(message), "\(error)")
  }

  @Test("a cell that is not UTF-8 matters only if it is an id or a split")
  func encoding() throws {
    func path(_ id: [UInt8]) throws -> String {
      let bytes =
        Array("id,text,split\n".utf8) + id + Array(",caf\u{0}".utf8.dropLast()) + [0xe9]
        + Array(",train\nc,,valid\nd,,test\n".utf8)
      var file = try AtomicFile(path: folder.path + "/folds.csv")
      try file.write(bytes)
      try file.commit()
      return folder.path + "/folds.csv"
    }
    #expect(try FoldFile.read(path([0x61])).groups[.train] == ["a"])
    let error = try #require(throws: DataError.self) { try FoldFile.read(path([0xe9])) }
    #expect(error.description.contains("line 2: cell 1 is not UTF-8"))
  }

  // MARK: - One list per split

  @Test("a folder of lists and the paths of three files give the same folds")
  func lists() throws {
    _ = try folder.write("train.txt", "\u{feff}a\r\n\r\n b \n")
    _ = try folder.write("valid_ids.lst", "[\"c\"]")
    _ = try folder.write("test.csv", "Video_ID,label\nd,1\nd,2\n")
    _ = try folder.write("train.npz", "no list")
    _ = try folder.write("notes.txt", "nothing")
    let all = try FoldFile.read(folder.path)
    #expect(all.groups == Self.lists)
    #expect(all.files.map { Folder.name(of: $0) } == ["test.csv", "train.txt", "valid_ids.lst"])
    let paths = ["train.txt", "valid_ids.lst", "test.csv"].map { folder.path + "/" + $0 }
    #expect(try FoldFile.read(paths.joined(separator: ",")).groups == Self.lists)
    #expect(try FoldFile.read(paths.joined(separator: ", ")).files == paths)
  }

  @Test("lists that are missing, superfluous, alone or malformed are named")
  func badLists() throws {
    func message(_ path: String) throws -> String {
      try #require(throws: DataError.self) { try FoldFile.read(path) }.description
    }
    let train = try folder.write("train.txt", "a\n")
    #expect(
      try message(train).contains("train.txt: is a list for train alone, expected lists for train, valid and test"))
    #expect(try message(folder.path).contains("no list for the valid split, expected a file for each split"))
    _ = try folder.write("dev.txt", "b\n")
    _ = try folder.write("valid.txt", "b\n")
    #expect(try message(folder.path).contains("2 lists for valid: dev.txt and valid.txt"))
    try Folder.remove(folder.path + "/dev.txt")
    let test = try folder.write("test.txt", "c,d\ne\n")
    #expect(try message(folder.path).hasPrefix("\(test): line 1: 2 cells, expected one id per line"))
    _ = try folder.write("test.txt", "a\n")
    #expect(try message(folder.path).contains("a: is in train and in test"))
    #expect(try message("x.txt,y.txt").contains("its name mentions no split"))
    #expect(
      try #require(throws: DataError.self) { try FoldFile.read("train.txt,valid.txt,test.txt") }.code == .inputMissing)
  }

  @Test("any bytes give either lists or one error")
  func hostile() throws {
    let seeds = [
      Self.header + "a,1,\"x\ny\",0,,,,N,train\nb,1,x,0,,,,N,valid\nc,1,x,0,,,,N,test\n", "a,train\nb,valid\nc,test\n",
    ]
    var state: UInt64 = 3
    func next(_ limit: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    var (read, refused) = (0, 0)
    for round in 0..<600 {
      var bytes = Array(seeds[round % 2].utf8)
      for _ in 0...next(4) where !bytes.isEmpty {
        let place = next(bytes.count)
        switch next(3) {
        case 0: bytes[place] = [0x22, 0x2c, 0x0a, 0x0d, 0xff, 0x3b, 0x09, 0x24][next(8)]
        case 1: bytes.remove(at: place)
        default: bytes = Array(bytes[..<max(1, place)])
        }
      }
      do {
        if let table = try FoldTable(bytes) {
          _ = try table.lists(allowsRepeats: round % 3 == 0)
          read += 1
        }
      } catch is DataError {
        refused += 1
      }
    }
    #expect(read > 20 && refused > 50)
  }

  @Test("lists without valid are read where none is wanted, in every form; a list for it is then refused")
  func withoutValid() throws {
    let forms = [
      ("folds.json", #"{"train": ["a"], "test": ["b"]}"#), ("folds.py", "train = ['a']\ntest = ['b']\n"),
      ("folds.csv", "id,split\na,train\nb,test\n"), ("empty.json", #"{"train": ["a"], "valid": [], "test": ["b"]}"#),
    ]
    for (name, text) in forms {
      let path = try folder.write(name, Array(text.utf8))
      #expect(try FoldFile.read(path, hasValid: false).groups == [.train: ["a"], .valid: [], .test: ["b"]], "\(name)")
      if name == "empty.json" { continue }
      let error = #expect(throws: DataError.self) { try FoldFile.read(path) }
      #expect(error?.description.contains("no list for the valid split") == true)
      #expect(error?.description.contains("--no-valid") == true)
    }
    let three = try folder.write("three.csv", Array("id,split\na,train\nb,test\nc,valid\n".utf8))
    let error = #expect(throws: DataError.self) { try FoldFile.read(three, hasValid: false) }
    #expect(error?.description.contains("a list for valid of 1 id, but --no-valid is given") == true)
  }

  @Test("EmoBox's lists are JSON lines, one file for each split, with the data set before each id")
  func emoBox() throws {
    func write(_ name: String, _ lines: [String]) throws -> String {
      try folder.write(name, Array(lines.joined(separator: "\n").utf8))
    }
    let train = try write(
      "x_train_fold_1.jsonl",
      [#"{"key": "x-a-1", "dataset": "x", "wav": "a/1.wav", "emo": "hap"}"#, "", #"{"id": "x-b", "emo": "sad"}"#])
    let test = try write("x_test_fold_1.jsonl", [#"{"emo": "hap", "dataset": "y", "key": "x-c"}"#, ""])
    let expected: [Split: [String]] = [.train: ["a-1", "x-b"], .valid: [], .test: ["x-c"]]
    #expect(try FoldFile.read("\(train),\(test)", hasValid: false).groups == expected)
    #expect(try FoldFile.read(folder.path, hasValid: false).groups == expected)
    for (line, problem) in [
      ("{\"key\": 3}", "line 2: names no sample"), ("{\"key\": \"a\"", "line 2: "), ("[]", "line 2: names no sample"),
    ] {
      let path = try write("broken_test.jsonl", [#"{"key": "a"}"#, line])
      let error = #expect(throws: DataError.self) { try FoldFile.read("\(train),\(path)", hasValid: false) }
      #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }
  }
}
