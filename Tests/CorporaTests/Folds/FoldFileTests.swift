import Files
import Samples
import Testing
import TestSupport
import Text

@testable import Corpora

@Suite("Fold files")
struct FoldFileTests: ~Copyable {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func error(_ text: String) throws -> DataError {
    let path = try folder.write("folds", text)
    return try #require(throws: DataError.self) { try FoldFile.read(path) }
  }

  @Test("Python and JSON give the same folds", arguments: ["standard.py", "standard.json"])
  func standard(name: String) throws {
    let folds = try FoldFile.read(fixture("folds/" + name))
    #expect(folds.groups[.train] == ["--qXJuDtHPw", "_0efYOjQYRc", "café", "日本", "it's"])
    #expect(folds.groups[.valid] == ["a]b", "c#d"])
    #expect(folds.groups[.test] == ["125845", "-qDkUB0GgYY"])
  }

  @Test(
    "a list is assigned to the split that its name mentions",
    arguments: [
      ("standard_train_fold", Split.train), ("train", .train), ("standard_valid_fold", .valid), ("dev", .valid),
      ("val_ids_v2", .valid), ("TEST", .test), ("test_fold_2", .test), ("all_ids", nil), ("train_test", nil),
      ("latest", nil),
    ] as [(String, Split?)])
  func names(name: String, split: Split?) { #expect(Split(named: name) == split) }

  private static let rest = "\nvalid=['b']\ntest=['c']\n"

  @Test(
    "anything but lists of strings is refused with its line",
    arguments: [
      ("import os" + rest, "line 1: found `import os`"), ("\n\ntrain = f()" + rest, "line 3: found `f()`"),
      ("train=[1]" + rest, "line 1: found `1]`"), ("train=[f'a']" + rest, "line 1: found `f'a']`"),
      ("train=[b'a']" + rest, "line 1: found `b'a']`"), ("train=['a' 'b']" + rest, "line 1: found `'b']`"),
      ("train=['a'] + ['b']" + rest, "line 1: found `+ ['b']`"), ("train=['a'" + rest, "line 2: found `valid=['b']`"),
      ("train=['a\n']" + rest, "line 1: a string does not end on its line"),
      ("train=[['a']]" + rest, "line 1: found `['a']]`"),
      ("train=['\\q']" + rest, "line 1: an escape in a string has no meaning"),
      ("train=['\\ud800']" + rest, "line 1: an escape in a string has no meaning"),
      ("train=['a',\n'b',", "line 1: the list that starts here does not end"),
      ("train" + rest, "line 1: found `train`"),
      ("train='''a'''" + rest, "line 1: found `'''a'''`"), ("train=" + rest, "line 1: the line ends too early"),
      ("train=['a']\n  os.remove('b')" + rest, "line 2: found `os.remove('b')`"), ("1", "line 1: found `1`"),
      ("x=['a']" + rest, "line 1: \"x\" names no split"),
      ("train=['a']\ntrain_2=['d']" + rest, "line 2: train_2 is a second list for train, after train"),
    ])
  func python(text: String, message: String) throws {
    let error = try error(text)
    #expect(error.code == .badData)
    #expect(error.description.contains("/folds: " + message), "\(error)")
  }

  @Test(
    "Python that would execute something is refused",
    arguments: [("attack-import.py", 1), ("attack-call.py", 3), ("attack-comprehension.py", 3)])
  func attacks(name: String, line: Int) throws {
    let error = try #require(throws: DataError.self) { try FoldFile.read(fixture("folds/" + name)) }
    #expect(error.code == .badData)
    #expect(error.place == "line \(line)")
  }

  @Test(
    "JSON of another shape is refused",
    arguments: [
      ("{", "malformed JSON"), ("{\"train\": [], \"train\": []}", "occurs twice"),
      ("{\"train\": 1, \"valid\": [], \"test\": []}", "train: is not a list"),
      ("{\"train\": [1], \"valid\": [], \"test\": []}", "train: holds 1, expected ids in quotes"),
      ("{\"train\": [\"a\"], \"valid\": [\"b\"]}", "no list for the test split, expected a key \"test\""),
      ("{\"train\": [\"a\"], \"valid\": [\"b\"], \"dev\": [\"c\"], \"test\": []}", "second list for valid"),
      ("{\"train\": [\"a\"], \"valid\": [\"b\"], \"test\": [], \"x\": []}", "\"x\" names no split"),
      ("{\"train\": [\"\"], \"valid\": [\"b\"], \"test\": []}", "train: an id of 0 bytes"),
    ])
  func json(text: String, message: String) throws {
    #expect(try error(text).description.contains(message))
  }

  @Test(
    "an id that occurs twice is named with both places",
    arguments: [
      ("train=['a','b','a']\nvalid=['c']\ntest=['d']", "a: occurs twice in train"),
      ("train=['a']\nvalid=['c']\ntest=['d','a']", "a: is in train and in test"),
      ("{\"train\": [\"a\"], \"valid\": [\"a\"], \"test\": []}", "a: is in train and in valid"),
    ])
  func duplicates(text: String, message: String) throws {
    #expect(try error(text).description.contains(message))
  }

  @Test("the splits.json of a prepared folder is a fold file")
  func preparedFolder() throws {
    let path = try folder.write(
      "splits.json",
      """
      {"train": {"groups": ["a"], "samples": ["a[0]"]}, "valid": {"groups": ["b"], "samples": []},
       "test": {"groups": ["c"], "samples": []}}
      """)
    #expect(try FoldFile.read(path).groups == [.train: ["a"], .valid: ["b"], .test: ["c"]])
  }

  @Test("a byte order mark before a list is skipped", arguments: ["standard.py", "standard.json"])
  func byteOrderMark(name: String) throws {
    let text = String(
      decoding: try InputFile.contents(of: fixture("folds/" + name), limit: 1 << 16), as: UTF8.self)
    let marked = try FoldFile.read(folder.write(name, "\u{feff}" + text))
    #expect(marked.groups == (try FoldFile.read(fixture("folds/" + name))).groups)
  }

  @Test("a file of another type is named for what it is")
  func otherKind() throws {
    #expect(try error("<!DOCTYPE html><html>").description.contains("is an HTML page, expected a fold list"))
  }

  @Test("a missing file is reported as missing input")
  func missing() throws {
    let error = try #require(throws: DataError.self) { try FoldFile.read(folder.path + "/none.py") }
    #expect(error.code == .inputMissing)
  }

  @Test("the SDK's own fold file is read unchanged", .needsSharedData("mosi"))
  func sdkFolds() throws {
    let python = try FoldFile.read(SharedData.folder + "/mosi/folds.py")
    #expect(python.groups == (try FoldFile.read(SharedData.folder + "/mosi/folds.json")).groups)
    #expect([Split.train, .valid, .test].map { python.groups[$0]?.count } == [52, 10, 31])
  }
}
