import Archives
import SplitArrays
import Testing
import TestSupport
import Text

@Suite("What files of arrays hold")
struct ArrayContentsTests {
  @Test("an .npz file shows its arrays with types and shapes, and counts those beyond a hundred")
  func archive() throws {
    let folder = try TemporaryFolder()
    var file = ArrayFile()
    for number in 0..<120 { file.add("a\(number)", [1, 2], shape: [2, 1]) }
    let found = try #require(try ArrayContents.json(of: file.write(to: folder.file("a.npz"))))
    #expect(found["kind"] == "npz")
    #expect(found["arrays"]?["a0"] == "<f4 [2, 1]")
    #expect(found["arrays"]?.members?.count == 101)
    #expect(found["arrays"]?["…"] == "20 more")
  }

  @Test("an entry that is no array is named")
  func damaged() throws {
    let folder = try TemporaryFolder()
    var zip = try ZipWriter(path: folder.file("a.npz"))
    let bytes = Array("no array".utf8)
    try zip.begin("train/text.npy", byteCount: bytes.count)
    try bytes.withUnsafeBytes { try zip.write($0) }
    try zip.commit()
    let error = #expect(throws: DataError.self) { try ArrayContents.json(of: folder.file("a.npz")) }
    #expect(error?.description.contains("a.npz: train/text.npy: is not an .npy file") == true)
  }

  @Test("a pickle shows its keys whatever they are, and lists by one element")
  func pickle() throws {
    let known = try #require(try ArrayContents.json(of: fixture("pickles/layouts/mmsa-aligned.pkl")))
    #expect(known["keys"]?["train"]?["raw_text"]?.text?.isEmpty == false)
    #expect(known["keys"]?.members?.keys.sorted() == ["test", "train", "valid"])
    #expect(try ArrayContents.json(of: fixture("pickles/layouts/conversations.pkl"))?["value"] != nil)
  }

  @Test("other files and folders are not described")
  func others() throws {
    let folder = try TemporaryFolder()
    #expect(try ArrayContents.json(of: folder.path) == nil)
    #expect(try ArrayContents.json(of: folder.write("a.csv", Array("a,b\n".utf8))) == nil)
  }
}
