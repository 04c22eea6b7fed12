import Samples
import Testing
import Text

@Suite("Declared extractors")
struct DeclaredExtractorTests {
  @Test("a declaration names modality, extractor and version, and is refused in one line otherwise")
  func parsing() throws {
    let declared = try DeclaredExtractor(parsing: "text=sentence-transformers/all@large@v2")
    #expect(declared.modality == .text)
    #expect(declared.extractor == Extractor(name: "sentence-transformers/all@large", version: "v2"))
    #expect(declared.title == "sentence-transformers/all@large@v2")
    for text in ["audio", "audio=", "audio=name", "audio=@1", "audio=name@", "sound=name@1", ""] {
      let error = #expect(throws: DataError.self) { try DeclaredExtractor(parsing: text) }
      #expect(error?.code == .usage)
      #expect(error?.description.contains("\n") == false)
    }
  }

  @Test("a modality has one extractor; saying it twice is no contradiction")
  func two() throws {
    let (first, second) = (try DeclaredExtractor(parsing: "audio=a@1"), try DeclaredExtractor(parsing: "audio=a@2"))
    #expect(try DeclaredExtractor.extractors([first, first]) == [.audio: first.extractor])
    let error = #expect(throws: DataError.self) { try DeclaredExtractor.extractors([first, second]) }
    #expect(error?.code == .usage)
    #expect(error?.description.contains("a@1 and a@2") == true)
  }
}
