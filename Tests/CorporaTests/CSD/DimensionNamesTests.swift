import Testing
import Text

@testable import Corpora

@Suite("Names of columns in metadata")
struct DimensionNamesTests {
  @Test(
    "every spelling of a list gives the same names",
    arguments: [
      #"["sad", "very happy", "fear"]"#, #"['sad', 'very happy', 'fear']"#, #"[u'sad', u'very happy', u'fear']"#,
      #"[b'sad', b'very happy', b'fear']"#, #"('sad', 'very happy', 'fear')"#, "sad,very happy,fear",
      "sad, very happy , fear", "sad;very happy;fear", "sad|very happy|fear", "sad\tvery happy\tfear",
      "sad\nvery happy\nfear", "[sad, very happy, fear]", "'sad','very happy','fear'",
      #"array(['sad', 'very happy', 'fear'], dtype='<U10')"#, "['sad' 'very happy' 'fear']",
      #"Index(['sad', 'very happy', 'fear'], dtype='object')"#,
      #""[\"sad\", \"very happy\", \"fear\"]""#, #""\"[\\\"sad\\\", \\\"very happy\\\", \\\"fear\\\"]\"""#,
      #""['sad', 'very happy', 'fear']""#, #"[["sad", "very happy", "fear"]]"#, #"[["sad"], ["very happy"], ["fear"]]"#,
      #"["sad,very happy,fear"]"#, #"["\"sad\"", "\"very happy\"", "\"fear\""]"#,
      #"["'sad'", "'very happy'", "'fear'"]"#,
      #"{"names": ["sad", "very happy", "fear"]}"#, #"{"sad": 0, "very happy": 1, "fear": 2}"#,
      #"{"0": "sad", "1": "very happy", "2": "fear"}"#, #"{"All Labels": ["sad", "very happy", "fear"]}"#,
      #"["sad", "very happy", "fear", "sad", "very happy", "fear"]"#, #"["sad", "very  happy ", "fear"]"#,
    ])
  func spellings(text: String) {
    let names = DimensionNames(width: 3)
    // The metadata's own reader has already undone one layer of JSON.
    var value = JSONValue.string(text)
    #expect(names.names(in: value) == ["sad", "very happy", "fear"])
    do { value = try JSONValue(parsing: text) } catch { return }
    #expect(names.names(in: value) == ["sad", "very happy", "fear"])
  }

  @Test("blanks separate names only if the number of names then fits")
  func blanks() {
    #expect(DimensionNames(width: 3).names(in: "sad happy fear") == ["sad", "happy", "fear"])
    #expect(DimensionNames(width: 1).names(in: "sentiment score") == ["sentiment score"])
    #expect(DimensionNames(width: 2).names(in: ["a, b", "c"]) == ["a, b", "c"])
  }

  @Test(
    "text that names nothing gives no names",
    arguments: [JSONValue.null, "", " ", [], 1, [1, 2], "[]", ["a": "b", "c": "d"]])
  func nothing(value: JSONValue) { #expect(DimensionNames(width: 3).names(in: value).isEmpty) }

  @Test("deeply nested texts give no names")
  func depth() throws {
    var value: JSONValue = ["a", "b", "c"]
    for _ in 0..<40 { value = [value] }
    #expect(DimensionNames(width: 3).names(in: value).isEmpty)
  }
}
